"""Files to documents: cutting, encodings, limits, templates, and the words for what is wrong."""

import subprocess
import sys
import time
import tracemalloc

import pytest

from fgd_sync.model.code import INVALID_YAML, TEMPLATE_PLACEHOLDER, TOO_LARGE, TOO_MANY_DOCUMENTS
from fgd_sync.yamldoc.document import Document, Problem
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.split import join_texts


def documents(text: str) -> tuple[Document, ...]:
    source = parse(text.encode())
    assert source.problem is None
    return source.documents


def problem_of(text: str | bytes, limits: Limits | None = None) -> Problem:
    data = text.encode() if isinstance(text, str) else text
    source = parse(data, limits or Limits())
    problem = source.problem or source.documents[0].problem
    assert problem is not None
    return problem


def place(problem: Problem) -> tuple[int, int]:
    assert problem.position is not None
    return problem.position.line, problem.position.column


def test_documents_know_their_text_line_and_number() -> None:
    found = documents("a: 1\n---\nb: 2\n--- {c: 3}\n")
    assert [(each.index, each.line, each.text, each.value) for each in found] == [
        (0, 1, "a: 1\n", {"a": 1}),
        (1, 2, "---\nb: 2\n", {"b": 2}),
        (2, 4, "--- {c: 3}\n", {"c": 3}),
    ]


def test_a_document_that_is_no_yaml_leaves_the_others_alone() -> None:
    found = documents("a: 1\n---\nb: [\n---\nc: 3\n")
    assert [each.value for each in found] == [{"a": 1}, None, {"c": 3}]
    assert found[1].problem is not None
    assert found[1].problem.code is INVALID_YAML


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only\n", "---\n", "---\n# a\n---\n...\n", "%YAML 1.1\n---\n", "\ufeff"]
)
def test_a_file_without_a_document_is_empty_and_no_problem(text: str) -> None:
    assert parse(text.encode()) == parse(b"")


def test_an_end_marker_ends_a_document() -> None:
    assert [each.value for each in documents("a: 1\n...\nb: 2\n...\n%YAML 1.1\n---\nc: 3\n")] == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
    ]


def test_a_comment_block_right_above_a_marker_belongs_to_what_follows() -> None:
    first, second = documents("a: 1\n# foot\n\n# head\n---\nb: 2\n")
    assert first.comments is not None
    assert first.comments.below == ("# foot",)
    assert second.comments is not None
    assert second.comments.above == ("# head",)
    assert second.text == "# head\n---\nb: 2\n"


def test_what_looks_like_a_comment_in_a_block_scalar_stays_there() -> None:
    first, second = documents("a: |\n # text\n---\nb: 2\n")
    assert (first.value, second.value) == ({"a": "# text\n"}, {"b": 2})
    assert second.comments is None


def test_comments_of_empty_documents_go_to_a_neighbour() -> None:
    first, second = documents("# one\n---\n# two\n---\na: 1 # three\n---\nb: 2\n---\n# four\n")
    assert first.comments is not None
    assert second.comments is not None
    assert first.comments.above == ("# one", "", "# two")
    assert second.comments.below == ("# four",)


def test_byte_order_marks_begin_a_file_or_document() -> None:
    assert [each.value for each in documents("\ufeffa: 1\n\ufeff---\nb: 2\n---\n\ufeffc: 3\n")] == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
    ]


def test_a_document_of_a_byte_order_mark_and_a_comment_says_nothing() -> None:
    (document,) = parse("---\n\ufeff# c\n".encode()).documents
    assert (document.value, document.problem) == (None, None)


def test_windows_line_ends_do_not_change_values() -> None:
    assert [each.value for each in documents("a: |\r\n  x\r\n  y\r\n---\r\nb: on\r\n")] == [
        {"a": "x\ny\n"},
        {"b": True},
    ]


@pytest.mark.parametrize(
    ("data", "words", "where"),
    [
        ("a: 1".encode("utf-16"), "UTF-16", (1, 1)),
        ("a: 1".encode("utf-16-le"), "UTF-16", (1, 1)),
        ("a: 1".encode("utf-32"), "UTF-32", (1, 1)),
        (b"a: 1\nb: caf\xe9\n", "0xE9", (2, 7)),
        (b"a: 1\nb: x\x00\n", "NUL", (2, 5)),
        (b"a: \x1b[31m\n", "U+001B", (1, 4)),
        (b"# \x07\n---\na: 1\n", "U+0007", (1, 3)),
        (b"# \x07\n", "U+0007", (1, 3)),
    ],
)
def test_what_is_not_utf8_text_is_named_with_its_place(data: bytes, words: str, where: tuple[int, int]) -> None:
    problem = problem_of(data)
    assert problem.code is INVALID_YAML
    assert words in problem.message
    assert place(problem) == where


@pytest.mark.parametrize(
    ("text", "words", "where"),
    [
        ("a:\n\tb: 1\n", "tab", (2, 1)),
        ('a: "x\nb: 1\n', "quote that opens here", (1, 4)),
        ("a: [1, 2\n", "`[` that opens here is not closed", (1, 4)),
        ("a: {b: 1\nc: 2]\n", "`{` that opens here", (1, 4)),
        ("a: @b\n", "cannot begin with `@`", (1, 4)),
        ("a: `b`\n", "cannot begin with ``", (1, 4)),
        ("a: b: c\n", "contains a colon", (1, 5)),
        ("a: 1\n  b: 2\n", "indentation", (2, 4)),
        ("a:\n    b: 1\n  c: 2\n", "indentation", (3, 3)),
        ("a: 1\nb:2\nc: 3\n", "space is missing after this colon", (2, 2)),
        ("a: 1\nwords\nc: 3\n", "no `key: value`", (2, 1)),
        ("a: - b\n", "first `-` on the next line", (1, 4)),
        ('a: "b" c\n', "follows the closing quote", (1, 8)),
        ("a: [b] c\n", "follows the closing bracket", (1, 8)),
        ("a: *\n", "begins an alias", (1, 4)),
        ("a: *b\n", "no anchor &b", (1, 4)),
        ('a: "\\d"\n', "single quotes", (1, 5)),
        ("a: | text\n", "Nothing may follow", (1, 4)),
        ("a: .nan\n", "no number `.nan`", (1, 4)),
        ("{a: 1}: 2\n", "cannot be a key", (1, 1)),
        ("~: 2\n", "cannot be a key", (1, 1)),
        ('{"a": 1}\n{"b": 2}\n', "`---`", (2, 1)),
        ("a: !!int x\n", "tag !!int", (1, 4)),
    ],
)
def test_a_mistake_is_explained_where_it_is(text: str, words: str, where: tuple[int, int]) -> None:
    problem = problem_of(text)
    assert words in problem.message
    assert place(problem) == where
    later = parse(f"x: 1\n---\n{text}".encode()).documents[1].problem
    assert later is not None
    assert place(later) == (where[0] + 2, where[1])


@pytest.mark.parametrize(
    ("text", "shown", "where"),
    [
        ("name: {{ .Values.name }}\n", "{{ .Values.name }}", (1, 7)),
        ('a: 1\nname: "x-{{ name }}"\n', "{{ name }}", (2, 10)),
        ("a: 1 # {{ no }}\nb: {{ yes }}\n", "{{ yes }}", (2, 4)),
        ("{{- if .Values.on }}\na: 1\n{{- end }}\n", "{{- if .Values.on }}", (1, 1)),
        ("{% if on %}\na: 1\n{% endif %}\n", "{% if on %}", (1, 1)),
        ("a: |\n  x\n  {{ y }}\n", "{{ y }}", (3, 3)),
    ],
)
def test_a_template_placeholder_is_named(text: str, shown: str, where: tuple[int, int]) -> None:
    problem = problem_of(text)
    assert problem.code is TEMPLATE_PLACEHOLDER
    assert f"`{shown}`" in problem.message
    assert place(problem) == where


@pytest.mark.parametrize("text", ["a: 1 # {{ x }}\n", 'a: "{{"\n', "a: {b: {c: 1}}\n", '{"a":{"b":{}}}\n'])
def test_braces_that_are_no_template_are_left_alone(text: str) -> None:
    assert documents(text)[0].problem is None


def test_limits_are_problems() -> None:
    assert problem_of("a: 1\n", Limits(max_file_bytes=4)).code is TOO_LARGE
    assert problem_of("a: é\n", Limits(max_document_bytes=5)).code is TOO_LARGE
    too_many = problem_of("a: 1\n---\nb: 1\n---\nc: 1\n", Limits(max_documents=2))
    assert (too_many.code, place(too_many)) == (TOO_MANY_DOCUMENTS, (4, 1))
    assert documents("[" * 64 + "]" * 64)[0].problem is None
    assert problem_of("[" * 65 + "]" * 65).code is TOO_LARGE
    assert problem_of("a: &a [[x]]\nb: [[*a]]\n", Limits(max_depth=4)).code is TOO_LARGE


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "{a: " * 30_000,
        "- " * 30_000,
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)),
        "a: b " + "!" * 100_000 + " [?\n",
        "{{" * 100_000,
        "a: 1\n" + " # x\n" * 50_000,
        "a: |\n  " + "x " * 100_000 + "\n",
        'a: "' + "x" * 900_000,
    ],
    ids=["brackets", "braces", "dashes", "bomb", "bangs", "template", "comments", "block", "quote"],
)
def test_a_hostile_text_costs_little_time(text: str) -> None:
    began = time.process_time()
    parse(text.encode())
    assert time.process_time() - began < 2


def test_a_text_without_its_line_end_is_joined_with_one() -> None:
    assert join_texts(["a: 1", "b: 2\n"]) == "a: 1\n---\nb: 2\n"


def test_joining_adds_markers_only_where_they_are_missing() -> None:
    assert join_texts(["a: 1\n", "# h\n---\nb: 2\n"]) == "a: 1\n# h\n---\nb: 2\n"
    assert join_texts(["a: 1\n", "%YAML 1.1\n---\nb: 2\n"]) == "a: 1\n...\n%YAML 1.1\n---\nb: 2\n"
    assert join_texts(["a: 1\n# foot\n", "---\nb: 2\n"]) == "a: 1\n# foot\n\n---\nb: 2\n"


def test_yaml_is_imported_only_when_a_document_is_more_than_plain_blocks() -> None:
    program = (
        "import sys; from fgd_sync.yamldoc import parse, emit, locate; parse.parse(b'a: 1'); "
        "assert 'yaml' not in sys.modules; parse.parse(b'a: [[1]]'); assert 'yaml' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_text_of_comments_takes_a_few_times_its_own_memory() -> None:
    data = b"# x\n" * 20_000
    tracemalloc.start()
    try:
        parse(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(data)
