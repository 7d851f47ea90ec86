"""Keeps what a command is about to answer, so that the next one like it can be answered without doing the work again.

An answer is kept only if it depends on nothing but what a fingerprint covers, and if all of that was old when the work
began: then it cannot have changed meanwhile. What that takes is imported where there is a cache.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.adapters.git import GitRepository
from fgd_sync.adapters.listing import Look, is_settled
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.common import emit_report
from fgd_sync.cli.replay import Start
from fgd_sync.flow.run import World
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import dataclass, replace

if TYPE_CHECKING:
    from fgd_sync.adapters.shelf import Cache

_LARGEST = 1 << 25
_MOST_SPOTS = 1000
_SETTLED_BASES = ("HEAD", "")
"""Bases whose commit a fingerprint covers."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is needed to keep the answer of a command. `since`: when its work began, in nanoseconds.

    `paths` are those that the user named, `files` further ones that it reads; `around` is what lay around them then.
    """

    cache: "Cache"
    name: str
    since: int
    base: str
    paths: Sequence[Path]
    around: tuple[str | None, ...]
    files: Sequence[Path] = ()

    def keep(self, world: World, status: int, parts: Sequence[str], alone: Sequence[Path]) -> None:
        """Keep an answer: the texts that were printed and, in between, the names of what was filled in.

        `alone`: the directories that a run has to hold.
        """
        spots = world.repository.looked_at if isinstance(world.repository, GitRepository) else []
        if len(spots) > _MOST_SPOTS or sum(map(len, parts)) > _LARGEST or world.settings.debug_mode:
            return
        if isinstance(world.workspace, LocalWorkspace) and not is_settled(world.workspace.newest, self.since):
            return  # Known without another look at all files.
        from fgd_sync.adapters.answers import KIND, Answer
        from fgd_sync.adapters.fingerprint import Scope, fingerprint

        lists = [list(map(str, items)) for items in (self._roots(world), self.files, spots, alone)]
        scope = Scope(*lists[:3], is_at_head=bool(self.base))
        now = fingerprint(scope, self.cache.look)
        if now and now.is_settled(self.since) and _around(self.cache.look, self.paths, self.base) == self.around:
            look = self.cache.look
            answer = Answer(
                scope,
                now.digest,
                alone=lists[3],
                folders=look.known(),
                latest=look.latest(),
                status=status,
                parts=list(parts),
            )
            self.cache.files.write(KIND, self.name, answer.encode())

    def _roots(self, world: World) -> Sequence[Path]:
        """The directories that fabrics were looked for in."""
        if self.paths or not world.settings.fabrics:
            return self.paths or [Path()]
        root = world.repository.root(Path.cwd()) or Path.cwd()
        return [root / entry.path for entry in world.settings.fabrics]


Show = Callable[[Report], str]
"""Renders a report."""


def conclude(
    world: World,
    report: Report,
    show: Show,
    memory: Memory | None,
    *,
    alone: Sequence[Path] | None = (),
) -> int:
    """Print what a command found, keep it as the answer to that command, and give the exit status.

    `alone`: the directories that the command had to be alone at work on; None: it cannot be answered by printing.
    """
    if memory is None or alone is None or any(item.failure or item.notes for item in report.fabrics):
        return emit_report(report, show(report))
    holes = Holes(report)
    parts = holes.parts(show(holes.report))
    status = emit_report(report, holes.filled(parts))
    memory.keep(world, status, parts, alone)
    return status


def cache_for(start: Start | None, *, no_cache: bool) -> "Cache | None":
    """The cache of this user, if it is to be used and there is a place for it."""
    if no_cache or start is None:
        return None
    from fgd_sync.adapters.cache_place import cache_at
    from fgd_sync.adapters.shelf import Cache

    files = cache_at(os.environ)
    return Cache(files, start.look) if files else None


def begin(
    start: Start | None, paths: Sequence[Path], config: Path | None, base: str, *, no_cache: bool
) -> Memory | None:
    """To be called before anything is read; None if the answer will not be kept."""
    files = [config] if config else []
    cache = cache_for(start, no_cache=no_cache or base not in _SETTLED_BASES)
    if cache is None or start is None:
        return None
    from fgd_sync.adapters.answers import name_of

    around = _around(cache.look, paths, base)
    return Memory(cache, name_of(start.arguments), cache.look.began, base, paths, around, files)


def _around(look: Look, paths: Sequence[Path], base: str) -> tuple[str | None, ...]:
    """Settings, program and commits at some places: what may change without leaving a trace of the time."""
    from fgd_sync.adapters.fingerprint import Scope, fingerprint
    from fgd_sync.adapters.head import commit_at, repository_around

    seen = fingerprint(Scope([], [], [], is_at_head=False), look)
    roots = [repository_around(str(place.resolve())) for place in (Path(), *paths)]
    return seen.digest if seen else "", *roots, *(commit_at(root) for root in roots if root and base)


class Holes:
    """What differs from run to run: it is kept out of a report while that is rendered, and filled in afterwards."""

    def __init__(self, report: Report) -> None:
        self._mark = os.urandom(16).hex()
        self._words: dict[str, str] = {}
        self.report = Report(report.command, tuple(self._cut(*pair) for pair in enumerate(report.fabrics)))

    def _cut(self, number: int, fabric: FabricReport) -> FabricReport:
        return replace(
            fabric,
            sync_id=self._hole(f"id{number}", fabric.sync_id),
            started_at=self._hole(f"start{number}", fabric.started_at),
            completed_at=self._hole(f"end{number}", fabric.completed_at),
        )

    def _hole(self, name: str, word: str) -> str:
        self._words[name] = word
        return f"{self._mark}.{name}." if word else ""

    def parts(self, text: str) -> list[str]:
        """What was rendered: texts and, in between, the names of holes."""
        first, *rest = (text if text.endswith("\n") else f"{text}\n").split(f"{self._mark}.")
        return [first, *(part for piece in rest for part in piece.split(".", 1))]

    def filled(self, parts: Sequence[str]) -> str:
        """The text of this run."""
        return "".join(self._words[part] if number % 2 else part for number, part in enumerate(parts))
