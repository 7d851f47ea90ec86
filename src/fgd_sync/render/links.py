"""Addresses of files, commits and runs on the server of a repository. Pure text; GitHub's forms, which others share."""

from collections.abc import Callable

from fgd_sync.model.context import RunContext

Link = Callable[[str, int], str]
"""Called with a path from the root of the repository and a line (0: the file as a whole); a URL, "" for none."""

_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


def no_link(path: str, line: int) -> str:  # noqa: ARG001 - the shape of Link
    """The link where nothing is on a server."""
    return ""


def links(context: RunContext, commit: str) -> Link:
    """Links into the files of a commit; to nothing where there is no server, or no commit."""
    if not context.is_on_github or not commit:
        return no_link
    start = f"{context.server_url}/{context.repository}/blob/{commit}"

    def link(path: str, line: int) -> str:
        return f"{start}/{uri_path(path)}{f'#L{line}' if line else ''}"

    return link


def commit_url(context: RunContext, commit: str) -> str:
    """The page of a commit; empty where there is no server."""
    return f"{context.server_url}/{context.repository}/commit/{commit}" if context.is_on_github and commit else ""


def pull_url(context: RunContext, number: int) -> str:
    """The page of a pull request; empty where there is no server."""
    return f"{context.server_url}/{context.repository}/pull/{number}" if context.is_on_github else ""


def uri_path(path: str) -> str:
    """A path as a relative URI reference, of its bytes."""
    data = path.encode("utf-8", "surrogateescape" if _is_escaped(path) else "surrogatepass")
    return "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in data)


def _is_escaped(path: str) -> bool:
    """Whether surrogates in a path stand for bytes that are not UTF-8, all of them."""
    return all("\udc80" <= char <= "\udcff" for char in path if "\ud800" <= char <= "\udfff")
