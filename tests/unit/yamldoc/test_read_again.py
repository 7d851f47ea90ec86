"""Documents that are read again, one by one."""

from fgd_sync.yamldoc.parse import Again, parse


def test_a_document_that_is_read_again_says_what_it_said() -> None:
    data = b"# of a\na: 1\n---\nb: [2, 3]\n---\n# nothing\n---\nc: {d: 4}\n"
    again, documents = Again(data), parse(data).documents
    assert len(documents) == 3
    for document in documents[::-1]:
        found = again.document(document.index)
        assert (found.value, found.comments, found.text) == (document.value, document.comments, document.text)
