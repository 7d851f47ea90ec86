"""A repository on a git server behind the port `GitStore`, worked on in a scratch repository of our own.

The scratch borrows the objects of the workspace's repository, if there is one, so little is fetched; nothing is written
there. The token goes to git through its environment, as the one header of that kind whatever the user's or the
runner's configuration says. A push whose answer got lost is looked up on the server before it counts as failed.
"""

import os
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit, urlunsplit

from fgd_sync.adapters.git_command import Completed, Git, object_id, understood
from fgd_sync.adapters.git_failures import classify, is_lost
from fgd_sync.adapters.git_objects import GitObjects
from fgd_sync.adapters.git_push import check_push, push_words
from fgd_sync.adapters.scratch import make_scratch
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import replace

_REMOTE = "fgd"
_SHA256_DIGITS = 64
_FORMAT = pattern(r"object-format=(\w+)")
_TRANSFERS = 10
"""A transfer of files may take so many times as long as an answer may."""

_SETTINGS = (
    ("core.fsync", "none"),
    ("core.logAllRefUpdates", "false"),
    ("fastimport.unpackLimit", "1"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.unpackLimit", "1"),  # One pack for each fetch: a limit for one file is a limit for all that it brings.
    ("fetch.writeCommitGraph", "false"),
    ("push.followTags", "false"),
    ("push.gpgSign", "false"),
    ("push.recurseSubmodules", "no"),
    ("push.default", "nothing"),
)
_OTHER_TOKENS = frozenset({"GITHUB_TOKEN", "GH_TOKEN", "GIT_ASKPASS", "SSH_ASKPASS"})


class RemoteStore(GitObjects):
    """The repository at `url`. `scratch`: an empty directory of ours; `workspace`: the root of a work tree, or None.

    `token` empty: git is left to find credentials as the user has set them up. A password in the URL is taken out of
    it and sent like a token.
    """

    def __init__(
        self, url: str, scratch: Path, *, workspace: Path | None = None, token: str = "", settings: GitHubSettings
    ) -> None:
        secret = f"x-access-token:{token}" if token else _password(url)
        url = without_credentials(url) if secret else url
        patience = settings.connection_timeout + settings.read_timeout
        git = Git(
            scratch,
            (*_SETTINGS, *_remote(url, settings), *_authorization(url, secret)),
            {"GIT_DIR": str(scratch)},
            seconds=patience,
            withheld=_OTHER_TOKENS if secret else frozenset(),
        )
        super().__init__(git, without_credentials(url).removesuffix(".git"))
        self._asking = Git(git.directory, git.settings, git.variables, patience, remote=True, withheld=git.withheld)
        self._moving = self._asking.within(settings.connection_timeout + _TRANSFERS * settings.read_timeout)
        self._fetching = Lock()
        self._here = set[str]()
        self._format: str | None = make_scratch(scratch, workspace)

    @understood
    def refs(self, prefix: str) -> dict[str, str]:
        """The refs whose full names start with `prefix`, with the ids they point to, as they are at this moment."""
        few = ("--heads",) if prefix.startswith("refs/heads/") else ()
        done = self._asking.attempt("ls-remote", "--refs", *few, _REMOTE)
        if done.status:
            raise classify(done.errors, "ls-remote")
        pairs = (line.partition("\t") for line in os.fsdecode(done.output).splitlines())
        refs = {ref: object_id(name) for name, _, ref in pairs}
        if refs:
            self._suit(next(iter(refs.values())))
        else:
            self._examine()
        return {ref: name for ref, name in refs.items() if ref.startswith(prefix)}

    def _examine(self) -> None:
        """See whether a server without refs has a repository at all, and of which hash function. Raises FgdError.

        Where a page answers in place of a git server, git may take it for a list of refs that is empty.
        """
        talk = replace(self._asking, variables={**self._asking.variables, "GIT_TRACE_PACKET": "1"})
        said = talk.attempt("ls-remote", _REMOTE).errors
        if "packet:" not in said:
            words = f"{self.name} answers, but not as a git server does: maybe a page to log in, or a proxy's"
            raise FgdError(GITHUB_CONNECTION_FAILED, words, remedy="Check the address, and what stands in between.")
        form = _FORMAT.search(said)
        self._use(form[1] if form else "sha1")

    def _suit(self, name: str) -> None:
        """Give the scratch the hash function of the server's repository, once an id of it is seen."""
        if name:
            self._use("sha256" if len(name) == _SHA256_DIGITS else "sha1")

    def _use(self, object_format: str) -> None:
        if self._format is None:
            self._format = object_format
            if object_format != "sha1":
                make_scratch(self.git.directory, None, object_format)

    def commit(self, new: NewCommit) -> str:
        """Make a commit and give its id. No ref points to it yet. A commit without changes is made all the same."""
        if self._format is None:
            self.refs("refs/")
        return super().commit(new)

    def fetch(self, wanted: Sequence[str]) -> None:
        """Make refs (full names) or commits (ids) available here, without their history; what is here stays."""
        with self._fetching:
            refs = [name for name in wanted if name.startswith("refs/")]
            ids = [name for name in wanted if not name.startswith("refs/")]
            self._suit(next(iter(ids), ""))
            unknown = [name for name in ids if name not in self._here]
            there = self.has(unknown) if unknown else {}
            missing = [*refs, *(name for name in unknown if not there[name])]
            if missing:
                self._fetch(missing)
            self._here.update(unknown)

    def gather(self, prefix: str) -> dict[str, str]:
        """The refs with what they point to: one call to the server, where its hash function is known."""
        if self._format is None:
            refs = self.refs(prefix)
            self.fetch(list(refs.values()))
            return refs
        place = f"refs/gathered/{os.urandom(16).hex()}/"
        done = self._transfer(f"+{prefix}*:{place}*\n")
        if done.status and done.errors.strip():  # Where nothing begins so, git fails without a word.
            raise classify(done.errors, "fetch")
        output = os.fsdecode(self.git.run("for-each-ref", "--format=%(objectname) %(refname)", place))
        pairs = (line.partition(" ") for line in output.splitlines())
        found = {prefix + ref.removeprefix(place): name for name, _, ref in pairs}
        self._here.update(found.values())
        return found or self.refs(prefix)

    def _fetch(self, wanted: Sequence[str]) -> None:
        lines = "".join(f"+{name}:refs/fetched/{os.urandom(16).hex()}\n" for name in dict.fromkeys(wanted))
        done = self._transfer(lines)
        if done.status:
            raise classify(done.errors, "fetch")

    def _transfer(self, lines: str) -> Completed:
        """Fetch what lines of refspecs say, without history."""
        words = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--stdin", _REMOTE)
        return self._moving.attempt(*words, data=os.fsencode(lines))

    def update(self, moves: Sequence[RefMove]) -> None:
        """Move refs, all or none, each only if it still is what `old` says; the commits' objects go along."""
        if not moves:
            return
        try:
            check_push(self._moving.attempt(*push_words(moves, _REMOTE)), moves)
        except FgdError as failure:
            if not self._was_done(moves, failure):
                raise

    def _was_done(self, moves: Sequence[RefMove], failure: FgdError) -> bool:
        """Whether a push that failed was done all the same. Raises FgdError if nobody can tell.

        Its answer may have got lost; or the connection did, and was made anew, and the server found the work done.
        """
        is_ours = any(move.new and move.new != move.old for move in moves)
        if not is_lost(failure) and not (failure.details.get("was_sent") and is_ours):
            return False
        try:
            there = self.refs("refs/")
        except FgdError as why:
            message = f"the push was sent, but whether it was done is not known: {why.message}"
            raise FgdError(GITHUB_CONNECTION_FAILED, message, details={"unknown": True}) from failure
        return all(there.get(move.ref, "") == move.new for move in moves)


def without_credentials(url: str) -> str:
    """A URL without the user name and password that it may carry; other forms of addresses stay as they are."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _remote(url: str, settings: GitHubSettings) -> tuple[tuple[str, str], ...]:
    return (
        (f"remote.{_REMOTE}.url", url),
        ("http.lowSpeedLimit", "1"),
        ("http.lowSpeedTime", str(settings.read_timeout)),
    )


def _password(url: str) -> str:
    """User name and password of a URL, with a colon between them; "" if it has no password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.password:
        return ""
    return f"{unquote(parts.username or '')}:{unquote(parts.password)}"


def _authorization(url: str, secret: str) -> tuple[tuple[str, str], ...]:
    """The token as a header; those that other configurations set for the server are dropped, a second is an error.

    The key is the whole URL: git takes the headers of the most specific one only. Nothing without a secret.
    """
    if not secret:
        return ()
    value = b64encode(secret.encode()).decode()
    key = f"http.{url}.extraHeader"
    return ((key, ""), (key, f"Authorization: Basic {value}"), ("credential.helper", ""), ("core.askPass", ""))
