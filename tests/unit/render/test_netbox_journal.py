"""A journal entry says what a sync did, can be found again, and no name in it can act as markup."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from fgd_sync.model.netbox import Outcome
from fgd_sync.render.netbox_journal import comments, kind_of, mark

DONE = Outcome(
    "north", "b3d3c8e2-0000-4000-8000-000000000001", "completed", "2026-03-01T08:00:00Z",
    commit="a" * 40, branch="main", repository_url="https://github.example/net/fabrics", run_url="https://github.example/r/1",
    actions={"create": 2, "delete": 1, "keep": 5}, kinds={"VPC": 7}, changes=("create VPC web",), changes_left_out=2,
)  # fmt: skip


def test_an_entry_says_what_was_done_and_where_to_look() -> None:
    text = comments(DONE)
    assert "2 created, 1 deleted" in text
    assert DONE.commit_url in text
    assert DONE.run_url in text
    assert "create VPC web" in text
    assert "2 more" in text


def test_an_entry_is_found_by_the_id_of_its_sync() -> None:
    assert mark(DONE.sync_id) in comments(DONE)
    assert DONE.sync_id in mark(DONE.sync_id), "NetBox is asked for the id as plain text"


@pytest.mark.parametrize(
    ("state", "errors", "kind"),
    [("completed", 0, "success"), ("completed", 1, "warning"), ("failed", 1, "danger"), ("cancelled", 0, "info")],
)
def test_the_kind_shows_how_it_went(state: str, errors: int, kind: str) -> None:
    assert kind_of(replace(DONE, state=state, errors=errors)) == kind


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "a\n# heading", "**b**", "![i](x)"]
)
def test_names_and_errors_are_not_markup(name: str) -> None:
    text = comments(replace(DONE, fabric=name, error=name, changes=(name,), branch=name, trigger=name))
    page = MarkdownIt().render(text)
    assert "<script" not in page
    assert "<h1" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_only_addresses_of_the_web_become_links() -> None:
    assert "javascript" not in comments(replace(DONE, run_url="javascript:alert(1)", repository_url=""))
