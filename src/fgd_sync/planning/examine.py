"""The resources of a fabric as a whole: what the rules on several resources, on changes and on deletions find.

Takes the candidates that stand for the resources now and before; gives diagnostics at the files they came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from fgd_sync.fabric.index import Index
from fgd_sync.model import code
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Location
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import place
from fgd_sync.planning.secrecy import holds_secret
from fgd_sync.planning.suppress import asks_for_silence, ignored, silenced, unused
from fgd_sync.rules.forms import NAMESPACE, Forms
from fgd_sync.rules.plain import Form
from fgd_sync.rules.registry import Changes, Context, Evaluation, evaluated, run_changes
from fgd_sync.rules.rule import Fabric

_COST = 40
"""What it costs to examine one resource, as reading so many bytes."""


class Resources(Mapping[Ref, Resource]):
    """Candidates as rules see them, each made when it is asked for."""

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


@dataclass(frozen=True, slots=True)
class Scene:
    """What is examined together: the resources as they are now, and those that changed or are gone as they were."""

    now: Mapping[Ref, Candidate]
    before: Mapping[Ref, Candidate]

    @classmethod
    def of(
        cls,
        current: Mapping[Ref, Candidate],
        earlier: Mapping[Ref, Candidate],
        now: Mapping[Ref, Candidate] | None = None,
    ) -> "Scene":
        """Only what could be read takes part: of what there is currently, `now`, where that is known."""
        if now is None:
            now = {ref: item for ref, item in current.items() if item.is_usable}
        return cls(now, {ref: item for ref, item in earlier.items() if ref in now or ref not in current})

    def cost(self, options: Options) -> int:
        """How much work it is to examine it, as reading so many bytes."""
        return 0 if options.schemas_only else _COST * len(self.now)

    def fabric(self, context: Context, *, is_watched: bool) -> Fabric:
        """The resources as rules see them."""
        index = Index(Resources(self.now), is_watched=is_watched)
        index.forms = self._forms
        return Fabric(index, context, Index([item.resource for item in self.before.values()]))

    def _forms(self, kind: str) -> dict[str, Form]:
        """The forms of all resources of a kind by name."""
        return {
            ref.name: item.form
            for ref, item in self.now.items()
            if ref.kind == kind and ref.namespace == NAMESPACE and item.form is not None
        }


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of looking at all resources: what rules found and consulted, and what is to be said of each.

    Where what was consulted is of no interest, only what is to be said, of whom there is something to say; else `forms`
    has the forms of all resources, too.
    """

    state: Mapping[Ref, Evaluation] = field(default_factory=dict)
    told: Mapping[Ref, Sequence[Diagnostic]] = field(default_factory=dict)
    forms: Forms | None = None

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """All that is to be said."""
        return chain.from_iterable(self.told.values())


def examine(
    scene: Scene, tree: Tree, options: Options, *, spread: Spread = in_turn, is_watched: bool = False
) -> Examination:
    """Check all resources together.

    A deleted resource is pointed at in its old file; where the file of today is another, at the file as a whole.
    `is_watched`: what the rules consulted is of interest.
    """
    if options.schemas_only:
        return Examination()
    fabric = scene.fabric(options.context, is_watched=is_watched)
    state = evaluated(fabric, list(scene.now), spread)
    findings = {ref: one.findings for ref, one in state.items()}
    changes = run_changes(fabric)
    if is_watched:
        told = tell(scene, [*scene.before, *scene.now], findings, changes, tree=tree)
        return Examination(state, told, Forms.of(fabric.index))
    told = tell(scene, _talkative(scene, findings, changes), findings, changes, tree=tree)
    return Examination({}, {ref: said for ref, said in told.items() if said})


def _talkative(scene: Scene, findings: Mapping[Ref, Sequence[Finding]], changes: Changes) -> list[Ref]:
    """The resources of which something may have to be said: one that was let go asks for no silence."""
    found = {ref for ref, said in findings.items() if said} | {ref for ref, _ in changes.findings}
    return [ref for ref, item in chain(scene.before.items(), scene.now.items()) if ref in found or not item.is_let_go]


def tell(
    scene: Scene,
    refs: Iterable[Ref],
    state: Mapping[Ref, Sequence[Finding]],
    changes: Changes,
    *,
    tree: Tree,
) -> dict[Ref, Sequence[Diagnostic]]:
    """What is to be said of some resources of a scene: of their state, and of their change or deletion."""
    found: dict[Ref, list[Finding]] = defaultdict(list)
    for ref, findings in state.items():
        if findings:
            found[ref] += (item for item in findings if (item.rule, ref, item.route) not in changes.replaced)
    for ref, finding in changes.findings:
        found[ref].append(finding)
    return {ref: _told(scene, ref, found.get(ref, ()), tree) for ref in dict.fromkeys(refs)}


def _told(scene: Scene, ref: Ref, found: Sequence[Finding], tree: Tree) -> Sequence[Diagnostic]:
    item = scene.now[ref] if ref in scene.now else scene.before[ref]
    if not found and (item.is_let_go or not asks_for_silence(item.cleaned or {})):
        return ()
    body = item.cleaned or {}
    findings = list(silenced(found, body))
    used = {other.rule for other in (*item.findings, *findings) if other.code is code.FINDING_IGNORED}
    used |= {code.SECRET_FOUND.id} if _has_ignored_secret(item) else set()
    notes = unused(body, used) if ref in scene.now else ()
    is_elsewhere = ref not in scene.now and item.origin.path in tree.files
    placed = [place(finding, item, scene.now) for finding in (*findings, *notes)]
    return [replace(one, location=Location(item.origin.path)) for one in placed] if is_elsewhere else placed


def _has_ignored_secret(item: Candidate) -> bool:
    return code.SECRET_FOUND.id in ignored(item.cleaned or {}).rules and holds_secret(item)
