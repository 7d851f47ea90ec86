"""Laws of reading and writing YAML that hold for every value, comment and text."""

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.locate import locate
from fgd_sync.yamldoc.natural import natural_sorted
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.split import join_texts

TRAPS = [
    "",
    " ",
    "~",
    "null",
    "Null",
    "y",
    "No",
    "on",
    "OFF",
    "true",
    "=",
    "<<",
    "-",
    "?",
    ":",
    "- a",
    "? a",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "a#b",
    "#",
    "# a",
    "'",
    '"',
    "it's",
    '"q"',
    "a'b\"c",
    "\\",
    "\\n",
    "C:\\dir",
    "{",
    "}",
    "[a]",
    "{a}",
    "{{ x }}",
    ",",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%",
    "@a",
    "`",
    "---",
    "...",
    "--- a",
    "... a",
    "-1",
    "+1",
    "0",
    "00",
    "010",
    "0o7",
    "0x1F",
    "0b1",
    "0b",
    "1_000",
    "1,000",
    "1.",
    ".5",
    "1e3",
    "1E+3",
    "1e400",
    ".inf",
    "-.INF",
    ".nan",
    "10:20",
    "65102:10",
    "10:20:30:40:50:59",
    "1:30.5",
    "190:20:30",
    "2001-01-01",
    "2001-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43",
    "10.0.1.0/24",
    "leaf-01/E1/1",
    "v1.2.3",
    "5m0s",
    "a\nb",
    "a\nb\n",
    "a\n\nb",
    "\na",
    "a\n",
    "\n",
    "\n\n",
    "a\n\n",
    " a\nb",
    "a\n b",
    "a \nb",
    "a\tb",
    "\ta",
    "a\n\tb",
    "a\n#b",
    "a\n---\nb",
    "a\r\nb",
    "a\rb",
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\xa0",
    "\xad",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "\ud7ff",
    "\ue000",
    "é",
    "日本",
    "😀",
    "a" * 130,
    "a b" * 400,
    "x" * 1100,
    "a  b",
    "a ",
    " a",
]
strings = st.one_of(
    st.sampled_from(TRAPS),
    st.text(alphabet="abny01.:-# '\"\\\n\t{}[],&*!|>%@`?~=<_+eExX/é\u2028\ufeff😀", max_size=12),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=8),
)
numbers = st.one_of(
    st.integers(-(2**63), 2**64 - 1),
    st.integers(-100, 100),
    st.floats(allow_nan=False, allow_infinity=False),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, strings)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=4)),
    max_leaves=12,
)
comment_texts = st.one_of(
    st.sampled_from(
        ["# a", "# - b", "#c: d", "#", "##", "# \t x", "# '", "# {{ x }}", "# a # b", "#!shebang", "# é😀"]
    ),
    st.text(alphabet="ab#:- '\"\n\r\t\u2028\x85\x00", max_size=5),
)
comment_blocks = st.lists(st.one_of(comment_texts, st.just("")), max_size=3).map(tuple)


@st.composite
def comment_trees(draw: st.DrawFn, value: Any, *, depth: int = 0) -> Comments:
    """Comments for some of the entries of a value, and for some entries that it does not have."""
    steps: list[str | int] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    if depth < 5 and draw(st.integers(0, 9)) == 0:
        gone: list[str | int] = ["gone", 7]
        steps.append(draw(st.sampled_from(gone)))
    children = {}
    for step in steps:
        if draw(st.booleans()):
            is_there = isinstance(value, dict | list) and step not in ("gone", 7)
            children[step] = draw(comment_trees(value[step] if is_there else None, depth=depth + 1))
    return Comments(draw(comment_blocks), draw(st.one_of(st.just(""), comment_texts)), draw(comment_blocks), children)


@st.composite
def commented(draw: st.DrawFn) -> tuple[Any, Comments]:
    value = draw(values)
    return value, draw(comment_trees(value))


LINES = st.sampled_from(
    [
        "a: 1",
        "b: x y",
        "c:",
        "  d: 2",
        "  e:",
        "    f: g",
        "- h",
        "- i: 1",
        "  - j",
        "- - k",
        "  - l: m",
        "-",
        "n: |",
        "  text # t",
        "    more",
        "o: >-",
        "p: [1, # q",
        "  2,",
        "# r",
        "  3] # s",
        "t: {u: v, # w",
        "  x: y}",
        'z: "q # q" # z',
        "'k': 'v' # k",
        "? aa",
        ": bb # cc",
        "dd: &ee # ff",
        "  gg: 1",
        "hh: *ee # ii",
        "<<: *ee # jj",
        "kk: !!str # ll",
        "  1",
        "---",
        "--- # mm",
        "...",
        "%YAML 1.1",
        "# head",
        "#foot",
        "  # in",
        "    # deep",
        " # odd",
        "",
        "",
        "nn: '",
        'oo: "',
        "pp: @x",
        "\tqq: 1",
        "rr:ss",
        "tt: uu: vv",
        "ww: {{ xx }}",
        "{% if yy %}",
        "]",
        "}",
        "a: 2",
        "on: 3",
        "true: 4",
        "1: 5",
        '"1": 6',
        "xx: !foo # yy",
        "  &zz # ab",
        "ac: # ad",
        "ae: | # af",
        "  ag",
        "\ufeffah: 1",
        "ai\x85aj: 1",
    ]
)
texts = st.lists(LINES, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\n", "\r\n"]).map(lambda end: end.join(lines) + end)
)


def read(text: str) -> Document:
    """The only document of a text, which must be readable."""
    source = parse(text.encode())
    assert source.problem is None
    assert len(source.documents) == 1, (text, source)
    assert source.documents[0].problem is None, (text, source.documents[0].problem)
    return source.documents[0]


def same(first: Any, second: Any) -> bool:
    """Equality of JSON values: 1 is 1.0, but not true."""
    if isinstance(first, dict) and isinstance(second, dict):
        return list(first) == list(second) and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def is_template(value: Any) -> bool:
    return any("{{" in text and "}}" in text for text in strings_in(value))


def routes_of(value: Any, route: Route = ()) -> Iterator[Route]:
    yield route
    if isinstance(value, dict):
        for key, item in value.items():
            yield from routes_of(item, (*route, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from routes_of(item, (*route, index))


def words(comments: Comments | None) -> Counter[str]:
    """The comments without what writing may change: blanks and line breaks become spaces, trailing ones go."""
    found: Counter[str] = Counter()
    for text in comments.texts() if comments else ():
        kept = "".join(text.translate({0x85: " ", 0x2028: " ", 0x2029: " ", 0: " "}).split()).lstrip("#")
        found[kept] += 1 if kept else 0
    return +found


@given(values)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assume(not is_template(value))
    assert same(read(emit(value)).value, value), emit(value)


@given(values)
def test_a_yaml_1_2_reader_reads_the_same(value: Any) -> None:
    text = emit(value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert same(YAML(typ="safe", pure=True).load(io.StringIO(text)), value), text


@given(values)
def test_pyyaml_reads_the_same(value: Any) -> None:
    text = emit(value)
    assert same(yaml.safe_load(text), value), text


@given(commented())
def test_writing_is_a_fixed_point_with_comments(pair: tuple[Any, Comments]) -> None:
    value, comments = pair
    assume(not is_template(value))
    text = emit(value, comments)
    document = read(text)
    assert same(document.value, value), text
    assert emit(document.value, document.comments) == text


@given(commented())
def test_writing_keeps_every_comment(pair: tuple[Any, Comments]) -> None:
    value, comments = pair
    assume(not is_template(value))
    assert words(read(emit(value, comments)).comments) == words(comments)


@given(texts)
def test_reading_and_writing_keeps_values_and_comments(text: str) -> None:
    for document in parse(text.encode()).documents:
        if document.problem is None:
            written = emit(document.value, document.comments)
            again = read(written)
            assert same(again.value, document.value)
            assert words(again.comments) == words(document.comments), written
            assert emit(again.value, again.comments) == written


@given(st.one_of(texts, st.text(max_size=40)))
def test_the_documents_make_up_the_file(text: str) -> None:
    assume(text.isascii() or "\ufeff" not in text[:1])
    try:
        source = parse(text.encode())
    except UnicodeEncodeError:
        return
    if source.documents:
        assert "".join(document.text for document in source.documents) == text


@given(st.one_of(st.binary(max_size=60), texts.map(str.encode)))
def test_reading_never_raises(data: bytes) -> None:
    source = parse(data)
    assert source.problem is None or not source.documents


@given(texts, st.lists(st.booleans(), min_size=14, max_size=14))
def test_some_documents_of_a_file_make_a_file_of_just_these(text: str, chosen: list[bool]) -> None:
    wanted = [
        document for document, is_chosen in zip(parse(text.encode()).documents, chosen, strict=False) if is_chosen
    ]
    joined = parse(join_texts(document.text for document in wanted).encode()).documents
    assert [document.value for document in joined] == [document.value for document in wanted]
    assert [words(document.comments) for document in joined] == [words(document.comments) for document in wanted]


@given(st.lists(texts, max_size=4))
def test_files_joined_hold_the_documents_and_comments_of_all(parts: list[str]) -> None:
    documents = [document for part in parts for document in parse(part.encode()).documents]
    assume(not any(document.problem for document in documents))
    joined = parse(join_texts(document.text for document in documents).encode()).documents
    assert [document.value for document in joined] == [document.value for document in documents]
    total: Counter[str] = Counter()
    for document in documents:
        total += words(document.comments)
    for document in joined:
        total -= words(document.comments)
    assert not total


@given(texts)
def test_every_position_is_where_the_token_is(text: str) -> None:
    lines = text.replace("\r\n", "\n").split("\n")
    for document in parse(text.encode()).documents:
        if document.problem is not None:
            place = document.problem.position
            assert place is not None
            assert place.column <= len(lines[place.line - 1]) + 1
            continue
        for spot in locate(document, list(routes_of(document.value))).values():
            for place in (spot.key, spot.value):
                assert place.column <= len(lines[place.line - 1]) + 1, (text, place)


@given(values)
def test_the_position_of_a_scalar_is_where_its_text_begins(value: Any) -> None:
    assume(not is_template(value))
    text = emit(value)
    lines = text.split("\n")
    document = read(text)
    for route, spot in locate(document, list(routes_of(value))).items():
        rest = lines[spot.key.line - 1][spot.key.column - 1 :]
        assert rest
        assert not rest.startswith(" ")
        if route and isinstance(route[-1], str) and rest.startswith(('"', "'")) is False:
            assert rest.startswith(route[-1])


@given(st.lists(strings, unique=True))
def test_the_order_of_keys_does_not_depend_on_the_order_given(keys: list[str]) -> None:
    assert natural_sorted(keys) == natural_sorted(reversed(keys))
    assert sorted(natural_sorted(keys)) == sorted(keys)
