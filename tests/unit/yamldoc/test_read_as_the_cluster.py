"""What the reader makes of YAML's traps, against answers measured with sigs.k8s.io/yaml v1.4.0 (YAMLToJSONStrict)."""

import json
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.model.code import DUPLICATE_KEY
from fgd_sync.yamldoc.document import Problem
from fgd_sync.yamldoc.parse import parse

ERROR = object()

TRAPS: list[tuple[str, Any]] = [
    ("vlan: 0b-1\n", {"vlan": -1}),
    ("v: -0b1\n", {"v": -1}),
    ("v: 0b+1\n", {"v": 1}),
    ("v: +0x1F\n", {"v": 31}),
    ("v: 0_10\n", {"v": 8}),
    ("v: 1__1.5\n", {"v": 11.5}),
    ("v: .1e400\n", {"v": ".1e400"}),
    ("v: -1e400\n", {"v": "-1e400"}),
    ("v: 1e-400\n", {"v": 0}),
    ("v: 18446744073709551615\n", {"v": 18446744073709551615}),
    ("v: 18446744073709551616\n", {"v": 18446744073709551616.0}),
    ("v: +9223372036854775808\n", {"v": 9223372036854775808.0}),
    ("1000000.0: x\n", {"1e+06": "x"}),
    ("100000.0: x\n", {"100000": "x"}),
    ("0.00001: x\n", {"1e-05": "x"}),
    ("-0.0: x\n", {"-0": "x"}),
    ("1e39: x\n", {".inf": "x"}),
    ("16777217.0: x\n", {"1.6777216e+07": "x"}),
    ("!!str 1: x\n", {"1": "x"}),
    ('v: !!int "12"\n', {"v": 12}),
    ("v: !!int 1.5\n", ERROR),
    ("v: !!float 3\n", {"v": 3}),
    ("v: !!float x\n", ERROR),
    ("v: !!bool maybe\n", ERROR),
    ("v: !!null ''\n", {"v": None}),
    ("v: !!null x\n", ERROR),
    ("v: !!binary aGVsbG8=\n", {"v": "hello"}),
    ("v: !!binary 4pi6\n", {"v": "☺"}),
    ("v: !!binary /w==\n", {"v": "\ufffd"}),
    ("v: !!binary abc\n", ERROR),
    ("v: !!timestamp 2024-02-30\n", ERROR),
    ("v: !!timestamp 2024-02-29\n", {"v": "2024-02-29"}),
    ("v: ! on\n", {"v": "on"}),
    ("v: !site on\n", {"v": "on"}),
    (
        "base: &b {mtu: 9100}\nuplink:\n  <<: *b\n  speed: 25G\n",
        {"base": {"mtu": 9100}, "uplink": {"mtu": 9100, "speed": "25G"}},
    ),
    ("base: &b {mtu: 9100}\nuplink:\n  <<: *b\n  mtu: 1500\n", ERROR),
    (
        "one: &o {a: 1}\ntwo: &t {b: 2}\nboth:\n  <<: [*o, *t]\n",
        {"one": {"a": 1}, "two": {"b": 2}, "both": {"a": 1, "b": 2}},
    ),
    ("one: &o {a: 1}\ntwo:\n  <<: [*o, *o]\n", ERROR),
    ("<<: [{a: 1}, 2]\n", ERROR),
    ('"<<": x\n', {"<<": "x"}),
    ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", {"a": 1, "b": 1, "c": 2, "d": 2}),
    ("port: &p E1/1\n*p : used\n", {"port": "E1/1", "E1/1": "used"}),
    ("a: &a\n  b: *a\n", ERROR),
    ("v:\ton\n", {"v": True}),
    ("v: on# no comment\n", {"v": "on# no comment"}),
    ("v: [on, {off: y}]\n", {"v": [True, {"false": True}]}),
    ("? k\n: v\n", {"k": "v"}),
    ("v: 'it''s'\n", {"v": "it's"}),
    ("v: >\n  a\n  b\n", {"v": "a b\n"}),
    ("v: |+\n  a\n\n", {"v": "a\n\n"}),
    ("v: |2\n   a\n", {"v": " a\n"}),
    ("v: http://[2001:db8::1]/\n", {"v": "http://[2001:db8::1]/"}),
    ("v: [a?b]\n", ERROR),
    ("v: [!site, b]\n", ERROR),
]

STRICTER = [
    ('1: a\n"1": b\n', "two keys that are one in JSON: which value wins is chance there"),
    ("1: a\n1.0: b\n", "the same"),
    ('yes: 1\n"true": 2\n', "the same"),
    ("v: [fe80::]\n", "libyaml 0.2.5 reads no plain text that ends in a colon inside brackets"),
    ('v: "\\\'"\n', "the escape \\' is no YAML"),
    ("\n\ufeffk: v\n", "an invisible mark would become part of the key"),
    ("a: 1\nb\n---\nc: 1\n", "what follows the first complete value is not passed over"),
    ("'a'\nb\n", "the same"),
]
"""What that parser takes and we refuse, with the reason."""


def read(text: str) -> Any:
    """The value of the only document; ERROR if it has a problem; None if there is no document."""
    source = parse(text.encode())
    if not source.documents:
        return ERROR if source.problem else None
    return ERROR if source.documents[0].problem else source.documents[0].value


def normal(value: Any) -> Any:
    """A value in which 1 and true differ, and 1 and 1.0 do not."""
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return ("number", value) if is_number else value


def problem_of(text: str) -> Problem:
    problem = parse(text.encode()).documents[0].problem
    assert problem is not None
    return problem


@pytest.mark.parametrize(("text", "expected"), TRAPS, ids=[text for text, _ in TRAPS])
def test_a_trap_reads_as_the_cluster_reads_it(text: str, expected: Any) -> None:
    assert normal(read(text)) == normal(expected)


@pytest.mark.parametrize(("text", "reason"), STRICTER, ids=[text for text, _ in STRICTER])
def test_stricter_than_the_cluster_for_a_reason(text: str, reason: str) -> None:
    assert read(text) is ERROR, reason


def test_the_measured_cases_read_as_the_cluster_reads_them(shared: Path) -> None:
    file = shared / "spec" / "kubernetes-yaml.json"
    if not file.is_file():
        pytest.skip("the measured cases are not there: ../shared/spec/kubernetes-yaml.json")
    cases = json.loads(file.read_text())
    wrong = []
    for case in cases:
        expected = ERROR if "error" in case else case["json"]
        if normal(read(case["yaml"])) != normal(expected):
            wrong.append((case, read(case["yaml"])))
    assert len(cases) > 200
    assert not wrong


def test_a_duplicate_key_names_both_places() -> None:
    problem = problem_of("# head\nspec:\n  mtu: 1\n  mtu: 2\n")
    assert problem.code is DUPLICATE_KEY
    assert problem.rule == "META-007"
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (4, 3)
    assert [(place.line, place.column) for _, place in problem.related] == [(3, 3)]


def test_a_duplicate_key_that_is_written_differently_says_how_it_is_read() -> None:
    assert "`on` is read as `true`" in problem_of("true: 1\non: 2\n").message


def test_a_key_that_a_merge_sets_again_points_at_the_merge() -> None:
    problem = problem_of("b: &b {mtu: 1}\nc:\n  mtu: 2\n  <<: *b\n")
    assert problem.position is not None
    assert problem.position.line == 4
    assert [place.line for _, place in problem.related] == [3]


def test_json_with_escaped_surrogate_pairs_and_tabs_is_read_with_its_positions() -> None:
    text = '{\n\t"a": "\\ud83d\\ude00", "b": "\\ud83d",\n\t"c": 1, "c": 2\n}\n'
    problem = problem_of(text)
    assert problem.code is DUPLICATE_KEY
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (3, 10)
    assert read(text.replace(', "c": 2', "")) == {"a": "😀", "b": "\ufffd", "c": 1}
