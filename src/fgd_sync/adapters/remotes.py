"""Which repository a user means: a remote of the work tree, by its name, or an address of its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fgd_sync.adapters.git_command import git_in
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError

_GITHUB = "https://github.com"


def remote_url(root: Path | None, remote: str) -> str:
    """The address of a remote: what git knows of the name, or the text itself if it is an address. Raises FgdError."""
    known = configured_url(root, remote) if root else ""
    if known:
        return known
    if ":" in remote or "/" in remote:
        return str(Path(remote).resolve()) if Path(remote).is_dir() else remote
    where = f"the repository {root}" if root else "this directory, which is in no git repository,"
    raise FgdError(
        CONFIGURATION_INVALID,
        f"{where} has no remote {remote!r}",
        remedy="Name another one with `--remote`, or look at this clone with `--local`.",
    )


def configured_url(root: Path, remote: str) -> str:
    """The address of a remote of the work tree at `root`; "" if it has none of that name."""
    done = git_in(root, root).attempt("remote", "get-url", "--", remote)
    url = "" if done.status else os.fsdecode(done.output).rstrip("\n")
    here = root / url
    return str(here.resolve()) if url and ":" not in url and here.is_dir() else url


def token_for(url: str, environment: Mapping[str, str]) -> str:
    """The token of the environment, for its own server only: no other server is shown it."""
    ours = urlsplit(environment.get("GITHUB_SERVER_URL") or _GITHUB)
    theirs = urlsplit(url)
    fits = theirs.scheme in ("http", "https") and (theirs.scheme, theirs.hostname, theirs.port) == (
        ours.scheme,
        ours.hostname,
        ours.port,
    )
    return environment.get("GITHUB_TOKEN", "") if fits else ""
