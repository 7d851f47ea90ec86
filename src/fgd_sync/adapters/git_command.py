"""The one place that runs the git command: with an environment of ours, a time limit, and an end when we end.

Everything that git is told besides its arguments goes through its environment (`GIT_CONFIG_COUNT`), so nothing is
written to a configuration and no secret stands in a list of processes. The variables of a hook or of the user's shell
(GIT_DIR, GIT_TRACE and the like) do not reach git. Output is bytes. A child, with all that it started, ends when an
exception passes: a signal, a time limit, a cancelled run.
"""

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, ParamSpec, TypeVar

from fgd_sync.adapters.child_output import bounded, listen, piece
from fgd_sync.adapters.signals import held, seconds_left
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, SYNC_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass, field, replace

if TYPE_CHECKING:
    from subprocess import Popen

    Child = Popen[bytes]

REMOTE_WORDS = 1 << 28
"""So many bytes are taken in of what a remote has to say: some millions of refs."""

REMOTE_MEMORY = 1 << 31
"""So many bytes may git have for what a remote says, which it keeps until it is all there."""

REMOTE_FILE = 1 << 32
"""So many bytes may git write to one file, above all to the pack of a fetch, whose end nobody knows beforehand.

What is fetched is the newest commits without their history, and only what the workspace lacks of them: mostly some
megabytes. GitHub takes no push of more than 2 GB, and the disk of its smallest runner has 14 GB left.
"""

_GENTLE = 0.5
"""Seconds that git gets to take back its lock files before it is killed."""

_KEPT = frozenset({
    "GIT_EXEC_PATH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSH", "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT", "GIT_PROXY_COMMAND", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_PROXY_SSL_CAINFO", "GIT_ASKPASS",
})  # fmt: skip
"""The variables of git that say how a remote is reached. All others would lead it elsewhere or make it talk."""

_OURS = ("GIT_", "INPUT_", "NETBOX_", "HEDGEHOG_", "ACTIONS_")
"""Beginnings of the variables that git is not given."""

_FIXED = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "LC_ALL": "C",
}

_NO_HOME = {"GIT_CONFIG_GLOBAL": os.devnull, "HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
"""For git as another user: the home of this one may be closed to it."""

_SETTINGS = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("safe.bareRepository", "explicit"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("i18n.commitEncoding", "UTF-8"),
)


_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_ID = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def understood(read: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let a function that reads what git wrote raise FgdError where that makes no sense."""

    @wraps(read)
    def checked(*given: _Given.args, **more: _Given.kwargs) -> _Result:
        try:
            return read(*given, **more)
        except (ValueError, LookupError) as error:
            raise FgdError(
                SYNC_FAILED,
                f"the command git gave an answer that cannot be read ({type(error).__name__})",
                remedy="Run it again. If that does not help, check the command: `git --version`, `git fsck`.",
            ) from error

    return checked


def object_id(text: str) -> str:
    """An id of an object as git wrote it. Raises ValueError for anything else."""
    if not _ID.fullmatch(text):
        raise ValueError("no id of an object")
    return text


@dataclass(frozen=True, slots=True)
class Completed:
    """A git command that ended: its words, its exit status, what it wrote."""

    words: tuple[str, ...]
    status: int
    output: bytes
    errors: str

    def failure(self) -> FgdError:
        """The failure in git's own words."""
        ended = f"status {self.status}" if self.status >= 0 else f"it was ended by {_signal_name(-self.status)}"
        said = self.errors.strip() or ended
        return FgdError(SYNC_FAILED, f"`git {self.words[0]}` failed: {said}")


@dataclass(frozen=True, slots=True)
class Git:
    """How git is to be run: where, with which settings, and for how many seconds at most.

    `variables` are environment variables of git such as GIT_DIR. `remote`: commands wait for another computer.
    `withheld`: further variables of this process that git is not given. `owner`: user and group that git is to be, so
    that what it makes belongs to them; None: this process's.
    """

    directory: Path
    settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    variables: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 120.0
    remote: bool = False
    withheld: frozenset[str] = frozenset()
    owner: tuple[int, int] | None = None

    def within(self, seconds: float) -> "Git":
        """The same with another time limit."""
        return replace(self, seconds=seconds)

    def attempt(self, *words: str, data: bytes | Iterable[bytes] = b"") -> Completed:
        """Run a command, give what came of it. Raises FgdError if it cannot be run or takes too long.

        `data`: what it reads; in parts where it is much.
        """
        with _as_file(data) as source, self._child(words, source) as child:
            output, errors = self._read(child, words)
        return Completed(words, child.returncode, output, errors.decode("utf-8", "backslashreplace"))

    def run(self, *words: str, data: bytes = b"") -> bytes:
        """Run a command, give its output. Raises FgdError in git's words if it fails."""
        done = self.attempt(*words, data=data)
        if done.status:
            raise done.failure()
        return done.output

    def pieces(
        self, *words: str, data: bytes = b"", refuse: Callable[[Completed], FgdError] = Completed.failure
    ) -> Generator[bytes, None, None]:
        """Run a command, give its output piece by piece while it goes on; time is limited for each piece.

        Raises FgdError like `attempt`, and what `refuse` makes of a command that fails. If it is not read to its end,
        close it.
        """
        with _as_file(data) as source, _file_of(b"") as said, self._child(words, source, said.fileno()) as child:
            while part := self._piece(child, words):
                yield part
            self._read(child, words)
            said.seek(0)
            errors = said.read().decode("utf-8", "backslashreplace")
        if child.returncode:
            raise refuse(Completed(words, child.returncode, b"", errors))

    def environment(self) -> dict[str, str]:
        """The environment of the command."""
        kept = {name: value for name, value in os.environ.items() if name not in self.withheld and _is_kept(name)}
        settings = (*_SETTINGS, *self.settings)
        for number, (name, value) in enumerate(settings):
            kept |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        elsewhere = _NO_HOME if self.owner else {}
        return {**kept, **_FIXED, **elsewhere, "GIT_CONFIG_COUNT": str(len(settings)), **self.variables}

    @contextmanager
    def _child(self, words: tuple[str, ...], source: int, errors: int | None = None) -> Iterator["Child"]:
        """Start git and give it to a block; it does not survive an exception in it. `errors`: a file for its errors."""
        child: Child | None = None
        try:
            with held():
                command = ["git", *words]
                child = self._start(
                    bounded(command, REMOTE_MEMORY, REMOTE_FILE) if self.remote else command, source, errors
                )
            yield child
        except BaseException:
            if child is not None:
                _end(child)
            raise

    def _start(self, command: list[str], source: int, errors: int | None) -> "Child":
        """Start a command in a session of its own, so that it can be ended with all that it starts."""
        from subprocess import PIPE, Popen

        who = {"user": self.owner[0], "group": self.owner[1], "extra_groups": ()} if self.owner else {}
        where = {"cwd": self.directory, "env": self.environment(), "start_new_session": True}
        said = PIPE if errors is None else errors
        try:
            return Popen(command, stdin=source, stdout=PIPE, stderr=said, **where, **who)  # type: ignore[call-overload,no-any-return] # noqa: S603 - no shell
        except OSError as error:
            raise _not_started(error) from error

    def _read(self, child: "Child", words: tuple[str, ...]) -> tuple[bytes, bytes]:
        """Read a child to its end."""
        try:
            return listen(child, REMOTE_WORDS if self.remote else sys.maxsize, self._patience())
        except TimeoutError:
            raise self._too_slow(words) from None
        except OverflowError:
            raise FgdError(
                GITHUB_CONNECTION_FAILED,
                f"the remote's answer to `git {words[0]}` does not end: it has more than {REMOTE_WORDS >> 20} MB",
                remedy="Check the address, and what stands in between: no git server says so much.",
            ) from None

    def _piece(self, child: "Child", words: tuple[str, ...]) -> bytes:
        """The next piece of a child's output; nothing at its end."""
        try:
            return piece(child, self._patience())
        except TimeoutError:
            raise self._too_slow(words) from None

    def _patience(self) -> Callable[[], float]:
        """What says how many seconds are left from now on; fewer where the run is being ended."""
        end = monotonic() + self.seconds

        def left() -> float:
            nonlocal end
            of_run = seconds_left()  # From the first time that it is asked.
            end = end if of_run is None else min(end, monotonic() + of_run)
            return end - monotonic()

        return left

    def _too_slow(self, words: tuple[str, ...]) -> FgdError:
        if self.remote:
            message = f"the remote gave no answer in time to `git {words[0]}`"
            return FgdError(GITHUB_CONNECTION_FAILED, message, details={"timed_out": True})
        return FgdError(SYNC_FAILED, f"`git {words[0]}` took longer than {self.seconds:g} s")


def git_in(directory: Path, root: Path, lent: Path | None = None) -> Git:
    """The git command in a directory of the repository at `root`, whoever owns it, with objects that are lent to it.

    `root`: of its work tree, or of a bare one.
    git does not look for the repository itself: files of a bare one can be committed, and it would obey their settings.
    """
    inner = root / ".git"
    variables = {"GIT_DIR": str(inner), "GIT_WORK_TREE": str(root)} if inner.exists() else {"GIT_DIR": str(root)}
    variables |= {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(lent)} if lent else {}
    return Git(directory, (("safe.directory", str(root)),), variables)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _is_kept(name: str) -> bool:
    return name in _KEPT or not name.startswith(_OURS)


@contextmanager
def _as_file(data: bytes | Iterable[bytes]) -> Iterator[int]:
    """Bytes as a file to read from: unlike a pipe it can be read while nobody writes. Raises FgdError."""
    from subprocess import DEVNULL

    if not data:
        yield DEVNULL
        return
    with _file_of(data) as file:
        yield file.fileno()


def _file_of(data: bytes | Iterable[bytes]) -> IO[bytes]:
    from tempfile import TemporaryFile

    try:
        with ExitStack() as on_failure:
            file = on_failure.enter_context(TemporaryFile())
            file.writelines([data] if isinstance(data, bytes) else data)
            file.seek(0)
            on_failure.pop_all()
            return file
    except OSError as error:
        from fgd_sync.adapters.os_errors import temporary_failure

        raise temporary_failure(error, "write a temporary file") from error


def _not_started(error: OSError) -> FgdError:
    if isinstance(error, FileNotFoundError) and error.filename == "git":
        remedy = "Install git, or use `--base ''` to do without history."
        return FgdError(SYNC_FAILED, "the command git is not there", remedy=remedy)
    from fgd_sync.adapters.os_errors import failure

    return failure(error, "run git in", error.filename or "")


def _end(child: "Child") -> None:
    """End a child and all that it started; first gently, so that git takes back its lock files."""
    from subprocess import TimeoutExpired

    with held():
        _signal(child, signal.SIGTERM)
        with suppress(TimeoutExpired):
            child.wait(_GENTLE)
        _signal(child, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdout, child.stderr):
            with suppress(OSError):
                if pipe:
                    pipe.close()


def _signal(child: "Child", number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
