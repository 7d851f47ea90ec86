"""What an undisturbed run of each mode must have done and left: what a campaign compares with is held to this first.

A reference that was starved, or that ended in another state, would make every point that ends like it look well.
"""

import re
from dataclasses import dataclass

from leavings import Found
from stage import SERVER

from warm import Ended

SLOW = 20.0
"""Seconds: half of the time that a run has (`stage.SETTINGS`). One that takes longer may have lost answers to its limits."""

_CODE = re.compile(r"FGD_\d{4}")
_RECORDS = ("manifest.yaml", "archive-log.yaml", ".gitattributes")
_TAKEN_IN = {
    **{f"raw/{number}.yaml.archived": SERVER.format(name=f"s{number}", text="a").encode() for number in range(3)},
    "unmanaged/bad.yaml": b"kind: [\n",
}


@dataclass(frozen=True)
class Expected:
    """What one mode leaves: the folder and the servers managed in it, what was kept of sources, and how all was told."""

    folder: str
    servers: tuple[str, ...] = ("s0", "s1", "s2")
    kept: tuple[tuple[str, bytes], ...] = tuple(_TAKEN_IN.items())
    files: tuple[str, ...] = ()
    status: int = 1
    codes: frozenset[str] = frozenset({"FGD_1001"})
    commits: int = 1
    state: str = "completed, 0 without an end"
    statuses: frozenset[tuple[str, str]] = frozenset()
    told: tuple[int, int, int] = (0, 0, 0)


_TOLD = frozenset({("failure", "check"), ("failure", "fgd-sync")})
_ON_BRANCH = Expected("refs/heads/main:north", commits=2, statuses=_TOLD, told=(0, 0, 1))
_AT_DESK = Expected("north", ("edited", "s0", "s1", "s2"))
_NEW = (("raw/x.yaml.archived", SERVER.format(name="x", text="x").encode()),)
EXPECTED = {
    "push": _ON_BRANCH,
    "api": _ON_BRANCH,
    "pull-request": Expected("refs/heads/fgd-sync/north:north", statuses=_TOLD, told=(1, 0, 1)),
    "check": Expected(
        "north", (), (), (".hnp/manifest.yaml", *(f"raw/{name}.yaml" for name in ("0", "1", "2", "new"))),
        status=0, codes=frozenset(), state="none, 0 without an end",
        statuses=frozenset({("success", "check")}), told=(1, 1, 0),
    ),
    "desk": _AT_DESK,
    "init": Expected("new", ("x",), _NEW, ("README.md",), status=0, codes=frozenset()),
    "repair": Expected("north", _AT_DESK.servers, status=0, codes=frozenset(), state="none, 0 without an end"),
}  # fmt: skip
"""By mode. `told`: how many pull requests and comments there are, and how many clusters in NetBox."""


def deviations(mode: str, end: Ended, found: Found) -> list[str]:
    """In what an undisturbed run and what it left are not as they should be."""
    wanted = EXPECTED[mode]
    pairs = {
        "status": (end.status, wanted.status),
        "codes": (set(_CODE.findall(end.said)), set(wanted.codes)),
        "files": (_names(found, wanted.folder), _files(mode, wanted)),
        "kept sources": ({name: found.files.get(f"{wanted.folder}/{name}") for name, _ in wanted.kept}, dict(wanted.kept)),
        "commits": (found.commits, wanted.commits),
        "state": (found.state, wanted.state),
        "statuses": (found.statuses, wanted.statuses),
        "told": ((len(found.pulls), len(found.comments), found.netbox["virtualization/clusters"]), wanted.told),
    }  # fmt: skip
    wrong = [f"{what}: {is_!r} for {should!r}" for what, (is_, should) in pairs.items() if is_ != should]
    return wrong if end.seconds < SLOW else [*wrong, f"it took {end.seconds:.0f} s: too little of a processor was left"]


def _names(found: Found, folder: str) -> set[str]:
    """The files below a folder, without those that only keep folders."""
    here = (name.removeprefix(f"{folder}/") for name in found.files if name.startswith(f"{folder}/"))
    return {name for name in here if not name.endswith(".gitkeep")}


def _files(mode: str, wanted: Expected) -> set[str]:
    records = () if mode == "check" else (f".hnp/{name}" for name in _RECORDS)
    servers = (f"managed/servers/{name}.yaml" for name in wanted.servers)
    return {*records, *servers, *(name for name, _ in wanted.kept), *wanted.files}
