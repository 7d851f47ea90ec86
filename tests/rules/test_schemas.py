"""What the schemas find, rules do not find again: examples of rules have the shape of their kind."""

from pathlib import Path

import pytest
import yaml

from fgd_sync.model.kinds import KINDS
from fgd_sync.rules.registry import RULES, Rule
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check

SCHEMAS = Path(__file__).parents[2] / "schemas"
CATALOGUE = Catalogue(lambda name: (SCHEMAS / name).read_bytes())
KIND_OF = {kind.name: kind for kind in KINDS}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_examples_have_the_shape_of_their_kind(rule: Rule) -> None:
    bodies = [
        body
        for text in (rule.before, rule.bad, rule.good)
        for body in yaml.load_all(text, yaml.CSafeLoader)
        if body and "kind" in body
    ]
    found = [item.message for body in bodies for item in check(CATALOGUE, KIND_OF[body["kind"]], body)]
    assert found == []
