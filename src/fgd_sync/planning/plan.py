"""The heart: the bytes of a fabric directory to the plan of what a sync would do. Pure: no clock, no file system.

Planning the planned tree changes nothing; the order of files is irrelevant; no document is lost.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.diagnostic import Diagnostic, diagnose, sort_key
from fgd_sync.model.late import Late
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.resource import Ref
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.stowed import LostError
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import LogMemory, sha256
from fgd_sync.planning.changes import deletions, earlier_versions
from fgd_sync.planning.discover import Discovery, discover
from fgd_sync.planning.examine import Examination, Scene, examine
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.read import Reading, managed_notices
from fgd_sync.planning.recalled import Recalled, lines_of
from fgd_sync.planning.reconcile import Outcome, Reconciler
from fgd_sync.planning.resting import Rest, remember
from fgd_sync.planning.structure import inspect, is_initialized

if TYPE_CHECKING:
    from fgd_sync.model.impact import Impact
    from fgd_sync.planning.again import Again

_MANY = 0.1
"""So many sources for each managed file may bring what is there already, which only a look into both tells."""

Place = Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]
"""Gives findings their places, see `with_positions`."""

_LARGE = 50_000
_LEFT: list[Reading] = []
"""What the last plan was made from, unless that is large: to take it apart is a twentieth of the time of a check."""

Track = Callable[[Sequence[str]], Iterable[str]]
"""Gives the paths it is given, and may show how far they are gone through."""


def plan(tree: Tree, options: Options, track: Track = iter, *, spread: Spread = in_turn) -> Plan:
    """Plan the sync of one fabric directory. `spread` may spread the work over processes.

    What is remembered of the files is built upon, and what a later plan can build upon is remembered.
    """
    files = tree.files if isinstance(tree.files, Recalled) else None
    if files is not None and files.resting:
        found = _again(files, tree, options)
        if found and files.resting is not None:  # else it was lost meanwhile
            return _plan_again(files, tree, options, found)
        tree = files.whole()
        files = tree.files if isinstance(tree.files, Recalled) else None
    return _plan_anew(tree, options, track, spread=spread, files=files)


def _again(files: Recalled, tree: Tree, options: Options) -> "Again | None":
    """What the plan consists of, built upon what is remembered; None if that cannot be done."""
    from fgd_sync.planning.again import again  # only where there is something to build upon

    try:
        return again(files, tree, options)
    except LostError:
        return None


def _plan_again(files: Recalled, tree: Tree, options: Options, found: "Again") -> Plan:
    changes = tuple(_managed_changes(tree, found.readings, found.reconciled))
    if not changes and files.is_worn:
        with suppress(LostError):
            files.keep(found.rest())
    sources = tuple(files.resting.sources) if files.resting else ()
    base = Late(lambda: files.digest)
    return Plan(options.fabric, base, changes, found.diagnostics, found.inventory, sources, found.impact)


def _plan_anew(tree: Tree, options: Options, track: Track, *, spread: Spread, files: Recalled | None) -> Plan:
    from fgd_sync.planning.form_change import form_change, form_notice  # only where all is planned
    from fgd_sync.planning.settle import Settler

    found = discover(tree, options)
    memory = LogMemory(tree.files.get(ARCHIVE_LOG))
    kept = memory.kept(tree, (*found.sources, *found.strays), options.ingestion)
    managed, sources = _read_all(found, kept, tree, options, track=track, spread=spread)
    reconciled = Reconciler(tree, options, memory).run(managed, sources)
    earlier = earlier_versions(managed, reconciled.current, tree, options, replaced=reconciled.replaced)
    scene = Scene.of(reconciled.current, earlier)
    may_rest = files is not None and not (sources or tree.obstacles)
    readings = {item.path: item for item in (*managed, *sources)}
    place = _places(tree, options, readings)
    look = partial(_examined, scene, tree, options, place, spread=spread, is_watched=may_rest)
    beside = in_turn.beside if may_rest else spread.beside  # to send what is remembered would take longer
    with beside(look, scene.cost(options)) as examined:
        settled = Settler(tree, options, reconciled).run(sources, found.oversized, kept)
        moving = (item for item in managed if item.path in reconciled.files and item.path not in reconciled.stays)
        form = form_change(tree, moving, options)
        raised = form.writes[-1:] if form else ()
        changes = (*_managed_changes(tree, managed, reconciled), *settled.changes, *raised)
        structure, issues = _structure(tree, changes, options)
        found_alone = (
            *found.diagnostics,
            *(item for reading in (*managed, *sources) for item in reading.diagnostics),
            *managed_notices(managed),
            *form_notice(form),
            *reconciled.diagnostics,
            *settled.diagnostics,
            *issues,
        )
        outcomes = (*settled.outcomes, *(SourceOutcome(path, Fate.IGNORED, 0, 0) for path in found.ignored))
        inventory = _inventory(reconciled.inventory, reconciled.current, earlier)
        known = {item.path: item.sha256 for item in settled.outcomes}
        local = place(found_alone)
        told, among = examined()
    made = Plan(
        options.fabric,
        digest_of(tree) if files is not None else Late(partial(digest_of, tree, known)),
        (*changes, *structure),
        tuple(sorted((*local, *among), key=sort_key)),
        inventory,
        tuple(sorted(outcomes, key=lambda item: item.path)),
        _impact(reconciled, earlier, options),
        form,
    )
    if files is not None and may_rest and not (made.changes or issues):
        remember(files, Rest(made, reconciled, told, local, among), tree, options)
    return made


def _places(tree: Tree, options: Options, readings: Mapping[str, Reading]) -> Place:
    from fgd_sync.planning.places import with_positions  # only where all is planned

    return partial(with_positions, files={**options.base, **tree.files}, options=options, readings=readings)


def _examined(
    scene: Scene, tree: Tree, options: Options, place: Place, *, spread: Spread, is_watched: bool
) -> tuple[Examination, tuple[Diagnostic, ...]]:
    """What came of looking at all resources, if that `is_watched`, and what is to be said of them."""
    found = examine(scene, tree, options, spread=spread, is_watched=is_watched)
    return found if is_watched else Examination(), place(found.diagnostics)


def _impact(reconciled: Outcome, earlier: Mapping[Ref, Candidate], options: Options) -> "Impact | None":
    if not options.impact:
        return None
    from fgd_sync.planning.compare import impact_of  # 20 ms, only for the summary

    created = frozenset(item.ref for item in reconciled.inventory if item.action is Action.CREATE)
    return impact_of(reconciled.current, earlier, options, brought=created)


def _read_all(
    found: Discovery, kept: frozenset[str], tree: Tree, options: Options, *, track: Track, spread: Spread
) -> tuple[list[Reading], list[Reading]]:
    """The readings of managed files and of sources, each sorted by path.

    Sources are also files outside the four directories that hold resources; on the first run all that lie there, but
    where the fabric directory is the whole repository the files of other tools lie there by right.
    """
    from fgd_sync.planning.read_each import read_each  # only where all is planned

    strays = [path for path in found.strays if path not in kept]
    new = [*(path for path in found.sources if path not in kept), *strays]
    paths = (*found.managed, *new)
    lets_go = len(new) < _MANY * len(found.managed) or not found.managed
    found_in = read_each(paths, tree, options, spread, write=True, lets_go=lets_go)
    readings = dict(zip(track(paths), found_in, strict=True))
    _LEFT[:] = readings.values() if len(paths) < _LARGE else ()
    everything = not is_initialized(tree) and not options.is_repository_root
    for path in strays:
        if not everything and not any(item.ref for item in readings[path].candidates):
            del readings[path]
    managed = [readings.pop(path) for path in found.managed]
    return managed, sorted(readings.values(), key=lambda item: item.path)


def _managed_changes(tree: Tree, managed: Sequence[Reading], reconciled: Outcome) -> Iterator[Change]:
    for path, data in sorted(reconciled.files.items()):
        before = tree.files.get(path)
        if before != data:
            yield Write(path, data, before)
    for reading in managed:
        if reading.path not in reconciled.stays and reading.path not in reconciled.files:
            yield Delete(reading.path, tree.files[reading.path])


def _structure(
    tree: Tree, changes: Sequence[Change], options: Options
) -> tuple[tuple[Change, ...], tuple[Diagnostic, ...]]:
    settings = options.directory
    issues = inspect(tree.after(changes), options)
    if settings.auto_repair if is_initialized(tree) else settings.auto_initialize:
        return tuple(change for issue in issues for change in issue.changes), ()
    return (), tuple(diagnose(code.STRUCTURE_INVALID, issue.message, Location(issue.path)) for issue in issues)


def _inventory(
    inventory: Iterable[ResourceChange], current: Container[Ref], earlier: Mapping[Ref, Candidate]
) -> tuple[ResourceChange, ...]:
    """Every resource of the fabric, and those that a user deleted since the base revision."""
    return tuple(sorted((*inventory, *deletions(current, earlier)), key=lambda item: (item.ref, item.path)))


def digest_of(tree: Tree, known: Mapping[str, str] = MappingProxyType({})) -> str:
    """SHA-256 over the paths and the digests of the contents of a tree, in hex. `known`: digests found already."""
    files = tree.files
    if isinstance(files, Recalled):
        return files.digest
    return sha256(lines_of({path: known.get(path) or sha256(data) for path, data in files.items()}))
