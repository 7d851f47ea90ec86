"""The words of a check and of a sync are read without click where they are plain; click reads them alike."""

import io
import re
from contextlib import redirect_stdout

import click
import pytest

from fgd_sync.adapters.clock import new_id
from fgd_sync.cli import check_command, sync_command
from fgd_sync.cli.group import cli
from fgd_sync.cli.plain_words import Asked, plainly_asked
from fgd_sync.cli.replay import Start
from fgd_sync.cli.say import say

ABOVE = click.Context(cli, **cli.context_settings)
ALIKE = [
    "",
    "north",
    "north south/east",
    "--format json north --format=sarif",
    "--base= north",
    "--base --no-cache north",
    "--base HEAD~1 --config a=b.yaml",
    "--config=fgd.yaml --config=",
    "--color --no-color",
    "--no-color --color . ..",
]
NOT_PLAIN = ["--help", "-h", "--", "-", "--format yaml", "--format", "north --base", "--config", "--no-cache=1"]


@pytest.mark.parametrize("words", [*ALIKE, "north --no-cache --schemas-only"])
def test_plain_words_of_a_check_are_read_as_click_reads_them(words: str) -> None:
    given = words.split()
    start = Start(["check", *given])
    found = plainly_asked(start)
    assert found == Asked(start, **check_command.command.make_context("check", given, ABOVE).params)


@pytest.mark.parametrize("words", [*ALIKE, "north --no-cache --dry-run"])
def test_plain_words_of_a_sync_are_read_as_click_reads_them(words: str) -> None:
    given = words.split()
    start = Start(["sync", *given])
    known = sync_command.command.make_context("sync", given, ABOVE).params
    published = ("publish", "remote", "branch", "message", "author")
    assert [known[name] for name in published] == [False, "origin", "", "", None]
    wanted = {name: value for name, value in known.items() if name not in published}
    assert plainly_asked(start) == Asked(start, **wanted)


@pytest.mark.parametrize("words", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_click(words: str) -> None:
    assert plainly_asked(Start(["check", *words.split()])) is None
    assert plainly_asked(Start(["sync", *words.split()])) is None


def test_words_of_another_command_are_left_to_click() -> None:
    assert plainly_asked(Start(["check", "--dry-run"])) is None
    assert plainly_asked(Start(["check", "--schemas"])) is None
    assert plainly_asked(Start(["sync", "--publish"])) is None
    assert plainly_asked(Start(["sync", "--progress", "log"])) is None
    assert plainly_asked(Start(["sync", ""])) is None


def test_ids_are_random_uuids() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    form = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(map(form.fullmatch, ids))


def test_what_an_output_cannot_show_is_written_as_utf_8() -> None:
    written = io.BytesIO()
    output = io.TextIOWrapper(written, encoding="ascii")
    with redirect_stdout(output):
        say("plain")
        say("größer \ud800\n")
    assert written.getvalue() == "plain\ngrößer ?\n".encode()
