"""Some documents of a file that was read before are read as they were then, without the rest of it."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.parse import parse, parse_some, part_of

PLAIN = ["a: 1\n", "b:\n  - 2 # x\n", "---\n", "---\n", "---\n", "# c\n", "\n", "  # e\n"]
ODD = [
    *("#f", "...\n", "--- # g\n", "----\n", "---", "- h\n", "%YAML 1.1\n", "i: |\n  # j\n  ---\n", "k: [\n"),
    *("\r\n", "\r", "\ufeff", "é: 1\n", "l: m", " ", "\t\n", "n: *o\n", "p: &o 1\n", "a: 2\n", "{a: [1, 2]}\n", "\x85"),
]
plain, any_lines = (st.lists(st.sampled_from(lines), max_size=14).map("".join) for lines in (PLAIN, PLAIN + ODD))


@given(st.one_of(plain, any_lines))
def test_each_document_is_the_same(text: str) -> None:
    data = text.encode()
    source = parse(data)
    good = [document for document in source.documents if document.problem is None]
    numbers = {document.index for document in good}
    assert told(parse_some(data, source.starts, numbers, Limits())) == told(good)
    for document in good:
        assert told(parse_some(data, source.starts, [document.index], Limits())) == told([document])
        if source.starts:
            (part,) = parse(part_of(data, source.starts, document.index)).documents
            assert (part.value, part.comments) == (document.value, document.comments)


def told(documents: Iterable[Document]) -> list[tuple[object, ...]]:
    """All that a document says; its comments may be held in one way or another."""
    return [(item.index, item.value, item.comments, item.text, item.line, item.problem) for item in documents]


def test_of_a_plain_file_it_is_known_where_its_documents_begin() -> None:
    data = b"# a\na: 1\n---\n# b\nb: 2\n---\nc: 3\n"
    assert parse(data).starts == (0, 9, 22)
    assert parse(b"a: 1\n").starts == ()
    assert parse(data.replace(b"1", "é".encode())).starts == ()
    assert parse(data.replace(b"\n", b"\r\n")).starts == ()
    assert parse(data.replace(b"---\nc", b"# c\n---\nc")).starts == ()
