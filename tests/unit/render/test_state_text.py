"""Tables of state for people: aligned, in units that fit, and safe to print."""

import pytest

from fgd_sync.model.operation import Operation
from fgd_sync.model.standing import Standing
from fgd_sync.render import state_text
from fgd_sync.render.style import painter
from fgd_sync.render.table import table

NOON = "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (10, "10 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d")],
)
def test_spans_are_told_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert state_text.duration(seconds) == words


def test_how_long_ago() -> None:
    assert state_text.ago("2026-03-01T11:00:00Z", NOON) == "60 min"
    assert state_text.ago("", NOON) == ""


def test_columns_are_aligned() -> None:
    lines = list(table(("a", "number"), [("long", "1"), ("b", "22")], painter(color=False), right=frozenset({1})))
    assert lines == ["a     number", "long       1", "b         22"]


def test_what_others_wrote_cannot_act_on_the_terminal() -> None:
    nasty = "\x1b[2J\n::set-output name=x::y"
    operation = Operation("s", nasty, state="failed", note=nasty, trigger=nasty, findings=({"message": nasty},))
    shown = state_text.status([Standing(nasty, operation, problem=nasty)], NOON, color=False)
    shown += state_text.history(1, [operation], offset=0, color=False)
    shown += state_text.events(operation, [], color=False)
    assert "\x1b" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
