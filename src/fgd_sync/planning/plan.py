"""The heart: the bytes of a fabric directory to the plan of what a sync would do. Pure: no clock, no file system.

Planning the planned tree changes nothing; the order of files is irrelevant; no document is lost.
"""

import hashlib
from collections.abc import Iterator, Sequence

from fgd_sync.rules.registry import run_fabric

from fgd_sync.fabric.index import Index
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import LogMemory, sha256
from fgd_sync.planning.discover import Discovery, discover
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.places import with_positions
from fgd_sync.planning.read import Reading, place, read
from fgd_sync.planning.reconcile import Outcome, Reconciler
from fgd_sync.planning.settle import Settler
from fgd_sync.planning.structure import inspect, is_initialized


def plan(tree: Tree, options: Options) -> Plan:
    """Plan the sync of one fabric directory."""
    found = discover(tree, options)
    memory = LogMemory(tree.files.get(ARCHIVE_LOG))
    managed = [read(path, tree.files[path], options) for path in found.managed]
    skipped = _unchanged(found.sources, tree, options, memory)
    sources = [*_read_sources(found, skipped, tree, options), *_read_strays(found, tree, options)]
    sources.sort(key=lambda item: item.path)
    reconciled = Reconciler(tree, options, memory).run(managed, sources)
    settled = Settler(tree, options, reconciled).run(sources, found.oversized)
    changes = (*_managed_changes(tree, managed, reconciled), *settled.changes)
    structure, issues = _structure(tree, changes, options)
    vanished, inventory = _with_deleted(reconciled, options)
    diagnostics = (
        *found.diagnostics,
        *(item for reading in (*managed, *sources) for item in reading.diagnostics),
        *_managed_notices(managed),
        *reconciled.diagnostics,
        *settled.diagnostics,
        *issues,
        *_rule_findings(reconciled, options),
    )
    outcomes = (*settled.outcomes, *(SourceOutcome(path, Fate.IGNORED, 0, 0) for path in (*skipped, *found.ignored)))
    files = {**options.vanished, **tree.files} if vanished else tree.files
    return Plan(
        options.fabric,
        _digest(tree),
        (*changes, *structure),
        with_positions(diagnostics, files, options),
        inventory,
        tuple(sorted(outcomes, key=lambda item: item.path)),
    )


def _unchanged(paths: Sequence[str], tree: Tree, options: Options, memory: LogMemory) -> tuple[str, ...]:
    """The sources that were ingested with these very bytes and left in place by the strategy `keep`."""
    if options.ingestion.archive != "keep":
        return ()
    return tuple(path for path in paths if memory.sources.get(path) == sha256(tree.files[path]))


def _read_sources(found: Discovery, skipped: Sequence[str], tree: Tree, options: Options) -> Iterator[Reading]:
    known = frozenset(skipped)
    return (read(path, tree.files[path], options) for path in found.sources if path not in known)


def _read_strays(found: Discovery, tree: Tree, options: Options) -> Iterator[Reading]:
    """Files outside the four directories that hold resources; on the first run also those that hold anything else.

    Where the fabric directory is the whole repository, files of other tools lie there by right and are left alone.
    """
    everything = not is_initialized(tree) and not options.is_repository_root
    for path in found.strays:
        reading = read(path, tree.files[path], options)
        if everything or any(item.ref for item in reading.candidates):
            yield reading


def _managed_changes(tree: Tree, managed: Sequence[Reading], reconciled: Outcome) -> Iterator[Change]:
    for path, data in sorted(reconciled.files.items()):
        before = tree.files.get(path)
        if before != data:
            yield Write(path, data, before)
    for reading in managed:
        if reading.path not in reconciled.stays and reading.path not in reconciled.files:
            yield Delete(reading.path, tree.files[reading.path])


def _managed_notices(managed: Sequence[Reading]) -> Iterator[Diagnostic]:
    for reading in managed:
        if reading.is_empty:
            yield diagnose(
                code.NO_RESOURCES,
                "the managed file is empty or holds only comments; it is left alone",
                Location(reading.path),
                remedy="Delete it, or write the resource into it again.",
            )


def _structure(
    tree: Tree, changes: Sequence[Change], options: Options
) -> tuple[tuple[Change, ...], tuple[Diagnostic, ...]]:
    settings = options.directory
    issues = inspect(tree.after(changes), options)
    if settings.auto_repair if is_initialized(tree) else settings.auto_initialize:
        return tuple(change for issue in issues for change in issue.changes), ()
    return (), tuple(diagnose(code.STRUCTURE_INVALID, issue.message, Location(issue.path)) for issue in issues)


def _with_deleted(reconciled: Outcome, options: Options) -> tuple[bool, tuple[ResourceChange, ...]]:
    """The inventory with the resources that a user deleted since the base revision."""
    gone: dict[Ref, str] = {}
    for path, data in sorted(options.vanished.items()):
        for item in read(path, data, options).candidates:
            if item.ref and item.ref not in reconciled.current:
                gone.setdefault(item.ref, path)
    deleted = (ResourceChange(ref, Action.DELETE, path) for ref, path in gone.items())
    return bool(gone), tuple(sorted((*reconciled.inventory, *deleted), key=lambda item: (item.ref, item.path)))


def _rule_findings(reconciled: Outcome, options: Options) -> Iterator[Diagnostic]:
    current = {ref: item for ref, item in reconciled.current.items() if item.cleaned is not None}
    index = Index([item.resource for item in current.values()])
    for ref, finding in run_fabric(index, options.context):
        yield place(finding, current[ref], current)


def _digest(tree: Tree) -> str:
    digest = hashlib.sha256()
    for path in sorted(tree.files):
        data = tree.files[path]
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
