"""Directories that another tool made, checked as they are: resources in whatever files, taken as one fabric.

Gives a plan that changes nothing. What does not concern a fabric (other kinds, text that is not meant for it, the
patches of kustomize, which are parts of resources) is passed over.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from posixpath import normpath
from typing import TYPE_CHECKING

from fgd_sync.model import code
from fgd_sync.model.code import Code, Severity
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.late import Late
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Plan, ResourceChange
from fgd_sync.model.resource import Ref
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import replace
from fgd_sync.planning.archive_log import read_mapping
from fgd_sync.planning.changes import earlier_versions
from fgd_sync.planning.discover import discover, hides_resources, obstacle_finding
from fgd_sync.planning.examine import Scene, examine
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.places import with_positions
from fgd_sync.planning.plan import digest_of
from fgd_sync.planning.read import Reading
from fgd_sync.planning.read_each import read_each
from fgd_sync.planning.reconcile import by_ref, repetitions

if TYPE_CHECKING:
    from fgd_sync.model.impact import Impact

_MARK = "githedgehog.com/"
"""In every resource of a fabric; text that cannot be read is passed over without it."""

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml")

_REMEDIES: Mapping[Code, str] = {
    code.INVALID_YAML: "Correct the syntax at the place shown.",
    code.RESOURCE_UPGRADED: "Write it in the current form: the fabric does not take the old one.",
    code.TEMPLATE_PLACEHOLDER: "Render the template (helm template, kustomize build) and check what comes out.",
}
"""What to do where nothing is taken in from raw/."""


def check_in_place(
    tree: Tree,
    options: Options,
    track: Callable[[Sequence[str]], Iterable[str]] = iter,
    *,
    spread: Spread = in_turn,
) -> Plan:
    """Check all resources of a directory where they lie. `spread` may spread the work over processes."""
    skipped = _patches(tree)
    paths = [path for path in discover(tree, options).strays if path not in skipped]
    readings = [reading for _, reading in zip(track(paths), read_each(paths, tree, options, spread), strict=True)]
    groups = by_ref(item for reading in readings for item in reading.candidates)
    current = {ref: group[0] for ref, group in groups}
    options = replace(options, base={path: data for path, data in options.base.items() if path not in skipped})
    earlier = earlier_versions(readings, current, tree, options)
    diagnostics = (
        *(item for reading in readings for item in _concerning(reading, tree)),
        *(item for ref, group in groups for item in repetitions(ref, group)),
        *_hidden(tree, options),
        *_nothing(readings),
        *examine(Scene.of(current, earlier), tree, options, spread=spread).diagnostics,
    )
    placed = with_positions(diagnostics, {**options.base, **tree.files}, options)
    inventory = tuple(_inventory(current, earlier))
    impact = _impact(current, earlier, options) if options.impact else None
    return Plan(options.fabric, Late(partial(digest_of, tree)), (), placed, inventory, (), impact)


def _impact(current: Mapping[Ref, Candidate], earlier: Mapping[Ref, Candidate], options: Options) -> "Impact":
    from fgd_sync.planning.compare import impact_of  # 20 ms, only for the summary

    return impact_of(current, earlier, options)


def _inventory(current: Mapping[Ref, Candidate], earlier: Mapping[Ref, Candidate]) -> Iterator[ResourceChange]:
    for ref, item in sorted({**earlier, **current}.items(), key=lambda pair: pair[0]):
        yield ResourceChange(ref, Action.KEEP if ref in current else Action.DELETE, item.origin.path)


def _concerning(reading: Reading, tree: Tree) -> Iterator[Diagnostic]:
    """The findings of a file that concern a fabric, with what to do about them here."""
    foreign = {number for number, text in reading.unread if _MARK not in text}
    if reading.broken and _MARK.encode() not in tree.files[reading.path]:
        return
    for item in reading.diagnostics:
        is_other_kind = item.code is code.UNSUPPORTED_RESOURCE and item.severity is Severity.NOTICE
        if not is_other_kind and item.location.document not in foreign:
            general = item.remedy == item.code.remedy
            yield replace(item, remedy=_REMEDIES.get(item.code, item.remedy)) if general else item


def _hidden(tree: Tree, options: Options) -> Iterator[Diagnostic]:
    for path, obstacle in sorted(tree.obstacles.items()):
        if hides_resources(path, obstacle, options):
            yield obstacle_finding(path, obstacle)


def _nothing(readings: Sequence[Reading]) -> Iterator[Diagnostic]:
    if not any(item.ref for reading in readings for item in reading.candidates):
        yield diagnose(
            code.NO_RESOURCES,
            "no resource of a fabric was found here",
            Location("."),
            severity=Severity.WARNING,
            remedy="Check that this is the directory you mean.",
        )


def _patches(tree: Tree) -> frozenset[str]:
    """The files that a kustomization names as patches: parts of resources, described whole elsewhere."""
    found: set[str] = set()
    for path, data in tree.files.items():
        folder, _, name = path.rpartition("/")
        if name in _KUSTOMIZATIONS:
            named = _patches_of(read_mapping(data) or {})
            found.update(normpath(f"{folder}/{patch}" if folder else patch) for patch in named)
    return frozenset(found)


def _patches_of(kustomization: Mapping[str, object]) -> Iterator[str]:
    for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        entries = kustomization.get(key)
        for entry in entries if isinstance(entries, list) else ():
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and "\n" not in path:
                yield path
