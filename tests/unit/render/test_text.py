import re
import time
from dataclasses import replace

from hypothesis import given

from fgd_sync.model.report import Report
from fgd_sync.render.plan_text import Diff
from fgd_sync.render.text import Look, render
from render_samples import (
    BROKEN,
    SEVERAL,
    SMALL,
    UNKNOWN_FIELD,
    at,
    fabric,
    many,
    report,
    reports,
)
from runner.lines import command, lines


def test_findings_stand_by_file_with_source_line_caret_and_remedy() -> None:
    assert (
        render(SMALL, Look(changes=False))
        == """\
raw/empty.yaml
  notice  FGD_1012  the file is empty or holds only comments
  = Nothing to do.

raw/vpcs.yaml
    3:3  warning  FGD_1004 META-007  unknown field 'vlann'; did you mean 'vlan'?
         |
       3 |   vlann: 12
         |   ^^^^^
         = Correct the field shown; `fgd schemas show KIND` lists the fields of the kind.
  14:15  error    FGD_1003 VPC-011   subnet 10.0.1.0/31 is longer than /30
         |
      14 |       subnet: 10.0.1.0/31
         |               ^^^^^^^^^^^
         = give the subnet a prefix length of at most 30
         = also: managed/vpcs/vpc-2.yaml:9:5  already uses it

1 error, 1 warning, 1 notice in 2 files; 3 resources: 1 to update, 1 to delete, 1 unchanged
"""
    )


def test_changes_sources_and_content_are_listed() -> None:
    assert (
        render(report(fabric(path=".")), Look(diff=Diff.ALL))
        == """\
~ to update  VPC vpc-1            → managed/vpcs/vpc-1.yaml  from raw/vpcs.yaml
- to delete  Server lab/server-7  managed/servers/lab_server-7.yaml

raw/vpcs.yaml   46 documents, 44 valid  → archived as raw/vpcs.yaml.archived, in part set aside
raw/empty.yaml  0 documents             → taken in, then removed

--- managed/vpcs/vpc-1.yaml
+++ managed/vpcs/vpc-1.yaml
@@ -1,2 +1,2 @@
 kind: VPC
-vlan: 12
+vlan: 13
rename raw/vpcs.yaml => raw/vpcs.yaml.archived
--- raw/empty.yaml
+++ /dev/null

no findings; 3 resources: 1 to update, 1 to delete, 1 unchanged
"""
    )


def test_what_was_applied_is_told_in_the_past() -> None:
    text = render(report(fabric(applied=True)))
    assert "~ updated  VPC vpc-1" in text
    assert text.endswith("3 resources: 1 updated, 1 deleted, 1 unchanged\n")


def test_several_fabrics_have_headings_paths_from_the_root_and_one_summary() -> None:
    text = render(SEVERAL, Look(changes=False))
    assert text.startswith("fabric-1 (gitops/fabric-1)\n\ngitops/fabric-1/raw/empty.yaml\n")
    assert (
        """
fabric-2 (gitops/fabric-2)

error  FGD_2001  gitops/fabric-2 is not there
  = Check the path for spelling, and that the repository is checked out.

1 fabric failed, 1 error, 1 warning, 1 notice in 2 files; 3 resources: """
        in text
    )


def test_a_report_without_anything_to_tell_is_one_line() -> None:
    assert render(Report("check", ())) == "no findings; no resources\n"
    assert render(report(replace(BROKEN, failure=None))) == "no findings; no resources\n"


def test_what_waits_in_a_pull_request_is_told() -> None:
    assert "\n\nproposed in pull request 12\n\n" in render(report(replace(fabric(), pull_request=12)))


def test_the_commit_that_was_made_is_named() -> None:
    assert "\n\ncommitted as 0123456789\n\n" in render(report(replace(fabric(), commit="0123456789abcdef" * 2)))


def test_a_remedy_is_said_once_for_a_file() -> None:
    twice = fabric(UNKNOWN_FIELD, replace(UNKNOWN_FIELD, location=at("raw/vpcs.yaml", 8, 3, "  vlann: 13")))
    assert render(report(twice)).count("Correct the field shown") == 1


def test_colour_is_there_only_when_asked_for() -> None:
    assert "\x1b" not in render(SEVERAL, Look(diff=Diff.ALL))
    colored = render(SEVERAL, Look(color=True, diff=Diff.ALL))
    assert "\x1b[31;1m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(SEVERAL, Look(diff=Diff.ALL))


@given(reports)
def test_nothing_from_files_acts_on_a_terminal_or_as_a_command(hostile_report: Report) -> None:
    text = render(hostile_report, Look(diff=Diff.ALL))
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(map(command, lines(text)))


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.process_time()
    text = render(big)
    assert time.process_time() - begin < 2
    assert text.count("FGD_1003") == 10_000
