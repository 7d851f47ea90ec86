"""On the manifests of public repositories that lie beside the project, a glance says what the rules say."""

from collections.abc import Iterator
from pathlib import Path

from fgd_sync.fabric.index import Index
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.plain import form_of, is_plain
from fgd_sync.rules.registry import Context, evaluated, run_all_local
from fgd_sync.rules.rule import Fabric
from fgd_sync.yamldoc.parse import parse
from local_rules import run_alone

GROUPS = {kind.name: kind.group for kind in KINDS}
CONTEXT = Context()
_FABRIC = 200


def resources(shared: Path) -> Iterator[Resource]:
    for path in sorted((shared / "corpus").rglob("*.yaml")):
        for document in parse(path.read_bytes()).documents:
            body = document.value
            if not document.problem and isinstance(body, dict) and body.get("kind") in GROUPS:
                kind, metadata = body["kind"], body.get("metadata")
                name = metadata.get("name") if isinstance(metadata, dict) else None
                yield Resource(Ref(GROUPS[kind], kind, "default", str(name)), body, Origin(path.name, document.index))


def test_findings_are_those_of_the_rules(shared: Path) -> None:
    everything = list(resources(shared))
    for start in range(0, len(everything), _FABRIC):
        some = {item.ref: item for item in everything[start : start + _FABRIC]}
        for item in some.values():
            assert run_alone(item, CONTEXT) == run_all_local(item, CONTEXT)
        told = evaluated(Fabric(Index(some), CONTEXT), list(some))
        found = evaluated(Fabric(Index(some), CONTEXT), list(some), parts={})
        assert {ref: one.findings for ref, one in told.items()} == {ref: one.findings for ref, one in found.items()}
    assert (
        sum(is_plain(form_of(item.ref.kind, item.body), CONTEXT.settings) for item in everything) > len(everything) / 4
    )
