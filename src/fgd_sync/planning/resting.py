"""What planning found in a fabric directory in which nothing was to be done: what a later plan can build upon.

A value, made of the parts of a plan, that an adapter may keep from run to run; see `Recalled` for how it comes back.
Large tables are compact, so that a run which needs little of them need not make the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.plan import Plan, SourceOutcome
from fgd_sync.model.resource import Ref
from fgd_sync.model.stowed import Stowed
from fgd_sync.model.structure import Structure
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.examine import Examination, Scene, tell
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.reconcile import Outcome
from fgd_sync.planning.survey import structure_of
from fgd_sync.planning.table import Table, decoded, encoded
from fgd_sync.rules.forms import Forms
from fgd_sync.rules.registry import Changes, Evaluation

if TYPE_CHECKING:
    from fgd_sync.planning.impact_near import Links

_FEW = 50
"""More resources than that are taken for all that a rule is for."""

_BETWEEN = "\0"


class Owners(Mapping[Ref, str]):
    """The file of each resource, kept as text: thousands of refs would take longer to make than all the rest."""

    __slots__ = ("_paths",)

    def __init__(self, paths: Table) -> None:
        """`paths`: by the words of a ref in one text."""
        self._paths = paths

    @classmethod
    def of(cls, paths: Mapping[Ref, str]) -> "Owners":
        """The owners in a table, of refs and paths that `can_be_kept`."""
        return cls(Table.of({_BETWEEN.join(ref): path for ref, path in paths.items()}))

    def __getitem__(self, ref: Ref) -> str:
        return self._paths[_BETWEEN.join(ref)]

    def __iter__(self) -> Iterator[Ref]:
        return map(_ref, self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def fetch(self) -> None:
        """Have all of it at hand. Raises LostError."""
        self._paths.fetch()

    def of_kind(self, kind: str) -> list[Ref]:
        """The resources of a kind."""
        begins = [_BETWEEN.join((item.group, item.name, "")) for item in KINDS if item.name == kind]
        return [_ref(words) for start in begins for words in self._paths.beginning(start)]

    def within(self, paths: Collection[str]) -> set[Ref]:
        """The resources of some files."""
        return set(map(_ref, self._paths.keys_of(paths)))

    def after(self, gone: Collection[Ref], new: Mapping[Ref, str]) -> "Owners":
        """The owners without some resources, and with others."""
        changes: dict[str, str | None] = {_BETWEEN.join(ref): None for ref in gone}
        return Owners(self._paths.after(changes | {_BETWEEN.join(ref): path for ref, path in new.items()}))


def _ref(words: str) -> Ref:
    return Ref(*words.split(_BETWEEN))


class Points(Mapping[str, Sequence[tuple[Ref, str]]]):
    """By key of a resource those for which a rule consulted it, with the rule; kept as text, with numbers for both.

    The number of a ref is the place where its words begin in the text of all.
    """

    __slots__ = ("_refs", "_rules", "_users")

    def __init__(self, users: Mapping[str, Collection[tuple[Ref, str]]]) -> None:
        words: list[bytes] = []
        places: dict[Ref, int] = {}
        rules: dict[str, int] = {}
        lines: dict[str, str] = {}
        end = 0
        for key in filter(_is_line, users):  # No resource that can be kept has another key.
            numbers: list[int] = []
            for ref, rule in sorted(users[key]):
                if ref not in places:
                    places[ref] = end
                    words.append(encoded(_BETWEEN.join(ref)) + b"\n")
                    end += len(words[-1])
                numbers += places[ref], rules.setdefault(rule, len(rules))
            lines[key] = " ".join(map(str, numbers))
        self._users, self._rules = Table.of(lines), list(rules)
        self._refs = Stowed(b"".join(words))

    def __getitem__(self, key: str) -> Sequence[tuple[Ref, str]]:
        numbers, refs = list(map(int, self._users[key].split())), self._refs
        words = (decoded(refs.some(place, refs.index(b"\n", place))) for place in numbers[::2])
        return [(_ref(text), self._rules[rule]) for text, rule in zip(words, numbers[1::2], strict=True)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._users)

    def __len__(self) -> int:
        return len(self._users)


@dataclass(frozen=True, slots=True)
class Uses:
    """Whose examination consulted what, and perhaps more.

    `points`: by key of a resource, those for which a rule consulted it. `kinds`: by kind (or, where only names were
    asked for, its `names_key`) and rule the resources for which that rule consulted all of the kind; None: all that it
    is for.
    """

    points: Mapping[str, Sequence[tuple[Ref, str]]]
    kinds: Mapping[tuple[str, str], frozenset[Ref] | None]

    def along_with(self, new: "Uses") -> "Uses":
        """These and others."""
        points = {key: {*self.points.get(key, ()), *users} for key, users in new.points.items()}
        kinds = {key: _both(self.kinds.get(key, frozenset()), refs) for key, refs in new.kinds.items()}
        return Uses(Points({**self.points, **points}), {**self.kinds, **kinds})


def _both(some: frozenset[Ref] | None, others: frozenset[Ref] | None) -> frozenset[Ref] | None:
    return None if some is None or others is None or len(some | others) > _FEW else some | others


@dataclass(frozen=True, slots=True)
class Resting:
    """A directory at rest: its plan has no changes and nothing to take in. What there was before does not count.

    `options` is the digest of what planning depended on. `owners` has the file of each resource; rules on several
    resources look at all but those `unread`. `local` is what is to be said of files by themselves, `told` of resources
    among others; `findings` is what the latter is made of, `uses` what it depends on. `links`: who names whom, for
    summaries; None: nobody asked for one. `forms`: those of the resources; None: no rules were asked.
    """

    options: str
    owners: Owners
    unread: frozenset[Ref]
    sources: Sequence[SourceOutcome]
    structure: Structure
    local: Sequence[Diagnostic]
    told: Mapping[Ref, Sequence[Diagnostic]]
    findings: Mapping[Ref, Sequence[Finding]]
    uses: Uses
    links: "Links | None" = None
    forms: Forms | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The parts of a plan that may be at rest. `local` and `told`: what is to be said, see `Resting`."""

    plan: Plan
    reconciled: Outcome
    examined: Examination
    local: Sequence[Diagnostic]
    told: Sequence[Diagnostic]


def remember(files: Recalled, rest: Rest, tree: Tree, options: Options) -> None:
    """Keep a plan without changes for the next time, unless its files stand in each other's way."""
    current, state = rest.reconciled.current, rest.examined.state
    if rest.reconciled.diagnostics or rest.reconciled.held or rest.reconciled.saved:
        return
    owners = {ref: item.origin.path for ref, item in current.items()}
    if not can_be_kept(current, owners.values()):
        return
    findings = {ref: one.findings for ref, one in state.items() if one.findings}
    told = _told_alone(current, findings, tree, options) if options.base else rest.told
    files.keep(
        Resting(
            options.digest,
            Owners.of(owners),
            frozenset(ref for ref, item in current.items() if not item.is_usable),
            rest.plan.sources,
            structure_of(tree, options),
            rest.local,
            _by_ref(told),
            findings,
            uses_of(state),
            _links(current) if options.impact else None,
            rest.examined.forms,
        )
    )


def _links(current: Mapping[Ref, Candidate]) -> "Links":
    from fgd_sync.planning.impact_near import links_of  # only for the summary

    return links_of(current)


def can_be_kept(refs: Collection[Ref], paths: Iterable[str] = ()) -> bool:
    """Whether refs and paths can be told from one another as text; an invalid resource may have any name."""
    return all(map(_is_line, chain(chain.from_iterable(refs), paths)))


def _is_line(text: str) -> bool:
    return "\n" not in text and _BETWEEN not in text


def _told_alone(
    current: Mapping[Ref, Candidate], findings: Mapping[Ref, Sequence[Finding]], tree: Tree, options: Options
) -> Sequence[Diagnostic]:
    """What is to be said of resources when they are not compared with what there was before."""
    from fgd_sync.planning.places import with_positions  # only where all is planned

    scene = Scene.of(current, {})
    told = tell(scene, scene.now, findings, Changes((), frozenset()), tree=tree)
    return with_positions(chain.from_iterable(told.values()), tree.files, options)


def _by_ref(items: Sequence[Diagnostic]) -> dict[Ref, list[Diagnostic]]:
    found: dict[Ref, list[Diagnostic]] = defaultdict(list)
    for item in items:
        assert item.ref is not None
        found[item.ref].append(item)
    return dict(found)


def uses_of(state: Mapping[Ref, Evaluation]) -> Uses:
    """For whom what was consulted, and by which rules."""
    points: dict[str, set[tuple[Ref, str]]] = defaultdict(set)
    kinds: dict[tuple[str, str], set[Ref]] = defaultdict(set)
    for ref, one in state.items():
        for rule, keys in one.consulted.items():
            for key in keys:
                if "/" in key:
                    points[key].add((ref, rule))
                else:
                    kinds[key, rule].add(ref)
    few = {key: None if len(refs) > _FEW else frozenset(refs) for key, refs in kinds.items()}
    return Uses(Points(points), few)
