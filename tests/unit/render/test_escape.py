import pytest
from hypothesis import given

from fgd_sync.render.escape import cut, inert, visible, visible_lines
from render_samples import hostile
from runner.lines import command, lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("vpc-1 für 日本", "vpc-1 für 日本"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("gnp.\u202elmay", "gnp.\\u202elmay"),
        ("a\u200bb\xa0c", "a\\u200bb\\xa0c"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("raw/\udcff.yaml", "raw/\\xff.yaml"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(hostile)
def test_visible_text_is_printable_and_stays_as_it_is(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)


def test_lines_stay_lines() -> None:
    assert visible_lines("a\r\nb\x07\nc") == "a\nb\\x07\nc"


@pytest.mark.parametrize(
    "line",
    [
        "::error::x",
        "  ::error::x",
        "\t::error file=a::x",
        "plain ##[error]x",
        "a\r::error::x",
        "\u200b::error::x",
        ":\u200b:error::x",
        "#\ufe0f#[error]x",
        "\x07::error::x",
        "\xa0::error::x",
        "###[error]x",
    ],
)
def test_the_runner_finds_no_command_in_inert_text(line: str) -> None:
    assert any(map(command, lines(line))), "the sample should be a command by itself"
    assert not any(map(command, lines(inert(line))))


@given(hostile)
def test_inert_text_holds_no_command_whatever_it_is(text: str) -> None:
    assert not any(map(command, lines(inert(text))))


@pytest.mark.parametrize("text", ["a: 1", "x ::error::", "# [x]", "a::b", "12:34:56"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_cut_text_ends_in_an_ellipsis_and_has_the_length_asked_for() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
