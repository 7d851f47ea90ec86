"""The words of a check are read without click where they are plain; click reads them alike."""

import io
import re
from contextlib import redirect_stdout

import click
import pytest

from fgd_sync.adapters.clock import new_id
from fgd_sync.cli.check_command import command
from fgd_sync.cli.checking import Asked, plainly_asked
from fgd_sync.cli.group import cli
from fgd_sync.cli.replay import Start
from fgd_sync.cli.say import say


@pytest.mark.parametrize(
    "words",
    [
        "",
        "north",
        "north south/east",
        "north --no-cache --schemas-only",
        "--format json north --format=sarif",
        "--base= north",
        "--base --no-cache north",
        "--base HEAD~1 --config a=b.yaml",
        "--config=fgd.yaml --config=",
        "--color --no-color",
        "--no-color --color . ..",
    ],
)
def test_plain_words_are_read_as_click_reads_them(words: str) -> None:
    given = words.split()
    start = Start(["check", *given])
    above = click.Context(cli, **cli.context_settings)
    assert plainly_asked(start) == Asked(start, **command.make_context("check", given, above).params)


@pytest.mark.parametrize(
    "words",
    ["--help", "-h", "--", "-", "--format yaml", "--format", "north --base", "--config", "--no-cache=1", "--schemas"],
)
def test_what_is_not_plain_is_left_to_click(words: str) -> None:
    assert plainly_asked(Start(["check", *words.split()])) is None
    assert plainly_asked(Start(["check", ""])) is None


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
