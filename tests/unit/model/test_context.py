import pytest

from fgd_sync.model.context import RunContext


@pytest.mark.parametrize(("context", "person"), [
    (RunContext("push", actor="ann", actor_id="311"), "ann <311+ann@users.noreply.github.com>"),
    (RunContext("push", actor="ann"), "ann <ann@users.noreply.github.com>"),
    (RunContext("push", actor="renovate[bot]", actor_id="7"), ""),
    (RunContext("schedule", actor="ann", actor_id="311"), ""),
    (RunContext(), ""),
], ids=["a person", "without an id", "a bot", "nobody, on a schedule", "at a desk"])  # fmt: skip
def test_who_is_named_as_co_author(context: RunContext, person: str) -> None:
    assert context.person == person
