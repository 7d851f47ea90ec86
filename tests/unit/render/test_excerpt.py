import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.render.excerpt import excerpt
from render_samples import hostile


@pytest.mark.parametrize(
    ("line", "column", "shown", "carets"),
    [
        ("  vlan: 12 # why", 9, "  vlan: 12 # why", "        ^^"),
        ("  vlan: 12", 3, "  vlan: 12", "  ^^^^"),
        ("name: a long one # why", 7, "name: a long one # why", "      ^^^^^^^^^^"),
        ("url: http://x:80/ y", 6, "url: http://x:80/ y", "     ^^^^^^^^^^^^^^"),
        ('a: "x # y"  # z', 4, 'a: "x # y"  # z', "   ^^^^^^^"),
        ("a: 'it''s'", 4, "a: 'it''s'", "   ^^^^^^^"),
        ("a: {b: 12, c: d}", 8, "a: {b: 12, c: d}", "       ^^"),
        ("a: {b: 12, c: d}", 5, "a: {b: 12, c: d}", "    ^"),
        ("a: [1, 2]", 4, "a: [1, 2]", "   ^"),
        ("- - x", 1, "- - x", "^"),
        ("\tvlan: 12", 8, "    vlan: 12", "          ^^"),
        ("日本: 東京 x", 5, "日本: 東京 x", "      ^^^^^^"),
        ("a: e\u0301t", 4, "a: e\u0301t", "   ^^"),
        ("a: \x1b[0m", 4, "a: \\x1b[0m", "   ^^^^^^^"),
        ("a:", 3, "a:", "  ^"),
        ("a: 1\r", 4, "a: 1", "   ^"),
        ("", 1, "", "^"),
    ],
)
def test_carets_stand_under_the_token(line: str, column: int, shown: str, carets: str) -> None:
    assert excerpt(line, column) == (shown, carets)


def test_a_long_line_is_cut_on_both_sides_of_the_caret() -> None:
    line = "a: " + "x" * 300 + " [here, " + "y" * 300
    shown, carets = excerpt(line, line.index("here") + 1, 60)
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert shown[carets.index("^") :].startswith("here, ")
    assert len(shown) <= 60


def test_the_beginning_of_a_long_line_stays_where_the_caret_is_near_it() -> None:
    shown, carets = excerpt("vlan: 12 " + "x" * 500, 7, 40)
    assert shown.startswith("vlan: 12 x")
    assert shown.endswith("…")
    assert carets.index("^") == 6


def columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.category(char) in ("Mn", "Me") for char in text)


source_lines = st.lists(hostile, max_size=20).map(lambda parts: "".join(parts).replace("\n", " "))


@given(source_lines, st.integers(1, 300), st.integers(20, 120))
def test_any_line_gives_two_printable_lines_within_the_width(line: str, column: int, width: int) -> None:
    shown, carets = excerpt(line, column, width)
    assert shown.isprintable()
    assert set(carets) <= {" ", "^"}
    assert "^" in carets
    assert columns(shown) <= width
    assert len(carets) <= width
