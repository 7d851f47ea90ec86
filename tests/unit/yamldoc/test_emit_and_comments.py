"""Canonical bytes, and where comments are kept through reading and writing."""

from typing import Any

import pytest

from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.natural import natural_sorted
from fgd_sync.yamldoc.parse import parse


def rewritten(text: str) -> str:
    document = parse(text.encode()).documents[0]
    assert document.problem is None
    return emit(document.value, document.comments)


@pytest.mark.parametrize(
    "text",
    [
        "leaf-01/E1/1",
        "10.0.1.0/24",
        "10.0.0.1",
        "server-01--mclag--leaf-01--leaf-02",
        "v1.2.3",
        "25G",
        "5m0s",
        "é",
        "a b",
        "it's",
        "a#b",
    ],
)
def test_what_people_expect_plain_is_plain(text: str) -> None:
    assert emit(text) == f"{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        "65102:10",
        "65102:100",
        "10:20:30:40:50:59",
        "1:30",
        "2024-01-01",
        "1e3",
        "0o7",
        "0x1F",
        "1_000",
        "010",
        "y",
        "No",
        "ON",
        "null",
        "~",
        ".inf",
        "=",
        "<<",
        "",
        "a: b",
        "a #b",
        "a:",
        "-a",
        "?a",
        "*a",
        "&a",
        "!a",
        "@a",
        "%a",
        " a",
        "a ",
        "a  b",
        "...",
        "1.",
        "1,000",
        "{a",
        "[a",
        "#a",
    ],
)
def test_what_some_reader_reads_otherwise_is_quoted(text: str) -> None:
    assert emit(text) == f'"{text}"\n'
    assert emit({text: 1}) == f'"{text}": 1\n'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('say: "x"', "'say: \"x\"'\n"),
        ("\\d: 'x'", "'\\d: ''x'''\n"),
        ("a\tb", '"a\\tb"\n'),
        ("\x07\x7f\x85\u2028\ufeff😀", '"\\x07\\x7F\\x85\\u2028\\uFEFF\\U0001F600"\n'),
        ("\ud800", '"\\uFFFD"\n'),
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\n\n  b", "|-\n  a\n\n    b\n"),
        ("a\n\n", '"a\\n\\n"\n'),
        (" a\nb", '" a\\nb"\n'),
        ("a \nb", '"a \\nb"\n'),
        (1e21, "1.0e+21\n"),
        (1.5, "1.5\n"),
        (2.0, "2\n"),
        ({}, "{}\n"),
        ([], "[]\n"),
        ({"a": [], "b": {}, "c": None, "d": True}, "a: []\nb: {}\nc: null\nd: true\n"),
        ({"a": [{"b": 1, "c": [2]}, [3, [4]]]}, "a:\n- b: 1\n  c:\n  - 2\n- - 3\n  - - 4\n"),
        ({"k" * 1001: [1]}, f"? {'k' * 1001}\n:\n  - 1\n"),
    ],
)
def test_values_are_written_in_one_way(value: Any, expected: str) -> None:
    assert emit(value) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# head\n\n# more\na: 1\n",
        "a: 1 # one\n# above b\nb: # two\n  c: 2\n  # below c\n# foot\n",
        "a:\n# above\n- b # one\n# above\n- c\n",
        "a:\n- # item\n  b: 1 # key\n-\n  # first\n  c: 2\n",
        "a: | # text\n  x # no comment\n# after\n",
        "a: {} # empty\nb: [] # empty\n",
        "- - a # deep\n  # below\n- b\n",
        "# head\nscalar # end\n# foot\n",
    ],
)
def test_comments_in_canonical_text_stay_where_they_are(text: str) -> None:
    assert rewritten(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n    # above b\n    b: 1\n", "a:\n  # above b\n  b: 1\n"),
        ("a:\n  - b\n  # below b\nc: 1\n", "a:\n- b\n# below b\nc: 1\n"),
        ("a: [1, # one\n  2, # two\n  # three\n  3] # end\n", "a: # end\n- 1 # one\n- 2 # two\n# three\n- 3\n"),
        ("a: &x # anchor\n  b: 1 # one\nc: *x # alias\n", "a: # anchor\n  b: 1 # one\nc: # alias\n  b: 1\n"),
        (
            "x: &x {a: 1} # x\nb:\n  # above\n  <<: *x # merge\n  c: 2\n",
            "x: # x\n  a: 1\n# above\n# merge\nb:\n  a: 1\n  c: 2\n",
        ),
        ("a:\n  # inside\n  value # end\n", "# inside\na: value # end\n"),
        ("a: # one\n  value # two\n", "# two\na: value # one\n"),
        ("# a\n\n\n\n# b\n\na: 1\n", "# a\n\n# b\na: 1\n"),
        ("a: !tag 'x # y' # z\n", 'a: "x # y" # z\n'),
        ('{"a": 1, # one\n"b": "#"}\n', 'a: 1 # one\nb: "#"\n'),
        ("--- # marker\na: 1\n", "# marker\na: 1\n"),
    ],
)
def test_a_comment_moves_with_what_it_is_about(text: str, expected: str) -> None:
    assert rewritten(text) == expected
    assert rewritten(expected) == expected


def test_comments_of_what_is_not_there_are_kept_below_what_is_around() -> None:
    comments = Comments(
        children={"a": Comments(children={"gone": Comments(above=("# kept",))}), "b": Comments(after="# too")}
    )
    assert emit({"a": {"x": 1}}, comments) == "a:\n  x: 1\n  # kept\n# too\n"


def test_a_comment_below_an_entry_with_a_long_key_stays_in_its_mapping() -> None:
    key = "long " * 250 + "key"
    text = f"outer:\n  ? {key}\n  : null\n  # inside\n"
    assert rewritten(text) == text


def test_a_comment_cannot_break_out_of_its_line() -> None:
    assert (
        emit({"a": 1}, Comments(above=("x\nb: 2",), children={"a": Comments(after="y\u2028c: 3")}))
        == "# x b: 2\na: 1 # y c: 3\n"
    )


def test_keys_are_ordered_as_kubectl_prints_them() -> None:
    keys = ["a10", "a9", "a", "E1/10", "E1/2", "a-b", "ab", "a.b", "B", "1", "01", "leaf-2", "leaf-10", "leaf-02"]
    expected = ["1", "01", "B", "E1/2", "E1/10", "a", "a-b", "a.b", "a9", "a10", "ab", "leaf-2", "leaf-02", "leaf-10"]
    assert natural_sorted(keys) == expected
