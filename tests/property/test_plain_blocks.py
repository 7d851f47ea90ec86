"""The reader for plain blocks says what the YAML parser says, of every text that it reads at all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.block_lookup import block_lookup
from fgd_sync.yamldoc.blocks import read_blocks
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.locate import locate
from fgd_sync.yamldoc.lookup import Lookup
from fgd_sync.yamldoc.mould import USUAL
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.plain import read_plain
from fgd_sync.yamldoc.read import read_piece
from fgd_sync.yamldoc.split import cut

LIMITS = Limits(max_depth=6)
KEYS = ["a", "b", "c", "x.y/z", "k-1", "_", "on", "y", "No", "null", "1", "e1/1", "a b", "<<", "~"]
QUOTED = [
    '"q"',
    "'q'",
    '"a"',
    '"on"',
    '"1"',
    '"a # b"',
    "'a: b'",
    '"<<"',
    '""',
    '"\\n"',
    "'it''s'",
    '"é"',
    '"{{ x }}"',
    '"-"',
]
VALUES = [
    *("", "1", "x", "x y", "x  y", "true", "yes", "~", "null", "010", "0x1F", "1.0", "1e400", ".inf", ".nan", "1_000"),
    *("1:30", "10.0.0.0/8", "65102:10", "2020-01-01", '"s"', "'s'", '"s # t"', '""', "''", "{}", "[]", "{a: 1}", "[1]"),
    *("a:b", "a: b", "b:", "x#y", "x #y", "a?", "a]", "a,b", "-1", "- 1", "|", ">", "*a", "&a b", "!t x", "...", "---"),
    *("{{ x }}", '"a" b', "'it''s'", '"\\n"', "é", "\t", ".", "..", "=", "<<", "?", "? a", "@a", "%a", "`a", "\\"),
]
FLOWS = [
    *(
        "[a, b]",
        "[ 'x',\"y #z\" ]",
        "[1, true ,null]",
        "[a, [b]]",
        "[a:b, c]",
        "[a b]",
        "[a,]",
        "[a, -1]",
        "[a-, b]",
        "[.]",
    ),
    *(
        "{b: 1, c: 2}",
        '{ b: x,c: "y, z" }',
        "{a: 1, a: 2}",
        "{on: 1}",
        "{b: , c: 1}",
        "{'b': 1}",
        "{b: {}}",
        "{b:1}",
        "[a]b",
    ),
]
TAILS = [*[""] * 8, " ", "  ", " # t", " #", "# u", "  #  w  ", " # é — ✓", " # \u200d"]
INDENTS = ["", "", " ", "  ", "  ", "    ", "      "]
MARKERS = ["", "  ", "---", "---", "--- ", "--- # x", "...", "# head", "%YAML 1.1", "\x01"]


def _line(indent: str, dash: str, key: str, value: str, tail: str) -> str:
    space = " " if key and value else ""
    return f"{indent}{dash}{key}{':' if key else ''}{space}{value}{tail}"


values, tails = st.sampled_from(VALUES) | st.sampled_from(FLOWS), st.sampled_from(TAILS)
entries = st.builds(
    _line,
    st.sampled_from(INDENTS),
    st.sampled_from(["", "", "- ", "-  ", "-", "- - "]),
    st.sampled_from([*KEYS, "", "d", "e", "f"]) | st.sampled_from(QUOTED),
    values,
    tails,
)
comments = st.builds(
    str.__add__, st.sampled_from(INDENTS), st.sampled_from(["# m", "#n", "# o  ", "# ──", "#\xa0", "# \x85p"])
)
loose = st.lists(st.one_of(entries, entries, comments, st.sampled_from(MARKERS)), min_size=1, max_size=8).map("\n".join)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0, indent: int = 0) -> str:
    """Well-formed blocks, but for a slip of indentation now and then."""
    lines: list[str] = []
    is_list = draw(st.booleans())
    for number in range(draw(st.integers(1, 3))):
        if not draw(st.integers(0, 4)):
            lines.append(" " * draw(st.sampled_from([indent, indent, 0, indent + 2])) + f"# n{number}")
        lead = " " * indent + ("- " if is_list else "")
        key = draw(st.sampled_from(["", f"k{number}: "])) if is_list else f"k{number}: "
        if depth < 3 and not is_list and draw(st.booleans()):
            lines += [lead + key.rstrip() + draw(tails), draw(blocks(depth + 1, indent + draw(st.integers(0, 3))))]
        elif depth < 3 and is_list and not key and draw(st.booleans()):
            lines.append(lead + draw(blocks(depth + 1, indent + 2)).lstrip())
        else:
            lines.append(lead + key + draw(values) + draw(tails))
    return "\n".join(lines)


def routes(value: Any, route: Route = ()) -> Iterator[Route]:
    """The routes to everything in a value."""
    yield route
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from routes(item, (*route, step))


def assert_same_places(text: str) -> None:
    """Look everything up in both ways."""
    found, lookup = read_blocks(text, Limits()), block_lookup(text)
    assert (found is None) is (lookup is None)
    if found and lookup:
        by_parser = Lookup(text)
        for route in routes(found[0]):
            assert lookup.find(route) == by_parser.find(route), (text, route)


def assert_same_spots(text: str) -> None:
    """Look everything up by the outline of each document, where it has one, and without it."""
    for document in parse(text.encode(), LIMITS).documents:
        if not document.problem:
            everywhere = list(routes(document.value))
            everywhere += [(*route, "not there") for route in everywhere]
            assert locate(document, everywhere) == locate(replace(document, filled=None), everywhere), text


def assert_same(text: str) -> int:
    """Read every document of a text in both ways; how many there were that the reader for plain blocks reads.

    What is compared is made of its outline and the places of its comments, which are learnt before.
    """
    pieces = [piece for piece in cut(text) if [read_plain(piece.core, LIMITS) for _ in range(5)][-1]]
    for piece, document in zip(cut(text), parse(text.encode(), LIMITS).documents, strict=True):
        by_parser = read_piece(piece, document.line, LIMITS)
        assert repr((document.value, document.comments, document.problem)) == repr(by_parser), piece.text
    for piece in pieces:
        assert_same_places(piece.core)
    assert_same_spots(text)
    return len(pieces)


@given(
    st.one_of(loose, blocks(), blocks().map(lambda text: f"---\n{text}\n"), st.tuples(blocks(), loose).map("\n".join))
)
def test_plain_blocks_are_read_as_the_yaml_parser_reads_them(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb:\n  c: x\n  d:\n  - e: 1\n    f: 2\n  - g\n",
        "# of nobody\n\n# head\n---\n\n# more\na: 1\n---\n# b\nc: 2\n# d\n\n#e\n---\nf: 3\n",
        "  # of nobody\n#\n---\na: 1\n",
        "# head\n---\n# more\n\n# above\na: 1  # end\n# before b\nb:\n- x # item\n- y\n# foot\n",
        "a:\n- b:\n  - c\n  d: {}\n- e: []\n",
        "a:\n\n  b: 'x: # y'\n  c: \"z\"\nd:\n",
        "a:\n- - b # c\n  # d\n  - e\n# f\n- - - - g: 1 # h\n        i: 2\n  - j\n-  -   k\n",
        '# ── é ──\na: 1 # ✓\n"1": 10G\n\'b: c\': # —  \n- "d # e": f\n',
        "a:\n  b: 1\n  # c\n    # d\n  # e\n\nf:\n# g\n  - h:\n      i: 1\n        # j\n     # k\n  # l\n # m\n# n\n",
        "a: [b, 'c', \"d # e\", 1] # f\nb:\n- [c, d]\n# g\n- e: { f: 1,g: true }\n  h: [i]\n- {j: k, l: m}\n",
    ],
)
def test_what_manifests_are_made_of_is_read_without_the_parser(text: str) -> None:
    assert assert_same(text) == len(cut(text))


LINES = [f"first: {'x' * 40}", "a: {}", "b:", "  c: {}", "  d:", "  - e: {}", "    f: {}", "  - {}", "", "g: {}", ""]


@cache
def teach(text: str) -> None:
    """Let the lines of a document be usual ones."""
    for _ in range(USUAL + 4):
        read_plain(text, LIMITS)


@example([""] * 6)
@given(st.lists(st.tuples(values, tails).map("".join), min_size=6, max_size=6))
def test_what_looks_like_many_before_is_read_as_the_yaml_parser_reads_it(written: list[str]) -> None:
    usual = "\n".join(LINES)
    teach(usual.format(*"xxxxxx"))
    assert_same(usual.format(*written))


SORTED = [("true", "1", '"1"', "{}", "x", "10.0.0.1"), ("x", "10.yaml", "false", "1", "'x'", '"1"'), ("{}", *"1" * 5)]


@example(SORTED[0], [""] * 6)
@example(SORTED[1], ["on", "x", "true", "01", '"1"', '"1"'])
@example(SORTED[2], ["{}", "1", "0", "12", "9" * 18, "9" * 19])
@given(st.sampled_from(SORTED), st.lists(st.tuples(values, tails).map("".join), min_size=6, max_size=6))
def test_what_looks_like_many_of_other_sorts_is_read_as_the_yaml_parser_reads_it(
    sample: tuple[str, ...], written: list[str]
) -> None:
    usual = "\n".join(LINES).replace("first", f"first-{SORTED.index(sample)}")
    teach(usual.format(*sample))
    assert_same(usual.format(*[value or like for value, like in zip(written, sample, strict=True)]))


def test_values_of_the_usual_sorts_are_read_as_they_are_taken_out() -> None:
    usual = "\n".join(LINES).replace("first", f"first-{SORTED.index(SORTED[0])}")
    teach(usual.format(*SORTED[0]))
    text = usual.format("false", "1001", '"7"', "{}", "10.0.0.0/24", "rack 1, unit 2")
    found = read_plain(text, LIMITS)
    assert found
    assert found.filled
    assert found.filled.values[1:] == (False, 1001, "7", {}, "10.0.0.0/24", "rack 1, unit 2")
    assert found.filled.text == text
    assert assert_same(text) == 1
    assert assert_same(f"# of nobody\n---\n{text}---\n{text}") == 2


def test_a_document_like_many_before_is_told_by_its_lines() -> None:
    usual = "\n".join(LINES)
    teach(usual.format(*"xxxxxx"))
    found = read_plain(usual.format("1", "'x'", "{}", "10.0.0.1/24", "on", "10.yaml"), LIMITS)
    assert found
    assert found.filled
    assert found.filled.values == ("x" * 40, 1, "x", {}, "10.0.0.1/24", True, "10.yaml")
    assert found.filled.cells == f"{'x' * 40}\n1\n'x'\n{{}}\n10.0.0.1/24\non\n10.yaml\n"


COMMENTED = (
    "# {n}\n\n#{n}\na: {v}  # {n}\nb:  # {n}\n  # {n}\n  c: {v} # {n}\n    # {n}\n\n  # {n}\n  d:\n  # {n}\n"
    "  - e: {v}\n    f: {v}   # {n}\n  - {v} # {n}\n      # {n}\n   # {n}\n  # {n}\n# {n}\ng: {v}\n  # {n}\n# {n}\n"
)
"""Comments wherever one can be."""
REMARKS = COMMENTED.count("{n}")

said = st.sampled_from(
    ["why", "#", " ", "  w  ", '"s"', "a: b", "{{ x }}", "0", "1", "$", "é — ✓", "\u2028", "\t", "x\r", "x\n"]
)


def _written(texts: list[str], remarks: list[str]) -> str:
    values, comments = iter(texts), iter(remarks)
    return re.sub(r"\{(.)\}", lambda place: next(values if place[1] == "v" else comments), COMMENTED)


@example(["x"] * 6, [" "] * REMARKS)
@given(st.lists(values, min_size=6, max_size=6), st.lists(said, min_size=REMARKS, max_size=REMARKS))
def test_what_looks_like_many_with_comments_is_read_as_the_yaml_parser_reads_it(
    texts: list[str], remarks: list[str]
) -> None:
    teach(_written(["x"] * 6, ["why"] * REMARKS))
    assert_same(_written(texts, remarks))


def test_a_document_like_many_with_comments_is_told_by_its_lines() -> None:
    teach(_written(["x"] * 6, ["why"] * REMARKS))
    text = _written(["1", "'x'", "{}", "10.0.0.1/24", "on", "z"], [f"no {number}" for number in range(REMARKS)])
    found = read_plain(text.replace("1  #", "1   #"), LIMITS)
    assert found
    assert found.filled
    assert found.filled.values == (1, "x", {}, "10.0.0.1/24", True, "z")
    assert found.filled.cells.split("\n") == [
        *("1", "'x'", "{}", "10.0.0.1/24", "on", "z"),
        *(f"#{'' if number == 1 else ' '}no {number}" for number in range(REMARKS)),
        "",
    ]


def test_manifests_as_people_write_them_are_read_alike(shared: Path) -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in shared.glob("corpus/**/*") if path.is_file()]
    assert sum(map(assert_same, texts)) > 1000


@pytest.mark.parametrize(
    "text",
    [
        *("a:\n- \n", "a: 1\n- \n", "a:\n-  # x\n", "a:\n- b: 1\n  -  \n"),
        *(
            "a: [b]\n- c\n",
            "a: {b: c}\n  d: e\n",
            "a:\n- [b]\n  - c\n",
            "a:\n- b: [c]\n  - d\n",
            "- {a: b}\n# x\n\n  c: d\n",
        ),
        *("# c", "---\n# c\n", "\n", "a: [b]c\n", "a:[b]\n", "- [a] # b\n", "[a, b]\n", "a:\n  [b, c]\n"),
    ],
)
def test_what_lines_of_that_form_cannot_say_is_left_to_the_parser_however_often_it_is_met(text: str) -> None:
    assert assert_same(text) == 0
