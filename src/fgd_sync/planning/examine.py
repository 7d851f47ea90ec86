"""The resources of a fabric as a whole: what the rules on several resources, on changes and on deletions find.

Takes the candidates that stand for the resources now and before; gives diagnostics at the files they came from.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fgd_sync.fabric.index import Index
from fgd_sync.model import code
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Location
from fgd_sync.model.resource import Ref
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import place
from fgd_sync.planning.secrecy import holds_secret
from fgd_sync.planning.suppress import ignored, silenced, unused
from fgd_sync.rules.registry import run_fabric


def examine(
    current: Mapping[Ref, Candidate],
    earlier: Mapping[Ref, Candidate],
    tree: Tree,
    options: Options,
    *,
    spread: Spread = in_turn,
) -> Iterator[Diagnostic]:
    """Check all resources together. `earlier` has those that changed or are no longer there, as they were.

    A deleted resource is pointed at in its old file; where the file of today is another, at the file as a whole.
    """
    if options.schemas_only:
        return
    now = {ref: item for ref, item in current.items() if item.cleaned is not None}
    before = {ref: item for ref, item in earlier.items() if ref in now or ref not in current}
    found: dict[Ref, list[Finding]] = defaultdict(list)
    index, old = (Index([item.resource for item in items.values()]) for items in (now, before))
    for ref, finding in run_fabric(index, options.context, old, spread=spread):
        found[ref].append(finding)
    for ref, item in {**before, **now}.items():
        assert item.cleaned is not None
        findings = list(silenced(found[ref], item.cleaned)) if ref in found else []
        used = {other.rule for other in (*item.findings, *findings) if other.code is code.FINDING_IGNORED}
        used |= {code.SECRET_FOUND.id} if _has_ignored_secret(item) else set()
        notes = unused(item.cleaned, used) if ref in now else ()
        is_elsewhere = ref not in now and item.origin.path in tree.files
        for finding in (*findings, *notes):
            placed = place(finding, item, now)
            yield replace(placed, location=Location(item.origin.path)) if is_elsewhere else placed


def _has_ignored_secret(item: Candidate) -> bool:
    return code.SECRET_FOUND.id in ignored(item.cleaned or {}).rules and holds_secret(item)
