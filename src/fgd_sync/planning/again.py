"""Planning again after a few managed files changed, came or went: in proportion to that, with the same result.

Takes what was found when the directory was at rest. Reads what changed, examines what may be examined differently now,
and keeps the rest. Gives up where the change is of another sort: then everything is planned.
"""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from fgd_sync.fabric.index import Index
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.plan import Action, Inventory, ResourceChange
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.archive_log import LogMemory
from fgd_sync.planning.changes import ABSENT, deletions, earlier_versions
from fgd_sync.planning.clean import clean
from fgd_sync.planning.concerned import Concerned
from fgd_sync.planning.discover import discover
from fgd_sync.planning.examine import Resources, Scene, tell
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import Reading, managed_notices, read
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.reconcile import Outcome, Reconciler
from fgd_sync.planning.resting import Resting, can_be_kept, uses_of
from fgd_sync.planning.survey import structure_of
from fgd_sync.rules.forms import Forms
from fgd_sync.rules.registry import Changes, Evaluation, evaluated, fabric_rules, run_changes
from fgd_sync.rules.rule import Fabric
from fgd_sync.yamldoc.parse import parse

if TYPE_CHECKING:
    from fgd_sync.model.impact import Impact
    from fgd_sync.planning.impact_near import Links

Told = Mapping[Ref, Sequence[Diagnostic]]
"""What is to be said of resources."""

_MOST_CHANGED = 0.2
"""If a larger part of all files changed, everything is planned."""


@dataclass(frozen=True, slots=True)
class Again:
    """What planning a few files gave, along with what it was built upon.

    `rest` makes how the directory rests if nothing is to be done now.
    """

    readings: Sequence[Reading]
    reconciled: Outcome
    diagnostics: tuple[Diagnostic, ...]
    inventory: Sequence[ResourceChange]
    impact: "Impact | None"
    rest: Callable[[], Resting]


class _Candidates(Mapping[Ref, Candidate]):
    """The candidate of each resource, read from its file when it is first asked for."""

    def __init__(self, owners: Mapping[Ref, str], known: Mapping[Ref, Candidate], tree: Tree, options: Options) -> None:
        self._owners, self._known, self._tree, self._options = owners, dict(known), tree, options
        self._resources: dict[Ref, Resource] = {}

    def __getitem__(self, ref: Ref) -> Candidate:
        found = self._known.get(ref)
        if found is None:
            path = self._owners[ref]
            reading = read(path, self._tree.files[path], self._options)
            self._known.update({item.ref: item for item in reading.candidates if item.ref})
            found = self._known[ref]
        return found

    def resource(self, ref: Ref) -> Resource:
        """A resource as rules see it. What is remembered was judged, and is only read."""
        found = self._resources.get(ref)
        if found is None:
            alone = self._alone(ref) if ref not in self._known else None
            found = self._resources[ref] = alone or self[ref].resource
        return found

    def _alone(self, ref: Ref) -> Resource | None:
        """A resource that has a file for itself; None where that needs more than a look at its kind and name."""
        path = self._owners[ref]
        documents = parse(self._tree.files[path], self._options.reading_limits).documents
        value = documents[0].value if len(documents) == 1 else None
        metadata = value.get("metadata") if isinstance(value, dict) and value.get("kind") == ref.kind else None
        if not isinstance(metadata, dict) or metadata.get("name") != ref.name:
            return None
        document = documents[0]
        return Resource(ref, clean(document.value, document.notes, document.filled).body, Origin(path, document.index))

    def __contains__(self, ref: object) -> bool:
        return ref in self._owners

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)


class _Bodies(Resources):
    """Such candidates as rules see them."""

    def __init__(self, candidates: _Candidates) -> None:
        super().__init__(candidates)
        self._read = candidates.resource

    def __getitem__(self, ref: Ref) -> Resource:
        return self._read(ref)


def again(files: Recalled, tree: Tree, options: Options) -> Again | None:
    """What the plan consists of, built upon what is remembered; None if that cannot be done."""
    known = files.resting
    if known is None or known.options != options.digest:
        return None
    fresh = {*files.changed, *(path for path in options.base if path in files)}
    is_told = known.links or not (options.impact and (fresh or files.gone or options.base))
    if not is_told or not _is_small(fresh, files):
        return None
    changed = Tree({path: files[path] for path in sorted(fresh)})
    managed = _managed(files, changed, options)
    if managed is None:
        return None
    readings = [read(path, changed.files[path], options) for path in managed]
    reconciled = Reconciler(changed, options, LogMemory(None)).run(readings, [])
    if not can_be_kept(reconciled.current, fresh) or not _is_alone(known, reconciled, fresh, files):
        return None
    return _Rework(known, readings, reconciled, tree, paths=fresh.union(files.gone)).run(options)


def _is_small(fresh: Collection[str], files: Recalled) -> bool:
    return len(fresh) + len(files.gone) <= max(1, len(files) * _MOST_CHANGED)


def _managed(files: Recalled, changed: Tree, options: Options) -> Sequence[str] | None:
    """The managed files that changed; None if anything else did that planning looks at, or a folder was emptied."""
    found, lost = discover(changed, options), discover(Tree(dict.fromkeys(files.gone, b"")), options)
    others = [(*item.sources, *item.strays, *item.ignored, *item.diagnostics) for item in (found, lost)]
    emptied = files.gone and _is_emptied(files.gone, files)
    is_other = any(others) or emptied or not files.are_ours_the_same
    return None if is_other else found.managed


def _is_emptied(gone: Iterable[str], files: Iterable[str]) -> bool:
    """Whether no file is left in the folder of one that is gone."""
    folders = {path.rpartition("/")[0] for path in gone}
    return bool(folders.difference(path.rpartition("/")[0] for path in files))


def _is_alone(known: Resting, reconciled: Outcome, fresh: set[str], files: Recalled) -> bool:
    """Whether the files that are read concern no other file: nobody's place is taken, nothing is described twice."""
    paths = fresh.union(files.gone)
    owned = all(known.owners.get(ref, item.origin.path) in paths for ref, item in reconciled.current.items())
    placed = all(
        (item.path in fresh or item.path not in files) and fresh.issuperset(item.sources)
        for item in reconciled.inventory
    )
    removed = {path for path in fresh if path not in reconciled.stays and path not in reconciled.files}
    if removed and _is_emptied(removed, {*files, *reconciled.files} - removed):
        return False
    return owned and placed and not (reconciled.diagnostics or reconciled.held or reconciled.saved)


class _Rework:
    """Builds upon what is known."""

    def __init__(
        self, known: Resting, readings: Sequence[Reading], reconciled: Outcome, tree: Tree, *, paths: set[str]
    ) -> None:
        """`paths`: the files that were read again, and those that are gone."""
        self._known, self._readings, self._reconciled, self._tree = known, readings, reconciled, tree
        self._paths = paths
        known.owners.fetch()  # The inventory is made of it later, when it must not be lost any more.
        self._gone = known.owners.within(self._paths)
        new = {ref: item.origin.path for ref, item in reconciled.current.items()}
        self._owners = known.owners.after(self._gone, new)
        unread = {ref for ref, item in reconciled.current.items() if not item.is_usable}
        self._unread = (known.unread - self._gone) | unread
        self._kinds: dict[str, Sequence[Ref]] = {}

    def run(self, options: Options) -> Again:
        """The result."""
        current = _Candidates(self._owners, self._reconciled.current, self._tree, options)
        earlier = earlier_versions(self._readings, current, self._tree, options)
        said = (item for reading in self._readings for item in reading.diagnostics)
        local = [item for item in self._known.local if item.location.path not in self._paths]
        local += self._placed((*said, *managed_notices(self._readings)), options)
        state, told, alone = self._examine(current, earlier, options)
        diagnostics = sorted(chain(local, *self._told(told).values()), key=sort_key)
        others = [*self._reconciled.inventory, *deletions(current, earlier)]

        def rest() -> Resting:
            return self._rest(sorted(local, key=sort_key), state, self._told(alone()), options)

        inventory = Inventory(others, self._kept, len(self._owners) - len(self._reconciled.current))
        impact = self._impact(current, earlier, options) if options.impact else None
        return Again(self._readings, self._reconciled, tuple(diagnostics), inventory, impact, rest)

    def _impact(self, current: _Candidates, earlier: Mapping[Ref, Candidate], options: Options) -> "Impact":
        """What the change touches, made of what is near it."""
        new = self._reconciled.current
        touched, links = {*self._gone, *new, *earlier}, self._links
        if not touched or links is None:
            from fgd_sync.model.impact import Impact  # only for the summary

            return Impact()
        from fgd_sync.planning.compare import near_impact  # 20 ms, only for the summary

        brought = {ref for ref, item in new.items() if options.base.get(item.origin.path) == ABSENT}
        return near_impact(touched, current, earlier, links, brought=brought)

    @property
    def _links(self) -> "Links | None":
        return self._known.links.after(self._gone, self._new) if self._known.links else None

    def _kept(self) -> Iterator[ResourceChange]:
        changed = self._reconciled.current
        return (ResourceChange(ref, Action.KEEP, path) for ref, path in self._owners.items() if ref not in changed)

    def _placed(self, items: Iterable[Diagnostic], options: Options) -> tuple[Diagnostic, ...]:
        items = list(items)
        if not items:
            return ()
        from fgd_sync.planning.places import with_positions  # only where there is something to say

        return with_positions(items, ChainMap(self._tree.files, options.base), options)  # type: ignore[arg-type]

    def _examine(
        self, current: _Candidates, earlier: Mapping[Ref, Candidate], options: Options
    ) -> tuple[Mapping[Ref, Evaluation], Told, Callable[[], Told]]:
        """What rules found in the resources that they had to look at, and what is to be said of those and of others.

        The last gives what is to be said when nothing is compared with what there was before.
        """
        if options.schemas_only:
            return {}, {}, dict
        now = self._now(options)
        scene = Scene.of(current, earlier, now)
        index = Index(_Bodies(now), is_watched=True, of_kind=self._of_kind)
        if self._known.forms:
            index.forms = lambda kind: self._forms(kind)  # noqa: PLW0108 - made when somebody asks
        fabric = Fabric(index, options.context, Index([item.resource for item in scene.before.values()]))
        concerned = Concerned(self._known, self._reconciled.current, self._gone).parts(self._all_for)
        affected = {ref: part for ref, part in concerned.items() if self._is_examined(ref)}
        parts = {ref: part for ref, part in affected.items() if part is not None}
        state, changes = evaluated(fabric, sorted(affected), parts=parts), run_changes(fabric)
        refs = {*self._retold(state), *scene.before, *(ref for ref, _ in changes.findings)}
        refs |= {ref for _, ref, _ in changes.replaced}
        findings = {
            ref: self._known.findings.get(ref, ()) for ref in refs if self._is_examined(ref) and ref not in state
        }
        findings |= {ref: one.findings for ref, one in state.items() if ref in refs}
        told = tell(scene, refs, findings, changes, tree=self._tree)

        def alone() -> Told:
            here = Scene(scene.now, {})
            said = tell(here, refs & here.now.keys(), findings, Changes((), frozenset()), tree=self._tree)
            return {ref: self._placed(items, options) for ref, items in said.items()}

        return state, {ref: self._placed(items, options) for ref, items in told.items()}, alone

    def _retold(self, state: Mapping[Ref, Evaluation]) -> Iterator[Ref]:
        """Of whom something else may be said: who changed, and of whom something was or is found.

        What is found may be told with places in files that changed.
        """
        known = self._known.findings
        yield from (ref for ref, one in state.items() if one.findings or known.get(ref))
        yield from filter(self._is_examined, self._reconciled.current)

    @cached_property
    def _forms(self) -> Forms:
        assert self._known.forms, "asked for only where there are some"
        return self._known.forms.after(self._gone, self._new)

    @property
    def _new(self) -> Iterator[Resource]:
        """The resources that were read."""
        return (item.resource for item in self._reconciled.current.values() if item.is_usable)

    def _told(self, new: Told) -> Told:
        """What was to be said of resources, with what is new; nothing of those that are gone."""
        kept = {ref: items for ref, items in self._known.told.items() if ref not in self._gone and ref not in new}
        return kept | {ref: items for ref, items in new.items() if items}

    def _now(self, options: Options) -> _Candidates:
        owners = self._owners.after(self._unread, {}) if self._unread else self._owners
        return _Candidates(owners, self._reconciled.current, self._tree, options)

    def _is_examined(self, ref: Ref) -> bool:
        return ref in self._owners and ref not in self._unread

    def _all_for(self, rule: str, kind: str) -> Iterator[Ref]:
        """The resources that a rule is for, which consults some kind; most are for that kind."""
        kinds = (fabric_rules(kind).get(rule) or fabric_rules()[rule]).kinds
        if kinds:
            return chain.from_iterable(map(self._of_kind, kinds))
        return (ref for ref in self._owners if ref not in self._unread)

    def _of_kind(self, kind: str) -> Sequence[Ref]:
        """The resources of a kind that rules look at."""
        if kind not in self._kinds:
            self._kinds[kind] = [ref for ref in self._owners.of_kind(kind) if ref not in self._unread]
        return self._kinds[kind]

    def _rest(
        self,
        local: Sequence[Diagnostic],
        state: Mapping[Ref, Evaluation],
        told: Told,
        options: Options,
    ) -> Resting:
        known, stale = self._known, self._gone | state.keys()
        findings = {ref: found for ref, found in known.findings.items() if ref not in stale}
        return replace(
            known,
            owners=self._owners,
            unread=frozenset(self._unread),
            structure=structure_of(self._tree, options),
            local=local,
            told=told,
            findings=findings | {ref: one.findings for ref, one in state.items() if one.findings},
            uses=known.uses.along_with(uses_of(state)),
            links=self._links,
            forms=self._forms if self._known.forms else None,
        )
