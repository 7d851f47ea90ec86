"""Planning again after a few managed files changed: in proportion to the change, with the result of planning anew.

Takes what was found when the directory was at rest. Reads what changed, examines what may be examined differently now,
and keeps the rest. Gives up where the change is of another sort: then everything is planned.
"""

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fgd_sync.fabric.index import Index, key_of
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.archive_log import LogMemory
from fgd_sync.planning.changes import earlier_versions
from fgd_sync.planning.discover import discover
from fgd_sync.planning.examine import Scene, tell
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.places import with_positions
from fgd_sync.planning.read import Reading, read
from fgd_sync.planning.reconcile import Outcome, Reconciler
from fgd_sync.planning.resting import Recalled, Resting, options_digest, uses_of
from fgd_sync.rules.registry import RULES, Evaluation, Part, evaluated, run_changes
from fgd_sync.rules.rule import Fabric

_MOST_CHANGED = 0.2
"""If a larger part of all files changed, everything is planned."""


@dataclass(frozen=True, slots=True)
class Again:
    """What planning a few files gave, and what it was built upon, updated.

    `resting` is how the directory would rest if nothing is to be done now.
    """

    readings: Sequence[Reading]
    reconciled: Outcome
    earlier: Mapping[Ref, Candidate]
    diagnostics: tuple[Diagnostic, ...]
    resting: Resting


class _Candidates(Mapping[Ref, Candidate]):
    """The candidate of each resource, read from its file when it is first asked for."""

    def __init__(self, owners: Mapping[Ref, str], known: Mapping[Ref, Candidate], tree: Tree, options: Options) -> None:
        self._owners, self._known, self._tree, self._options = owners, dict(known), tree, options

    def __getitem__(self, ref: Ref) -> Candidate:
        found = self._known.get(ref)
        if found is None:
            path = self._owners[ref]
            reading = read(path, self._tree.files[path], self._options)
            self._known.update({item.ref: item for item in reading.candidates if item.ref})
            found = self._known[ref]
        return found

    def __contains__(self, ref: object) -> bool:
        return ref in self._owners

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)


class _Resources(Mapping[Ref, Resource]):
    """The same as resources."""

    def __init__(self, candidates: Mapping[Ref, Candidate]) -> None:
        self._candidates = candidates

    def __getitem__(self, ref: Ref) -> Resource:
        return self._candidates[ref].resource

    def __contains__(self, ref: object) -> bool:
        return ref in self._candidates

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._candidates)

    def __len__(self) -> int:
        return len(self._candidates)


def again(files: Recalled, tree: Tree, options: Options) -> Again | None:
    """What the plan consists of, built upon what is remembered; None if that cannot be done."""
    known = files.resting
    if known is None or options.impact or known.options != options_digest(options) or not _is_small(files):
        return None
    changed = Tree({path: files[path] for path in sorted(files.changed)})
    found = discover(changed, options)
    if found.managed != tuple(changed.files) or not _is_about(options, changed, files):
        return None
    readings = [read(path, data, options) for path, data in changed.files.items()]
    reconciled = Reconciler(changed, options, LogMemory(None)).run(readings, [])
    return _Rework(known, readings, reconciled, tree).run(options) if _is_alone(known, reconciled, changed) else None


def _is_small(files: Recalled) -> bool:
    return len(files.changed) <= max(1, len(files.ids) * _MOST_CHANGED)


def _is_about(options: Options, changed: Tree, files: Recalled) -> bool:
    """Whether what differs from the base revision is what changed, or is not there any more."""
    return all(path in changed.files or path not in files for path in options.base)


def _is_alone(known: Resting, reconciled: Outcome, changed: Tree) -> bool:
    """Whether the files that changed concern no other file: nobody's place is taken, nothing is described twice."""
    paths = changed.files
    owned = all(known.owners.get(ref, item.origin.path) in paths for ref, item in reconciled.current.items())
    placed = all(item.path in paths and not item.sources for item in reconciled.inventory)
    quiet = not (reconciled.diagnostics or reconciled.held or reconciled.saved)
    return owned and placed and quiet and paths.keys() == {*reconciled.files, *reconciled.stays}


class _Rework:
    """Builds upon what is known. `paths` are the files that changed."""

    def __init__(self, known: Resting, readings: Sequence[Reading], reconciled: Outcome, tree: Tree) -> None:
        self._known, self._readings, self._reconciled, self._tree = known, readings, reconciled, tree
        self._paths = {reading.path for reading in readings}
        self._gone = {ref for ref, path in known.owners.items() if path in self._paths}
        rest = {ref: path for ref, path in known.owners.items() if ref not in self._gone}
        self._owners = {**rest, **{ref: item.origin.path for ref, item in reconciled.current.items()}}
        new = {ref for ref, item in reconciled.current.items() if item.cleaned is not None}
        self._examined = (known.examined - self._gone) | new

    def run(self, options: Options) -> Again:
        """The result."""
        current = _Candidates(self._owners, self._reconciled.current, self._tree, options)
        earlier = earlier_versions(self._readings, current, self._tree, options)
        local = self._placed((item for reading in self._readings for item in reading.diagnostics), options)
        kept = (item for item in self._known.local if item.location.path not in self._paths)
        resting = self._examine(current, earlier, options)
        resting = replace(resting, local=tuple(sorted((*kept, *local), key=sort_key)))
        said = (item for told in resting.told.values() for item in told)
        diagnostics = tuple(sorted((*resting.local, *said), key=sort_key))
        return Again(self._readings, self._reconciled, earlier, diagnostics, resting)

    def _placed(self, items: Iterator[Diagnostic], options: Options) -> tuple[Diagnostic, ...]:
        return with_positions(items, ChainMap(self._tree.files, options.base), options)  # type: ignore[arg-type]

    def _examine(self, current: _Candidates, earlier: Mapping[Ref, Candidate], options: Options) -> Resting:
        """What rests, with what is to be said of resources among others brought up to date."""
        if options.schemas_only:
            return self._rest({}, {})
        scene = self._scene(current, earlier, options)
        index = Index(_Resources(scene.now), is_watched=True)
        fabric = Fabric(index, options.context, Index([item.resource for item in scene.before.values()]))
        affected = self._affected()
        parts = {ref: part for ref, part in affected.items() if part is not None}
        state, changes = evaluated(fabric, sorted(affected), parts=parts), run_changes(fabric)
        refs = {*state, *scene.before, *(ref for ref, _ in changes.findings), *(ref for _, ref, _ in changes.replaced)}
        findings = {
            ref: self._known.findings.get(ref, ()) for ref in refs if ref in self._examined and ref not in state
        }
        findings |= {ref: one.findings for ref, one in state.items()}
        told = tell(scene, refs, findings, changes, tree=self._tree)
        placed = {ref: self._placed(iter(items), options) for ref, items in told.items()}
        return self._rest(state, placed)

    def _scene(self, current: _Candidates, earlier: Mapping[Ref, Candidate], options: Options) -> Scene:
        owners = {ref: self._owners[ref] for ref in self._examined}
        now = _Candidates(owners, self._reconciled.current, self._tree, options)
        before = {ref: item for ref, item in earlier.items() if ref in now or ref not in current}
        return Scene(now, before)

    def _affected(self) -> dict[Ref, Part | None]:
        """The resources of which other things may be found now, and which rules have to look; None: all."""
        touched = self._gone | self._reconciled.current.keys()
        kinds, uses = {ref.kind for ref in touched}, self._known.uses
        wanted: dict[Ref, set[str]] = defaultdict(set)
        for key in map(key_of, touched):
            for ref, rule in uses.points.get(key, ()):
                wanted[ref].add(rule)
        for (kind, rule), refs in uses.kinds.items():
            if kind in kinds:
                for ref in self._all_for(rule) if refs is None else refs:
                    wanted[ref].add(rule)
        parts = {ref: Part(rules, self._known.findings.get(ref, ())) for ref, rules in wanted.items()}
        return {ref: None if ref in touched else parts[ref] for ref in {*touched, *parts} if ref in self._examined}

    def _all_for(self, rule: str) -> Iterator[Ref]:
        """The resources that a rule is for."""
        kinds = RULES[rule].kinds
        return (ref for ref in self._examined if not kinds or ref.kind in kinds)

    def _rest(self, state: Mapping[Ref, Evaluation], placed: Mapping[Ref, Sequence[Diagnostic]]) -> Resting:
        known, stale = self._known, self._gone | placed.keys()
        inventory = [item for item in known.inventory if item.ref not in self._gone] + self._reconciled.inventory
        told = {ref: said for ref, said in known.told.items() if ref not in stale}
        findings = {ref: found for ref, found in known.findings.items() if ref not in self._gone and ref not in state}
        return replace(
            known,
            owners=self._owners,
            examined=self._examined,
            inventory=inventory,
            told=told | {ref: said for ref, said in placed.items() if said},
            findings=findings | {ref: one.findings for ref, one in state.items() if one.findings},
            uses=known.uses.along_with(uses_of(state)),
        )
