"""A disk that may lose power: records what is done to a directory, and gives the states that POSIX then allows.

What was not made durable may be there or not. A file that was not synced may be empty, cut short or full of zeros; of the
changes of names in folders that were not synced any may be missing, in any order, as long as none hangs in the air. A
renaming is whole or not at all, as on every file system with a journal.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fault_world import State, build

TOP = 0
"""The number of the recorded directory itself."""

Slot = tuple[int, str]
"""A name in a folder, which is known by its number."""

Entry = tuple[str, tuple[int, bytes]]
"""A path with the mode and bytes of its file; a folder ends in a slash."""

CALLS = ("open", "write", "fsync", "sync", "rename", "link", "unlink", "mkdir", "rmdir", "fchmod")
LOST: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data,
    lambda _: b"",
    lambda data: data[: len(data) // 2],
    lambda data: bytes(len(data)),
)
"""What may become of the content of a file that was not synced."""


look = os.stat
"""Not in the hands of a saboteur."""


class PowerCutError(BaseException):
    """The machine is off: from here on no call does anything."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done.

    `names`: what names in folders lead to afterwards, None for nothing. `made`: a new folder or file. `gone`: a folder that
    was removed. `written`: the file that got `data`, or was synced if that is None. `synced`: a folder, or -1 for all.
    """

    names: Mapping[Slot, int | None] = field(default_factory=dict)
    gone: int | None = None
    written: int | None = None
    data: bytes | None = None
    synced: int | None = None


class Disk:
    """The steps done to a directory, and its files as they are now. `steps` starts with what was there, which is safe."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.steps = directory, list[Step]()
        self.modes: dict[int, int] = {}
        self.folders: set[int] = {TOP}
        self._names: dict[Slot, int] = {}
        self._open: dict[int, int] = {}
        self._lay()
        self.old = len(self.steps)

    def _lay(self) -> None:
        for folder, folders, files in os.walk(self.directory):
            for name in (*folders, *files):
                path = Path(folder) / name
                number = self._new(path, folder=name in folders)
                if name in files:
                    os.utime(path, (0, 0))  # A file that was never read is recognised by its time.
                    self.steps.append(Step(written=number, data=path.read_bytes()))
        self.steps.append(Step(synced=-1))

    def _new(self, path: Path, *, folder: bool) -> int:
        number = 1 + max((TOP, *self.modes))
        self.modes[number] = look(path).st_mode & 0o7777
        self.folders |= {number} if folder else set()
        self._name({self.slot(path): number})
        return number

    def _name(self, names: Mapping[Slot, int | None], gone: int | None = None) -> None:
        for slot, number in names.items():
            self._names.pop(slot, None)
            if number is not None:
                self._names[slot] = number
        self.steps.append(Step(names=names, gone=gone))

    def slot(self, path: Path) -> Slot:
        """Where a path leads from the directory."""
        *folders, name = path.relative_to(self.directory).parts
        number = TOP
        for folder in folders:
            number = self._names[number, folder]
        return number, name

    def number(self, path: Path) -> int:
        """What stands at a path."""
        return TOP if path == self.directory else self._names[self.slot(path)]

    def did(self, call: str, result: Any, *arguments: Any, **options: Any) -> None:
        """Take note of a call that was made."""
        if call == "open":
            self._opened(result, arguments[0], arguments[1], options.get("dir_fd"))
        elif call in ("write", "fsync", "fchmod"):
            self._at_descriptor(call, result, *arguments)
        elif call == "sync":
            self.steps.append(Step(synced=-1))
        else:
            self._at_path(call, *arguments, **options)

    def _opened(self, descriptor: int, name: Any, flags: int, folder: int | None) -> None:
        path = self._path(name, folder)
        if not path.is_relative_to(self.directory):
            return
        new = flags & os.O_CREAT and (path == self.directory or self.slot(path) not in self._names)
        self._open[descriptor] = self._new(path, folder=False) if new else self.number(path)

    def _at_descriptor(self, call: str, result: Any, descriptor: int, *more: Any) -> None:
        number = self._open[descriptor]
        if call == "write":
            self.steps.append(Step(written=number, data=bytes(more[0])[:result]))
        elif call == "fchmod":
            self.modes[number] = more[0]
        else:
            self.steps.append(Step(synced=number) if number in self.folders else Step(written=number))

    def _at_path(self, call: str, name: Any, *more: Any, **options: Any) -> None:
        path = self._path(name, options.get("dir_fd", options.get("src_dir_fd")))
        slot = self.slot(path)
        if call == "mkdir":
            self._new(path, folder=True)
        elif call in ("unlink", "rmdir"):
            self._name({slot: None}, self._names[slot] if call == "rmdir" else None)
        else:
            target = self.slot(self._path(more[0], options["dst_dir_fd"]))
            self._name({**({slot: None} if call == "rename" else {}), target: self._names[slot]})

    @staticmethod
    def _path(name: Any, folder: int | None) -> Path:
        return Path(name if folder is None else f"{Path(f'/proc/self/fd/{folder}').readlink()}/{name}")


@contextmanager
def recorded(disk: Disk, most: int = 1_000_000) -> Iterator[None]:
    """Record what the block does to the disk; the process dies at its step with the number `most`."""
    real = {name: getattr(os, name) for name in CALLS}
    left = [most]

    def wrap(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if left[0] <= 0:
                raise PowerCutError
            left[0] -= name != "open" or bool(arguments[1] & os.O_CREAT)
            result = real[name](*arguments, **options)
            disk.did(name, result, *arguments, **options)
            return result

        return call

    for name in CALLS:
        setattr(os, name, wrap(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


class Moment:
    """The disk after so many steps: which changes of names are certain, and what files hold for certain."""

    def __init__(self, disk: Disk, steps: int) -> None:
        self.disk, self.changes = disk, list[Step]()
        self.certain: set[int] = set()
        self.written: dict[int, bytes] = {}
        self.safe: dict[int, bytes] = {}
        for step in disk.steps[:steps]:
            self._take(step)

    def _take(self, step: Step) -> None:
        if step.names:
            self.changes.append(step)
        elif step.written is not None and step.data is not None:
            self.written[step.written] = self.written.get(step.written, b"") + step.data
        elif step.written is not None:
            self.safe[step.written] = self.written.get(step.written, b"")
        elif step.synced == -1:
            self.certain, self.safe = set(range(len(self.changes))), dict(self.written)
        else:
            touching = (n for n, it in enumerate(self.changes) if any(slot[0] == step.synced for slot in it.names))
            self.certain |= self._whole(touching)

    def _whole(self, wanted: Iterator[int]) -> set[int]:
        """Changes with all that they presuppose."""
        found: set[int] = set()
        todo = list(wanted)
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += self._before(number)
        return found

    def _before(self, number: int) -> list[int]:
        """The earlier changes without which this one cannot be: of the same names, and of their folders."""
        step = self.changes[number]
        folders = {slot[0] for slot in step.names}
        return [
            n
            for n, it in enumerate(self.changes[:number])
            if it.names.keys() & step.names.keys()
            or folders & set(it.names.values())
            or (step.gone is not None and any(slot[0] == step.gone for slot in it.names))
        ]

    def subsets(self, few: int) -> Iterator[set[int]]:
        """Sets of changes that may be all that is left: extremes, each change alone or missing, and `few` at random."""
        open_ = [number for number in range(len(self.changes)) if number not in self.certain]
        yield set(self.certain)
        for number in open_:
            yield self.certain | self._whole(iter([number]))
            yield self.certain | {n for n in open_ if number not in self._whole(iter([n]))}
        yield {*self.certain, *open_}
        chance = random.Random(len(self.changes))
        for _ in range(few if len(open_) > 2 else 0):
            yield self.certain | self._whole(iter([n for n in open_ if chance.random() < 0.5]))

    def state(self, kept: set[int], lose: Callable[[bytes], bytes]) -> State:
        """The files and folders of the directory with these changes."""
        names: dict[Slot, int] = {}
        for number in sorted(kept):
            for slot, target in self.changes[number].names.items():
                names.pop(slot, None)
                if target is not None:
                    names[slot] = target
        return dict(self._below(TOP, "", names, lose))

    def _below(
        self, folder: int, start: str, names: Mapping[Slot, int], lose: Callable[[bytes], bytes]
    ) -> Iterator[tuple[str, tuple[int, bytes]]]:
        for (home, name), number in names.items():
            if home != folder:
                continue
            mode = self.disk.modes[number]
            if number in self.disk.folders:
                yield f"{start}{name}/", (mode, b"")
                yield from self._below(number, f"{start}{name}/", names, lose)
            else:
                data = self.safe[number] if number in self.safe else lose(self.written.get(number, b""))
                yield f"{start}{name}", (mode, data)


def states(disk: Disk, few: int, stride: int = 1) -> Iterator[tuple[int, State]]:
    """The different states that a loss of power may leave, with the number of the step after which it is.

    `few`: so many sets of changes are taken at random at each step. With 0, files are lost in one way for each set.
    """
    for steps in sorted({*range(disk.old, len(disk.steps) + 1, stride), len(disk.steps)}):
        moment = Moment(disk, steps)
        seen: set[frozenset[Entry]] = set()
        for number, kept in enumerate(moment.subsets(few)):
            for lose in LOST if few else (LOST[number % len(LOST)],):
                found = moment.state(kept, lose)
                entries = frozenset(found.items())
                if entries not in seen:
                    seen.add(entries)
                    yield steps, found


def lay(directory: Path, state: State) -> None:
    """Put files and folders back as they are after a loss of power."""
    build(directory, {name: entry for name, entry in state.items() if not name.endswith("/")})
    directory.mkdir(exist_ok=True)
    for name, (mode, _) in state.items():
        if name.endswith("/"):
            (directory / name).mkdir(parents=True, exist_ok=True)
            (directory / name).chmod(mode)
        else:
            os.utime(directory / name, (0, 0))
