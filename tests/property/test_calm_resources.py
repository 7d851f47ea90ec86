"""Resources of fabrics in which much goes wrong get the findings of the rules, be they told at a glance or not."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.fabric.index import Index
from fgd_sync.rules.calm import ALONE, Calm
from fgd_sync.rules.forms import Forms
from fgd_sync.rules.registry import RULES, Context, Scope, evaluated
from fgd_sync.rules.rule import Fabric
from odd_fabrics import CONTEXTS, Maker


@settings(max_examples=settings().max_examples * 2)
@given(st.integers(0, 2**32), st.sampled_from(CONTEXTS), st.booleans())
def test_findings_are_those_of_the_rules(seed: int, context: Context, is_watched: bool) -> None:
    resources = Maker(Random(seed)).resources()
    refs = [resource.ref for resource in resources]
    index, asked = Index(resources, is_watched=is_watched), Index(resources, is_watched=is_watched)
    told = evaluated(Fabric(index, context), refs)
    found = evaluated(Fabric(asked, context), refs, parts={})
    assert asked.calm == ()
    for ref in refs:
        assert told[ref].findings == found[ref].findings, ref
        if ref in index.calm:
            assert all(told[ref].consulted[rule] >= keys for rule, keys in found[ref].consulted.items()), ref


@settings(max_examples=settings().max_examples // 4)
@given(st.integers(0, 2**32), st.booleans())
def test_of_those_that_are_looked_at_again_only_many_of_a_kind_are_told_at_a_glance(
    seed: int, is_watched: bool
) -> None:
    resources = Maker(Random(seed)).resources(30)
    again = [resource.ref for resource in resources if resource.ref.kind in ("VPC", "VPCAttachment")]
    index, asked = Index(resources, is_watched=is_watched), Index(resources, is_watched=is_watched)
    index.forms = Forms.of(Index(resources))
    told = evaluated(Fabric(index, CONTEXTS[0]), again, parts={})
    found = evaluated(Fabric(asked, CONTEXTS[0]), again, parts={})
    for ref in again:
        assert told[ref].findings == found[ref].findings, ref
        assert all(told[ref].consulted[rule] >= keys for rule, keys in found[ref].consulted.items()), ref
    assert [ref.kind for ref in again if ref in index.calm] in ([], ["VPC"] * sum(ref in index.calm for ref in again))


@pytest.mark.parametrize("kind", ["VPC", "Connection", "VPCAttachment"])
def test_much_of_what_is_right_is_calm(kind: str) -> None:
    fabrics = [Index(Maker(Random(number)).resources()) for number in range(100)]
    assert sum(ref.kind == kind and ref in Calm(index) for index in fabrics for ref in index.written) > 40


def test_no_rule_on_several_resources_is_for_what_is_alone() -> None:
    for rule in RULES.values():
        assert rule.scope is not Scope.FABRIC or (rule.kinds and not {*ALONE} & {*rule.kinds})
