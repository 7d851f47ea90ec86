"""Texts cut into documents at once, as they are cut line by line."""

from random import Random

from fgd_sync.yamldoc.parse import Again, parse
from fgd_sync.yamldoc.split import cut, cut_any

_TEXTS = ["a: b\n", "b:\n- 2\n", "é: 1\n", "c: # x\n", "d: |\n  ---\n", "# c\n", "  # in\n", "", "\n", " ", "x: ---\n"]
_SEAMS = [
    "---\n",
    "\n---\n",
    "---",
    "--- \n",
    "--- # x\n",
    "--- a\n",
    "---\r\n",
    "----\n",
    "...\n",
    "\ufeff",
    "%YAML 1.1\n",
]


def test_documents_are_the_same_however_they_are_cut() -> None:
    random, several = Random(1), 0
    for _ in range(4000):
        seams = _SEAMS if random.random() < 0.3 else _SEAMS[:2]
        parts = [random.choice([*_TEXTS, *_TEXTS[:3] * 4, *seams * 4]) for _ in range(random.randint(0, 9))]
        text = "".join(parts)
        pieces = cut(text)
        assert pieces == cut_any(text), text
        several += len(pieces) > 2
    assert several > 200


def test_a_document_that_is_read_again_says_what_it_said() -> None:
    data = b"# of a\na: 1\n---\nb: [2, 3]\n---\n# nothing\n---\nc: {d: 4}\n"
    again, documents = Again(data), parse(data).documents
    assert len(documents) == 3
    for document in documents[::-1]:
        found = again.document(document.index)
        assert (found.value, found.notes, found.text) == (document.value, document.notes, document.text)
