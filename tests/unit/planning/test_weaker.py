from dataclasses import replace

import pytest

from fgd_sync.adapters.settings_build import build_settings
from fgd_sync.model.config import Settings
from fgd_sync.planning.weaker import weaker

STRICT = build_settings(
    {
        "ingestion": {
            "rules": {"VPC-017": "error", "VPC-054": "error"},
            "limits": {"max_deletes": 5},
            "validation_rules": {"require_labels": True},
        },
        "fabrics": [{"name": "north", "path": "north"}, {"name": "south", "path": "south", "fabric": {"mtu": 9000}}],
    }
)
START = "the settings of this change check less than those of its base: "


@pytest.mark.parametrize(
    ("section", "value", "words"),
    [
        ("enabled", False, "`enabled` is false, not true"),
        ("directory", {"validation_mode": "lenient"}, "`directory.validation_mode` is lenient, not strict"),
        ("ingestion", {"rules": {"VPC-017": "off"}}, "`ingestion.rules.VPC-017` is off, not error"),
        ("ingestion", {"rules": {"VPC-017": "warning"}}, "`ingestion.rules.VPC-017` is warning, not error"),
        ("ingestion", {"rules": {"META-007": "off"}}, "`ingestion.rules.META-007` is off, not error"),
        ("ingestion", {"limits": {"max_deletes": 500}}, "`ingestion.limits.max_deletes` is 500, not 20"),
        ("ingestion", {"supported_extensions": [".json"]}, "`ingestion.supported_extensions` is .json, not .yaml, .yml, .json"),
        ("ingestion", {"validation_rules": {"enforce_namespaces": False}}, "`ingestion.validation_rules.enforce_namespaces` is false, not true"),
        ("fabrics", [{"name": "north", "path": "north"}], "`fabrics` is north, not empty (all that are found)"),
        ("fabric", {"vpc_irb_vlans": [{"from": 1, "to": 9}]}, "`fabric.vpc_irb_vlans` is 1-9, not 3000-3899"),
    ],
)  # fmt: skip
def test_what_checks_less_is_told(section: str, value: object, words: str) -> None:
    assert weaker(Settings(), build_settings({section: value})) == START + words


def test_what_is_dropped_checks_less_and_a_rule_is_then_what_it_is_by_itself() -> None:
    told = weaker(STRICT, replace(Settings(), fabrics=STRICT.fabrics[:1]))
    words = ["require_labels` is false", "max_deletes` is 20, not 5", "`fabrics: south` is no longer named, not south"]
    assert all(word in told for word in words), told
    assert "VPC-017" not in told


def test_what_rules_take_for_granted_of_one_fabric_is_told() -> None:
    north, south = STRICT.fabrics
    told = weaker(STRICT, replace(STRICT, fabrics=(north, replace(south, fabric=None))))
    assert told == f"{START}`fabrics: south: fabric.mtu` is 9100, not 9000"


def test_more_checks_are_no_news_and_many_differences_are_counted() -> None:
    assert weaker(Settings(), STRICT).startswith(f"{START}`fabrics`")
    assert not weaker(replace(Settings(), fabrics=STRICT.fabrics), STRICT)
    off = {f"VPC-0{number}": "off" for number in range(10, 24)}
    assert weaker(Settings(), build_settings({"ingestion": {"rules": off}})).endswith("more")
