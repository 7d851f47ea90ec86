"""A text with plain markers is cut where any text is cut."""

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.yamldoc.split import cut, cut_anyhow

PLAIN = ["a: 1\n", "a: 1\n", "---\n", "---\n", "# c\n", "# d\n", "\n", "  # e\n"]
ODD = [
    *(
        "#f",
        "...\n",
        "# ...\n",
        "--- # g\n",
        "----\n",
        " ---\n",
        "---",
        "kind: ---\n",
        "- h\n",
        "%YAML 1.1\n",
        "i: |\n  # j\n",
    ),
    *("\r\n", "---\r\n", "\r", "\ufeff", "é\n", "k: l", " ", "\t\n", "  \n"),
]
plain, any_lines = (st.lists(st.sampled_from(lines), max_size=9).map("".join) for lines in (PLAIN, PLAIN + ODD))


@given(st.one_of(plain, any_lines))
def test_documents_are_the_same(text: str) -> None:
    assert cut(text) == cut_anyhow(text)
    assert "".join(piece.text for piece in cut(text)) in (text, "")
