"""What the benchmark measures: fabrics of a shape, and the commands that are run on them, beside kubeconform."""

import re
import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from fabric_maker import documents
from measure import Command, Step, cost_of

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "crd"
FGD: Command = [sys.executable, "-m", "fgd_sync.cli"]
QUIET = ["--no-color", "--format", "github", "--base", ""]
COLD = [*QUIET, "--no-cache"]
KUBECONFORM, ON_CANONICAL, START_UP = "kubeconform", "kubeconform, canonical", "start-up"
REFERENCES = (KUBECONFORM, ON_CANONICAL)
"""What others are compared with: kubeconform on the files as people write them, and on those that a sync makes of them."""


class Content(StrEnum):
    """What the files of a fabric are like."""

    CLEAN = "clean"
    COMMENTS = "comments"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many resources a fabric has, how many stand in a file, and what its files are like."""

    resources: int
    per_file: int
    content: Content = Content.CLEAN

    def __str__(self) -> str:
        """The shape in words."""
        files = "one to a file" if self.per_file == 1 else f"{self.per_file} to a file"
        extra = {Content.COMMENTS: ", with comments", Content.ERRORS: ", 1 % with an error"}.get(self.content, "")
        return f"{self.resources:,} resources, {files}{extra}"


def write_raw(folder: Path, shape: Shape) -> None:
    """A fabric directory with resources in its raw/."""
    (folder / "raw").mkdir(parents=True)
    batch: list[str] = []
    wants = {"comments": shape.content is Content.COMMENTS, "errors": shape.content is Content.ERRORS}
    for number, text in enumerate(documents(shape.resources, **wants), 1):
        batch.append(text)
        if len(batch) == shape.per_file or number == shape.resources:
            (folder / "raw" / f"{number:06d}.yaml").write_text("---\n".join(batch))
            batch = []


def kubeconform_schemas(folder: Path) -> str:
    """Our schemas under the names by which kubeconform looks them up; gives its -schema-location."""
    folder.mkdir()
    for path in SCHEMAS.glob("*/*/*.json"):
        group, version = path.parts[-3:-1]
        shutil.copy(path, folder / f"{group}_{path.stem}_{version}.json")
    return f"{folder}/{{{{.Group}}}}_{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"


def compared(base: Path, kubeconform: str) -> dict[str, Step]:
    """The references."""
    location = kubeconform_schemas(base / "schemas")
    command = [kubeconform, "-strict", "-n", "2", "-schema-location", location]
    folders = {KUBECONFORM: base / "fresh" / "raw", ON_CANONICAL: base / "managed" / "managed"}
    return {name: Step([*command, str(folder)], base) for name, folder in folders.items() if folder.exists()}


def reference_for(name: str) -> str:
    """Which reference is on the same files as a step."""
    return KUBECONFORM if name in _ON_FRESH else ON_CANONICAL


def _sync_from_raw(base: Path) -> Step:
    def renew() -> None:
        shutil.rmtree(base / "work", ignore_errors=True)
        shutil.copytree(base / "fresh", base / "work")

    return Step([*FGD, "sync", "work", *COLD], base, renew)


def _warm(command: str, *, edited: bool) -> Callable[[Path], Step]:
    """A command that ran before on the same files, but for one that was edited in between if `edited`."""

    def made(base: Path) -> Step:
        step = Step([*FGD, command, "managed", *QUIET], base)

        def known() -> None:
            cost_of(step)
            if edited:
                _edit(base / "managed")

        return replace(step, prepare=known)

    return made


_EDITS = iter(range(1, sys.maxsize))
"""A file as it was before would not be other than what is remembered of it."""


def _edit(fabric: Path) -> None:
    """Let DHCP serve another range in a VPC: what people edit most, and what other VPCs are compared with."""
    path = min((fabric / "managed" / "vpcs").glob("*.yaml"))
    path.write_text(re.sub(r"(end: .*\.)[0-9]+", rf"\g<1>{100 + next(_EDITS) % 100}", path.read_text()))


_READ = """
import os, sys
os.chdir(sys.argv[1])
files = {}
for name in os.listdir("raw"):
    descriptor = os.open(f"raw/{name}", os.O_RDONLY)
    files[name] = os.read(descriptor, 1 << 24)
    os.close(descriptor)
"""
_WRITE = """
os.makedirs("managed", exist_ok=True)
for name, data in files.items():
    for number, text in enumerate(data.split(b"---\\n")):
        descriptor = os.open(f"managed/{number}-{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(descriptor, text)
        os.close(descriptor)
    os.rename(f"raw/{name}", f"raw/{name}.archived")
"""
"""The least that a program in Python does with files: what no check, and no sync from raw/, can be faster than."""


STEPS: dict[str, Callable[[Path], Step]] = {
    "check": lambda base: Step([*FGD, "check", "fresh", *COLD], base),
    "check, schemas only": lambda base: Step([*FGD, "check", "fresh", *COLD, "--schemas-only"], base),
    "sync from raw": _sync_from_raw,
    "sync, without a cache": lambda base: Step([*FGD, "sync", "managed", *COLD], base),
    "check, nothing changed": _warm("check", edited=False),
    "sync, nothing changed": _warm("sync", edited=False),
    "check, one file changed": _warm("check", edited=True),
    "sync, one file changed": _warm("sync", edited=True),
    "files read": lambda base: Step([sys.executable, "-c", _READ, "fresh"], base),
    "files read and written": lambda base: replace(
        _sync_from_raw(base), command=[sys.executable, "-c", _READ + _WRITE, "work"]
    ),
}
"""In the folder there is `fresh`, with everything in raw/, and `managed`, where all of it is taken in."""

_ON_FRESH = {KUBECONFORM, "check", "check, schemas only", "sync from raw", "files read", "files read and written"}


def steps_for(shape: Shape, base: Path, kubeconform: str, names: Collection[str]) -> dict[str, Step]:
    """What is measured of a shape, in order, with the fabrics that it takes."""
    write_raw(base / "fresh", shape)
    if set(names) - _ON_FRESH:
        shutil.copytree(base / "fresh", base / "managed")
        cost_of(Step([*FGD, "sync", "managed", *COLD], base))
    references = compared(base, kubeconform) if kubeconform else {}
    return {**references, **{name: make(base) for name, make in STEPS.items() if name in names}}


def start_up_steps(base: Path) -> dict[str, Step]:
    """What a command costs before it does anything."""
    for count in (1, 100):
        write_raw(base / f"of-{count}", Shape(count, 1))
    return {
        "python": Step([sys.executable, "-c", "pass"], base),
        "fgd --help": Step([*FGD, "--help"], base),
        "check, 1 resource": Step([*FGD, "check", "of-1", *COLD], base),
        "check, 100 resources": Step([*FGD, "check", "of-100", *COLD], base),
    }
