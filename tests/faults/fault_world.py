"""A small fabric directory, a plan that does everything a plan can do, and operating system calls that go wrong."""

import errno
import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from fgd_sync.adapters.journal import make
from fgd_sync.adapters.processes import Processes
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.spread import Item, Result, Spread, Steps, in_turn

CALLS = ["open", "write", "read", "close", "fsync", "sync", "rename", "link", "unlink", "mkdir", "rmdir", "fchmod", "fchown", "stat", "fstat", "listdir", "lseek"]  # fmt: skip
WRITING = ("write", "mkdir", "link", "fsync", "rename")
"""The calls that a full disk refuses, with `open` for a new file."""

BIG = b"# far too large\n" * 9000
BEFORE: dict[str, tuple[int, bytes]] = {
    ".hnp/manifest.yaml": (0o644, b"fabric_name: east\n"),
    ".hnp/archive-log.yaml": (0o644, b"operations: []\n"),
    "README.md": (0o644, b"# east\n"),
    "managed/vpcs/.gitkeep": (0o644, b""),
    "managed/vpcs/blue.yaml": (0o640, b"kind: VPC\nname: blue\n"),
    "managed/vpcs/red.yaml": (0o600, b"kind: VPC\nname: red\n"),
    "managed/old/green.yaml": (0o644, b"kind: VPC\nname: green\n"),
    "raw/a.yaml": (0o644, b"name: a\n"),
    "raw/deep/er/b.yaml": (0o664, b"name: b\n"),
    "raw/deep/er/big.yaml": (0o644, BIG),
    "raw/other/c.yaml": (0o644, b"name: c\n"),
    "raw/other/stays.txt": (0o644, b"text\n"),
}
CHANGES: tuple[Change, ...] = (
    Write("managed/vpcs/blue.yaml", b"kind: VPC\nname: blue\nnew: true\n", BEFORE["managed/vpcs/blue.yaml"][1]),
    Write("managed/servers/straße.yaml", b"kind: Server\n", None),
    Write("managed/servers/two.yaml", b"kind: Server\n" * 3000, None),
    Delete("managed/old/green.yaml", BEFORE["managed/old/green.yaml"][1]),
    Move("raw/a.yaml", "raw/a.yaml.archived", b"name: a\n"),
    Move("raw/deep/er/b.yaml", "unmanaged/deep/er/b.yaml", b"name: b\n"),
    Move("raw/deep/er/big.yaml", "unmanaged/deep/er/big.yaml", None),
    Move("raw/other/c.yaml", "unmanaged/other/c.yaml", b"name: c\n"),
    Write("unmanaged/other/c.yaml", b"name: c only\n", b"name: c\n"),
    Write(".hnp/archive-log.yaml", b"operations:\n- one\n", b"operations: []\n"),
)
FRESH: tuple[Change, ...] = (
    Write(".hnp/manifest.yaml", b"fabric_name: new\n", None),
    Write("raw/.gitkeep", b"", None),
    Write("managed/vpcs/.gitkeep", b"", None),
    Move("x.yaml", "raw/x.yaml.archived", b"name: x\n"),
)
SCENARIOS: dict[str, tuple[dict[str, tuple[int, bytes]], tuple[Change, ...]]] = {
    "sync": (BEFORE, CHANGES),
    "first": ({"x.yaml": (0o644, b"name: x\n")}, FRESH),
}
KEEP = frozenset({"managed/vpcs", "managed/servers"})

State = dict[str, tuple[int, bytes]]


def build(directory: Path, files: dict[str, tuple[int, bytes]]) -> None:
    """Lay out a directory anew, with a bystander next to it."""
    shutil.rmtree(directory.parent, ignore_errors=True)
    for name, (mode, data) in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    (directory.parent / "bystander").write_bytes(b"untouched")


def state(directory: Path) -> State:
    """Everything in the directory and next to it: mode and bytes of each file, mode of each folder."""
    return dict(_entries(directory.parent))


def _entries(root: Path) -> Iterator[tuple[str, tuple[int, bytes]]]:
    for folder, _, names in os.walk(root):
        yield str(Path(folder).relative_to(root)), (stat.S_IMODE(Path(folder).stat().st_mode), b"")
        for name in names:
            path = Path(folder) / name
            yield str(path.relative_to(root)), (stat.S_IMODE(path.stat().st_mode), path.read_bytes())


def is_all_but(found: State, wanted: State, kept: str) -> bool:
    """Whether all is as wanted, but for the emptied folder of that name and those above it, which may still be there.

    That does no harm: git knows no empty folders. To take everything back for one would help nobody, and a later run
    cannot tell it from one that people made.
    """
    more = found.keys() - wanted.keys()
    stays = next((path for path in more if path.endswith(f"/{kept}")), "") if kept else ""
    above = {path for path in more if f"{stays}/".startswith(f"{path}/")}
    return {path: entry for path, entry in found.items() if path not in above} == wanted


def outcomes(scenario: str, directory: Path) -> tuple[State, State]:
    """The state before a scenario and the one after it, with nothing going wrong."""
    files, changes = SCENARIOS[scenario]
    build(directory, files)
    old = state(directory)
    make(directory, changes, KEEP)
    return old, state(directory)


class Saboteur:
    """Counts the calls to the operating system, and does something at the one with a given number, from 0."""

    def __init__(
        self, number: int, act: Callable[[str], None], *, forever: bool = False, afterwards: bool = False
    ) -> None:
        self.count, self.last, self.kept, self.afterwards = 0, "", "", afterwards
        """How many calls there were, the one that was met, and the name of the folder that it did not remove."""
        self._number, self._act, self._forever = number, act, forever

    def reached(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.count += 1
        due = self.count - 1 - self._number
        if due == 0 or (self._forever and due > 0):
            self.last = self.last or name
            self.kept = str(arguments[0]) if name == "rmdir" else ""
            if name == "write" and self._act is kill:
                real["write"](arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            self._act("create" if name == "open" and arguments[1] & os.O_CREAT else name)


real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in CALLS}


@contextmanager
def sabotaged(saboteur: Saboteur) -> Iterator[None]:
    """Let the calls of this process pass the saboteur."""

    def wrap(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if not saboteur.afterwards:
                saboteur.reached(name, arguments)
            result = real[name](*arguments, **options)
            if saboteur.afterwards:
                saboteur.reached(name, arguments)
            return result

        return call

    for name in CALLS:
        setattr(os, name, wrap(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def kill(_name: str) -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt(_name: str) -> None:
    """End the work as Ctrl-C does."""
    raise KeyboardInterrupt


def failing(number: int) -> Callable[[str], None]:
    """Fail with an error of the operating system; a full disk refuses only what needs room."""

    def act(name: str) -> None:
        if name == "close" or (number == errno.ENOSPC and name not in (*WRITING, "create")):
            return
        raise OSError(number, os.strerror(number))

    return act


def killed(number: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed at its call with that number; False if it ended before.

    Waits for its helpers as the lock of the directory does, which they hold as long as they live.
    """
    last, life = os.pipe()
    child = os.fork()
    if not child:
        with sabotaged(Saboteur(number, kill)):
            work()
        os._exit(0)
    os.close(life)
    _, status = os.waitpid(child, 0)
    assert not os.read(last, 1)
    os.close(last)
    return os.WIFSIGNALED(status)


class Apart:
    """Does what may be done beside in a process of its own, however little it is."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        return in_turn(work, items, costs)

    def beside(self, work: Callable[[], Result], _cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        return Processes(2).beside(work, 1_000_000)

    def steps(self, works: Sequence[Callable[[], Any]], _cost: int, /) -> AbstractContextManager[Steps]:
        return Processes(2).steps(works, 1_000_000)


SPREADS: dict[str, Spread | None] = {"alone": None, "apart": Apart()}
