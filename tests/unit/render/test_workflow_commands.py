import time
from dataclasses import replace

from hypothesis import given

from fgd_sync.model.report import Report
from fgd_sync.render.escape import visible, visible_lines
from fgd_sync.render.workflow_commands import annotation, render
from fgd_sync.render.workflow_commands import command as write
from render_samples import BROKEN, LONG_PREFIX, SEVERAL, at, fabric, hostile, many, report, reports
from runner.lines import Command, command, lines


def read(text: str) -> list[Command]:
    return [found for line in lines(text) if (found := command(line))]


def test_a_finding_becomes_an_annotation_at_its_line() -> None:
    assert annotation(fabric(LONG_PREFIX), LONG_PREFIX) == (
        "::error file=gitops/fabric-1/raw/vpcs.yaml,line=14,col=15,title=FGD_1003 VPC-011::"
        "subnet 10.0.1.0/31 is longer than /30%0Agive the subnet a prefix length of at most 30%0A"
        "also: gitops/fabric-1/managed/vpcs/vpc-2.yaml:9  already uses it"
    )


def test_failures_come_first_and_every_level_has_its_command() -> None:
    assert [found.name for found in read(render(SEVERAL))] == ["error", "error", "warning", "notice"]
    assert read(render(SEVERAL))[0].properties == {"title": "FGD_2001 A directory or file is not there"}


def test_a_failure_that_fabrics_share_is_one_annotation() -> None:
    failed = [replace(BROKEN, fabric=f"fabric-{number}") for number in range(7)]
    (found,) = read(render(report(*failed)))
    assert found.data.startswith(
        "fabric-0, fabric-1, fabric-2, fabric-3, fabric-4 and 2 more fabrics: gitops/fabric-2 is"
    )


def test_only_as_many_annotations_as_github_shows_and_the_rest_is_counted() -> None:
    text = render(report(fabric(*many(25).fabrics[0].diagnostics)))
    assert len(read(text)) == 10
    assert text.endswith("\nGitHub shows 10 annotations of a level; not shown: 15 more errors.\n")


def test_annotations_are_spread_over_the_files_that_have_findings() -> None:
    crowded = [replace(LONG_PREFIX, location=at("raw/a.yaml", line, 1, "")) for line in range(1, 30)]
    lonely = [replace(LONG_PREFIX, location=at(f"raw/{name}.yaml", 7, 1, "")) for name in "bcd"]
    shown = [found.properties for found in read(render(report(fabric(*crowded, *lonely, path="."))))]
    places = [(item["file"], int(item["line"])) for item in shown]
    first_of_crowd = [("raw/a.yaml", line) for line in range(1, 8)]
    assert places == [*first_of_crowd, ("raw/b.yaml", 7), ("raw/c.yaml", 7), ("raw/d.yaml", 7)]


def test_nothing_to_say_is_no_line() -> None:
    assert render(report(fabric())) == ""


def test_a_message_is_cut_at_the_runners_limit() -> None:
    (found,) = read(write("error", "x" * 10_000))
    assert len(found.data) == 4096
    assert found.data.endswith("x…")


@given(hostile, hostile)
def test_the_runner_reads_back_what_was_written(message: str, path: str) -> None:
    (found,) = read(write("error", message, {"file": path, "title": "t"}))
    assert found.data == visible_lines(message)
    if path.strip() == path != "" and not path.startswith("="):
        assert found.properties.get("file") == visible(path)
    assert found.properties["title"] == "t"


@given(reports)
def test_every_line_is_one_printable_command(hostile_report: Report) -> None:
    text = render(hostile_report)
    commands = [line for line in lines(text)[:-1] if not line.startswith("GitHub shows")]
    assert all(line.isprintable() for line in text.split("\n"))
    assert [command(line) is not None for line in commands] == [True] * len(commands)


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.process_time()
    assert "9990 more errors" in render(big)
    assert time.process_time() - begin < 2


def test_a_finding_without_a_place_has_no_line() -> None:
    bare = replace(LONG_PREFIX, location=replace(LONG_PREFIX.location, position=None), related=())
    (found,) = read(annotation(fabric(bare), bare))
    assert set(found.properties) == {"file", "title"}
