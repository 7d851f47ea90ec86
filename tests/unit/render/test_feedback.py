import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fgd_sync.model.code import SYNC_FAILED, Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import Annotation, Conclusion
from fgd_sync.model.impact import Impact
from fgd_sync.model.plan import Action
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.feedback import (
    Told,
    check_output,
    comment_body,
    commit_status,
    is_worth_a_comment,
    job_summary,
    marker,
)
from render_samples import (
    BROKEN,
    EMPTY_FILE,
    LONG_PREFIX,
    SEVERAL,
    UNKNOWN_FIELD,
    at,
    fabric,
    hostile,
    many,
    plan,
    report,
    reports,
)
from runner.lines import command, lines

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
HERE = RunContext(
    server_url="https://git.example.org",
    repository="net/fabrics",
    sha="5ba" * 13 + "5",
    run_url="https://git.example.org/net/fabrics/actions/runs/7",
    workflow="Fabrics",
    job="check",
)
ONE = report(fabric(LONG_PREFIX))
kept = tuple(item for item in plan().inventory if item.action is Action.KEEP)
CALM = replace(fabric(), plan=replace(plan(), changes=(), inventory=kept, sources=()))


def test_a_comment_begins_with_its_marker_and_ends_with_where_it_comes_from() -> None:
    text = comment_body(Told(ONE, HERE))
    assert re.match(r"<!-- fgd-sync comment [0-9a-f]{20} -->\n## ❌ Fabric check of ", text)
    assert text.endswith(
        '<sub>commit <a href="https://git.example.org/net/fabrics/commit/'
        + HERE.sha
        + '"><code>5ba5ba5ba5</code></a> · '
        '<a href="https://git.example.org/net/fabrics/actions/runs/7">run</a> · the same at your desk: '
        "<code>fgd check gitops/fabric-1</code></sub>\n"
    )


def test_each_workflow_job_and_key_has_a_comment_of_its_own_whatever_was_found() -> None:
    told = Told(ONE, HERE)
    others = [replace(HERE, workflow="Other"), replace(HERE, job="other")]
    markers = {marker(told), marker(replace(told, key="north")), *(marker(replace(told, context=it)) for it in others)}
    assert len(markers) == 4
    assert marker(told) == marker(Told(SEVERAL, replace(HERE, sha="0" * 40, run_url="")))


def test_a_path_that_a_shell_would_misread_is_not_part_of_the_command_to_type() -> None:
    odd = report(fabric(LONG_PREFIX, path="a;rm -rf b"))
    assert "the same at your desk: <code>fgd check</code></sub>" in comment_body(Told(odd, HERE))


@pytest.mark.parametrize(
    ("of", "worth"),
    [
        (CALM, False),
        (replace(CALM, plan=replace(plan(EMPTY_FILE), changes=(), inventory=(), sources=())), False),
        (fabric(), True),
        (replace(CALM, plan=replace(plan(UNKNOWN_FIELD), changes=(), inventory=())), True),
        (replace(CALM, plan=replace(plan(), changes=(), impact=Impact(notes=("a port is used twice",)))), True),
        (BROKEN, True),
    ],
)
def test_only_what_a_reviewer_should_know_is_worth_a_comment(of: FabricReport, worth: bool) -> None:
    assert is_worth_a_comment(report(CALM, of)) is worth


def test_findings_are_annotations_at_their_lines_the_worst_first() -> None:
    found = check_output(Told(SEVERAL, HERE)).annotations
    assert [item.level for item in found] == [Severity.ERROR, Severity.WARNING, Severity.NOTICE]
    assert found[0] == Annotation(
        "gitops/fabric-1/raw/vpcs.yaml",
        14,
        14,
        Severity.ERROR,
        "subnet 10.0.1.0/31 is longer than /30\ngive the subnet a prefix length of at most 30\n"
        "also: gitops/fabric-1/managed/vpcs/vpc-2.yaml:9  already uses it",
        "FGD_1003 VPC-011",
        "      subnet: 10.0.1.0/31",
        15,
        25,
    )
    assert (found[2].start_line, found[2].start_column) == (1, 0)


def test_a_check_run_has_a_title_of_one_line_and_counts_what_it_cannot_annotate() -> None:
    output = check_output(Told(many(1500), HERE))
    assert output.title == "fabric-1: 1500 errors in 200 files; 1 to update, 1 to delete"
    assert len(output.annotations) == 1000
    assert "- Annotations for 500 more findings\n" in output.summary


@pytest.mark.parametrize(
    ("of", "fail_on", "state", "description"),
    [
        (report(fabric(applied=True)), "error", "success", "fabric-1: 1 updated, 1 deleted"),
        (report(CALM), "error", "success", "fabric-1: all is well"),
        (ONE, "never", "success", "fabric-1: 1 error in 1 file; 1 to update, 1 to delete"),
        (ONE, "error", "failure", "fabric-1: 1 error in 1 file; 1 to update, 1 to delete"),
        (SEVERAL, "error", "failure", "1 of 2 fabrics failed, 1 error, 1 warning, 1 notice in 2 files; 1 to update, 1 to delete"),
    ],
)  # fmt: skip
def test_a_commit_status_tells_the_outcome(of: Report, fail_on: str, state: str, description: str) -> None:
    status = commit_status(Told(of, HERE, fail_on), "c0ffee")
    assert (status.state, status.description, status.context) == (state, description, "fgd-sync")
    assert (status.commit, status.url) == ("c0ffee", HERE.run_url)


def test_a_run_with_a_key_has_statuses_of_its_own() -> None:
    assert commit_status(Told(ONE, HERE, key="north"), "c0ffee").context == "fgd-sync (north)"


def test_a_summary_is_bounded_by_the_room_that_is_left() -> None:
    assert 900_000 < len(job_summary(Told(many(10_000), HERE)).encode()) <= 1_000_000
    small = job_summary(Told(many(10_000), HERE), room=5000)
    assert len(small.encode()) <= 5000
    assert "The log of the step has all of it." in small


def page(markdown: str) -> str:
    html: str = GITHUB.render(markdown)
    return html


@given(reports, hostile)
def test_text_from_anywhere_stays_text_on_github(hostile_report: Report, text: str) -> None:
    told = Told(hostile_report, replace(HERE, workflow=text), key=text, notes=[text])
    body, summary, output = comment_body(told), job_summary(told), check_output(told)
    for markdown in (body, summary, output.summary):
        assert len(markdown) <= 65_000 or markdown is summary
        html = page(markdown)
        assert html.count("<h2>") == 1
        assert html.count("<!--") == (markdown is body)
        assert not re.search(r"(?<![\w=\"/])@\w", re.sub(r"(?s)<(code|pre)>?.*?</\1>", "", html)), "a mention"
        assert not any(map(command, lines(markdown)))
    assert output.title.isprintable()
    status = commit_status(told, "c0ffee")
    assert len(status.description) <= 140
    assert status.description.isprintable()
    assert status.context.isprintable()


@given(reports)
def test_any_annotation_is_one_that_github_takes(hostile_report: Report) -> None:
    for item in check_output(Told(hostile_report, HERE)).annotations:
        assert item.start_line >= 1
        assert item.end_line == item.start_line
        assert item.end_column >= item.start_column
        assert item.path
        assert not item.path.startswith("/")
        assert item.message.strip()
        assert len(item.title) <= 255
        assert max(len(item.message.encode()), len(item.details.encode())) < 65_536
        assert all(line.isprintable() for line in (item.path, item.title, item.details, *item.message.split("\n")))
        assert json.dumps(item.path).encode()


@given(st.integers(1, 300), st.integers(0, 200))
def test_columns_are_within_sight_of_the_excerpt(column: int, length: int) -> None:
    item = replace(LONG_PREFIX, location=at("raw/a.yaml", 1, column, "x" * length))
    (found,) = check_output(Told(report(fabric(item)), HERE)).annotations
    assert found.start_column == column
    assert column <= found.end_column <= max(column, length)


def test_a_long_failure_is_cut() -> None:
    failed = replace(BROKEN, failure=FgdError(SYNC_FAILED, "x" * 100_000))
    assert Told(report(failed), HERE).conclusion is Conclusion.FAILURE
    assert len(comment_body(Told(report(failed), HERE))) < 3000
