"""What planning found in a fabric directory in which nothing was to be done: what a later plan can build upon.

A value, made of the parts of a plan, that an adapter may keep from run to run. `Recalled` is how it comes back: as the
files of a tree of which is known which changed since.
"""

import hashlib
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.finding import Finding
from fgd_sync.model.plan import Plan, ResourceChange, SourceOutcome
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.examine import Examination
from fgd_sync.planning.options import Options
from fgd_sync.planning.reconcile import Outcome
from fgd_sync.rules.registry import Evaluation

_APART = ("catalogue", "context", "base", "impact", "form")
"""Fields of the options that are not part of the digest as they are: schemas are files, too; a base is looked at."""


_FEW = 50
"""More resources than that are taken for all that a rule is for."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Whose examination consulted what, and perhaps more.

    `points`: by key of a resource, those for which a rule consulted it. `kinds`: by kind and rule the resources for
    which that rule consulted all of the kind; None: all that it is for.
    """

    points: Mapping[str, Sequence[tuple[Ref, str]]]
    kinds: Mapping[tuple[str, str], frozenset[Ref] | None]

    def along_with(self, new: "Uses") -> "Uses":
        """These and others."""
        points = {key: tuple({*self.points.get(key, ()), *users}) for key, users in new.points.items()}
        kinds = {key: _both(self.kinds.get(key, frozenset()), refs) for key, refs in new.kinds.items()}
        return Uses({**self.points, **points}, {**self.kinds, **kinds})


def _both(some: frozenset[Ref] | None, others: frozenset[Ref] | None) -> frozenset[Ref] | None:
    return None if some is None or others is None or len(some | others) > _FEW else some | others


@dataclass(frozen=True, slots=True)
class Resting:
    """A directory at rest: its plan has no changes, no earlier version and nothing to take in.

    `options` is the digest of what planning depended on. `owners` has the file of each resource; `examined` are those
    that rules on several resources look at. `local` is what is to be said of files by themselves, `told` of resources
    among others; `findings` is what the latter is made of, `uses` what it depends on.
    """

    options: str
    owners: Mapping[Ref, str]
    examined: frozenset[Ref]
    inventory: Sequence[ResourceChange]
    sources: Sequence[SourceOutcome]
    local: Sequence[Diagnostic]
    told: Mapping[Ref, Sequence[Diagnostic]]
    findings: Mapping[Ref, Sequence[Finding]]
    uses: Uses


class Recalled(Mapping[str, bytes]):
    """The files of a tree, each read when it is asked for, and what is remembered of them.

    `resting`: what was found before; None: nothing can be built upon. Since then the files `changed`, and no file came
    or went.
    """

    resting: Resting | None
    changed: Sequence[str]

    @property
    @abstractmethod
    def ids(self) -> Mapping[str, str]:
        """The SHA-256 of each file, in hex."""

    @abstractmethod
    def blob_id(self, path: str) -> str:
        """The id that git gives to the content of a file, as far as it uses SHA-1."""

    @abstractmethod
    def keep(self, resting: Resting) -> None:
        """Remember this for the next time."""

    @abstractmethod
    def whole(self) -> Tree:
        """The tree with all files read anew, to be planned without what is remembered."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The parts of a plan that may be at rest. `local` and `told`: what is to be said, see `Resting`."""

    plan: Plan
    reconciled: Outcome
    examined: Examination
    local: Sequence[Diagnostic]
    told: Sequence[Diagnostic]


def remember(files: Recalled, rest: Rest, options: Options) -> None:
    """Keep a plan without changes for the next time, unless its files stand in each other's way."""
    current, state = rest.reconciled.current, rest.examined.state
    if rest.reconciled.diagnostics or rest.reconciled.held or rest.reconciled.saved:
        return
    files.keep(
        Resting(
            options_digest(options),
            {ref: item.origin.path for ref, item in current.items()},
            frozenset(ref for ref, item in current.items() if item.cleaned is not None),
            rest.plan.inventory,
            rest.plan.sources,
            rest.local,
            _by_ref(rest.told),
            {ref: one.findings for ref, one in state.items() if one.findings},
            uses_of(state),
        )
    )


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
    return Uses({key: tuple(users) for key, users in points.items()}, few)


def options_digest(options: Options) -> str:
    """A digest of all that planning depends on besides the files."""
    plain = {name: getattr(options, name) for name in options.__match_args__ if name not in _APART}
    more = options.context.settings, options.context.chosen, options.form.version
    return hashlib.sha256(repr((plain, more)).encode("utf-8", "surrogateescape")).hexdigest()
