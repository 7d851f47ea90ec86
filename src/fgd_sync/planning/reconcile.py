"""What managed/ will hold: the resources that are there and those that the sources bring, matched by identity.

Takes readings; gives the bytes of every managed file, what happens to each resource, and which sources must wait.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.diagnostic import Diagnostic, Related, diagnose
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, ResourceChange
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.archive_log import LogMemory, sha256
from fgd_sync.planning.judge import Candidate, Verdict
from fgd_sync.planning.merge_comments import merge_comments
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import managed_path
from fgd_sync.planning.read import Reading
from fgd_sync.planning.tracking import is_tracked, without_tracking
from fgd_sync.planning.written import kept, taken_in
from fgd_sync.yamldoc.emit import emit


@dataclass(slots=True)
class Outcome:
    """The result, filled while the resources are gone through.

    `files`: path under managed/ → bytes, for every resource that is in canonical form. `current`: the candidate that
    stands for each resource. `replaced`: those that were there and of which a source brings another version. `held`:
    sources that stay where they are. `stays`: managed files that are not touched. `saved`: managed files that could not
    be used and give way to a source, with their bytes.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    inventory: list[ResourceChange] = field(default_factory=list)
    current: dict[Ref, Candidate] = field(default_factory=dict)
    replaced: set[Ref] = field(default_factory=set)
    targets: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    diagnostics: list[Diagnostic] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)
    saved: dict[str, bytes] = field(default_factory=dict)


def meaning(candidate: Candidate) -> str:
    """The resource as text, without our annotations and comments: equal when two documents mean the same."""
    return emit(without_tracking(candidate.canonical[0]))


def say_the_same(group: list[Candidate]) -> bool:
    """Whether several descriptions of a resource mean the same."""
    return all(item.is_usable for item in group) and len({meaning(item) for item in group}) == 1


def repetitions(ref: Ref, group: list[Candidate], consequence: str = "") -> Iterator[Diagnostic]:
    """Report a resource that is described more than once: each description but the first."""
    which, text = (
        (code.REPEATED_RESOURCE, "with the same content")
        if say_the_same(group)
        else (code.DUPLICATE_RESOURCE, "with different content")
    )
    related = (Related(f"{ref} is also described here", _identity(group[0])),)
    for item in group[1:]:
        message = f"{ref} is described twice, {text}{consequence}"
        yield diagnose(which, message, _identity(item), rule="META-008", related=related, ref=ref)


class Reconciler:
    """Goes through the resources of one fabric once, in the order of their refs."""

    def __init__(self, tree: Tree, options: Options, memory: LogMemory) -> None:
        self._tree, self._options, self._memory = tree, options, memory
        self._out = Outcome()
        self._managed: dict[str, Reading] = {}
        self._commented: dict[Ref, set[str]] = {}
        self._places: dict[Ref, str] = {}

    def run(self, managed: Sequence[Reading], sources: Sequence[Reading]) -> Outcome:
        """Match what is managed with what the sources bring."""
        self._managed = {item.path: item for item in managed}
        self._out.stays = {item.path for item in managed if not item.is_clean}
        there = self._settle_managed(managed)
        brought = dict(self._settle_sources(sources))
        refs = in_order({**there, **brought}) if there and brought else there or brought
        self._places = {ref: self._place(ref, there.get(ref)) for ref in refs}
        if not there and not self._tree.obstacles and self._tree.files.keys().isdisjoint(self._places.values()):
            self._bring_all(brought)
            return self._out
        self._keep_what_cannot_move(there)
        for ref in refs:
            self._resource(ref, there.get(ref), brought.get(ref))
        return self._out

    def _bring_all(self, brought: dict[Ref, Candidate]) -> None:
        """Bring resources to where nothing is, one step after the other for all of them."""
        out, places = self._out, self._places
        out.current = brought
        out.files = {places[ref]: self._taken_in(item, None) for ref, item in brought.items()}
        for ref, item in brought.items():
            out.targets[item.origin.path].append(places[ref])
        out.inventory = [
            ResourceChange(ref, Action.CREATE, places[ref], (item.origin.path,)) for ref, item in brought.items()
        ]

    def _place(self, ref: Ref, there: Candidate | None) -> str:
        """The path of a resource: of one that lies there the very text, so that it is not held twice."""
        path = managed_path(ref, self._options.namespace)
        return there.origin.path if there and there.origin.path == path else path

    def _settle_managed(self, managed: Sequence[Reading]) -> dict[Ref, Candidate]:
        chosen: dict[Ref, Candidate] = {}
        for ref, group in by_ref(item for reading in managed for item in reading.candidates):
            chosen[ref] = group[0] if len(group) == 1 else self._chosen(ref, group)
        return chosen

    def _chosen(self, ref: Ref, group: list[Candidate]) -> Candidate:
        """The one of several managed descriptions of a resource that stands for it."""
        canonical_path = managed_path(ref, self._options.namespace)
        group.sort(key=lambda item: (item.origin.path != canonical_path, item.origin.path, item.origin.document))
        if self._repeated(ref, group):
            self._commented[ref] = {item.origin.path for item in group[1:] if item.canonical[1] is not None}
            return _with_comments_of_all(group)
        self._out.stays |= {item.origin.path for item in group}
        return group[0]

    def _settle_sources(self, sources: Sequence[Reading]) -> Iterator[tuple[Ref, Candidate]]:
        valid = (item for reading in sources for item in reading.having(Verdict.VALID))
        for ref, group in by_ref(valid):
            if len(group) == 1:
                yield ref, group[0]
                continue
            group.sort(key=lambda item: (item.origin.path, item.origin.document, item.prefix != (), str(item.prefix)))
            if self._repeated(ref, group):
                yield ref, _with_comments_of_all(group)
            else:
                self._out.held |= {item.origin.path for item in group}

    def _repeated(self, ref: Ref, group: list[Candidate]) -> bool:
        """Report a resource that is described more than once; True if all say the same."""
        same = say_the_same(group)
        self._out.diagnostics += repetitions(ref, group, "" if same else "; neither is taken")
        return same

    def _keep_what_cannot_move(self, there: dict[Ref, Candidate]) -> None:
        """A managed file one of whose resources has its place taken by a file that stays, stays too.

        So does one that says the same as a file that stays, and has comments that this one cannot be given.
        """
        astray = [ref for ref, item in there.items() if ref in self._commented or self._places[ref] != item.origin.path]
        grew = True
        while grew:
            grew = False
            for ref in astray:
                item, target = there[ref], self._places[ref]
                path = item.origin.path
                if path not in self._out.stays and target != path and self._taken(target):
                    self._out.stays.add(path)
                    self._occupied(item, target)
                    grew = True
                elif path in self._out.stays and not self._commented.get(ref, set()) <= self._out.stays:
                    self._out.stays |= self._commented[ref]
                    grew = True

    def _resource(self, ref: Ref, there: Candidate | None, brought: Candidate | None) -> None:
        if brought is None:
            assert there is not None
            self._keep(ref, there, ())
        elif there is None:
            self._bring(ref, brought, None)
        elif there.is_usable and meaning(there) == meaning(brought):
            self._out.targets[brought.origin.path].append(self._keep(ref, there, (brought.origin.path,)))
        else:
            self._bring(ref, brought, there)

    def _keep(self, ref: Ref, item: Candidate, sources: tuple[str, ...]) -> str:
        path, target = item.origin.path, self._places[ref]
        self._out.current[ref] = item
        if path in self._out.stays:
            self._out.inventory.append(ResourceChange(ref, Action.KEEP, path, sources))
            return path
        data = item.written or kept(item.canonical)
        self._out.files[target] = data
        same = self._tree.files.get(target) == data
        action = Action.MOVE if path != target else Action.KEEP if same else Action.REWRITE
        self._out.inventory.append(
            ResourceChange(ref, action, target, sources or (path,) if path != target else sources)
        )
        return target

    def _bring(self, ref: Ref, item: Candidate, there: Candidate | None) -> None:
        target = self._places[ref]
        is_new = not there and target not in self._tree.files and not self._tree.obstacles
        if not is_new and self._blocked(target, there):
            self._out.held.add(item.origin.path)
            self._occupied(item, there.origin.path if there and there.origin.path in self._out.stays else target)
            if there:
                self._keep(ref, there, ())
            return
        if not is_new:
            self._replace(ref, item, there)
        out, source = self._out, item.origin.path
        out.files[target] = self._taken_in(item, there)
        out.current[ref] = item
        out.targets[source].append(target)
        out.inventory.append(ResourceChange(ref, Action.UPDATE if there else Action.CREATE, target, (source,)))

    def _replace(self, ref: Ref, item: Candidate, there: Candidate | None) -> None:
        """Let what is there, if anything is, give way."""
        target = self._places[ref]
        if self._tree.files.get(target) is not None:
            self._tell_hand_edit(item, there, target)
        if target in self._out.stays:
            self._out.stays.discard(target)
            self._out.saved[target] = self._tree.files[target]
        if there:
            self._out.replaced.add(ref)

    def _taken_in(self, item: Candidate, there: Candidate | None) -> bytes:
        before = there.canonical[1] if there and there.is_usable else None
        if before is None and item.written:
            return item.written
        return taken_in(item.canonical, item.origin, self._options.fabric, before)

    def _blocked(self, target: str, there: Candidate | None) -> bool:
        """Whether what is there cannot give way: it holds other things too, or lies elsewhere in a file that stays."""
        if there and there.origin.path in self._out.stays and there.origin.path != target:
            return True
        return self._taken(target)

    def _taken(self, target: str) -> bool:
        if self._tree.obstacles and self._is_obstructed(target):
            return True
        if target not in self._out.stays:
            return target in self._tree.files and target not in self._managed
        reading = self._managed[target]
        return reading.documents > 1 or bool(reading.having(Verdict.FOREIGN))

    def _is_obstructed(self, target: str) -> bool:
        parents = target.split("/")
        return any("/".join(parents[:depth]) in self._tree.obstacles for depth in range(1, len(parents) + 1))

    def _tell_hand_edit(self, item: Candidate, there: Candidate | None, target: str) -> None:
        known = self._memory.targets.get(target)
        untracked = there is None or not there.is_usable or not is_tracked(there.canonical[0])
        if known != sha256(self._tree.files[target]) if known else untracked:
            self._report(
                code.HAND_EDIT_REPLACED,
                f"{item.ref} replaces a version that was edited by hand",
                item,
                (Related("the version edited by hand", Location(target)),),
            )

    def _occupied(self, item: Candidate, place: str) -> None:
        self._report(
            code.UNSAFE_PATH,
            f"{item.ref} has no place: {place} holds something else",
            item,
            (Related("what is in the way", Location(place)),),
            remedy=f"Correct or remove {place}, then run again; nothing was changed for this resource.",
        )

    def _report(
        self,
        which: Code,
        message: str,
        item: Candidate,
        related: tuple[Related, ...],
        *,
        remedy: str = "",
    ) -> None:
        self._out.diagnostics.append(
            diagnose(which, message, _identity(item), related=related, remedy=remedy, ref=item.ref)
        )


def _with_comments_of_all(group: list[Candidate]) -> Candidate:
    """The first of several descriptions that say the same, with the comments of the others."""
    body, comments = group[0].canonical
    for item in group[1:]:
        comments = merge_comments(comments, item.canonical[1], body)
    return group[0]._replace(final=(body, comments), written=b"")


def by_ref(candidates: Iterable[Candidate]) -> list[tuple[Ref, list[Candidate]]]:
    """The candidates that have a ref, grouped by it, in the order of the refs."""
    groups: dict[Ref, list[Candidate]] = defaultdict(list)
    for item in candidates:
        if item.ref is not None:
            groups[item.ref].append(item)
    return [(ref, groups[ref]) for ref in in_order(groups)]


_NAME = itemgetter(-1)


def in_order(refs: Iterable[Ref]) -> list[Ref]:
    """The refs in their order. Those of a kind often stand in theirs already, and are compared by one text."""
    alike: dict[tuple[str, ...], list[Ref]] = defaultdict(list)
    for ref in refs:
        alike[ref[:-1]].append(ref)
    for some in alike.values():
        some.sort(key=_NAME)
    return [ref for key in sorted(alike) for ref in alike[key]]


def _identity(item: Candidate) -> Location:
    return Location(item.origin.path, item.origin.document, (*item.prefix, "metadata", "name"))
