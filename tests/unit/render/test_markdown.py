import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from fgd_sync.model.context import RunContext
from fgd_sync.model.plan import Action, ResourceChange
from fgd_sync.model.report import Report
from fgd_sync.render.markdown import Look, render
from render_samples import (
    BROKEN,
    LONG_PREFIX,
    SEVERAL,
    SMALL,
    UNKNOWN_FIELD,
    VPC,
    fabric,
    many,
    plan,
    report,
    reports,
)

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
TAGS = {"h2", "h3", "p", "strong", "em", "code", "pre", "a", "ul", "li", "details", "summary"} | {
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def test_a_report_has_outcome_findings_changes_and_what_becomes_of_sources() -> None:
    assert (
        render(SMALL)
        == """\
## ❌ Fabric check of <code>fabric-1</code>: 1 error, 1 warning, 1 notice in 2 files

1 VPC to update; 1 Server to delete; 1 resource unchanged. 1 source file would be set aside in part.

**error** in <code>raw/vpcs&#46;yaml&#58;14&#58;15</code>: subnet 10.0.1.0/31 is longer than /30 (VPC-011, FGD_1003)

```text
14 |       subnet: 10.0.1.0/31
   |               ^^^^^^^^^^^
```

_What to do:_ give the subnet a prefix length of at most 30

_Also:_ <code>managed/vpcs/vpc-2&#46;yaml&#58;9&#58;5</code> already uses it

**warning** in <code>raw/vpcs&#46;yaml&#58;3&#58;3</code>: unknown field 'vlann'; did you mean 'vlan'? (META-007, FGD_1004)

```text
3 |   vlann: 12
  |   ^^^^^
```

_What to do:_ Correct the field shown; <code>fgd schemas show KIND</code> lists the fields of the kind.

| resource | change | file |
| --- | --- | --- |
| <code>VPC vpc-1</code> | to update: <code>vlan</code> <code>12</code> → <code>13</code> | <code>managed/vpcs/vpc-1&#46;yaml</code> |
| <code>Server lab/server-7</code> | to delete | <code>managed/servers/lab&#95;server-7&#46;yaml</code> |

<details><summary>1 notice</summary>

- <code>raw/empty&#46;yaml</code>: the file is empty or holds only comments (FGD_1012)

</details>

<details><summary>2 source files</summary>

| source | documents | outcome |
| --- | --- | --- |
| <code>raw/vpcs&#46;yaml</code> | 46 documents, 44 valid | archived as raw/vpcs.yaml.archived, in part set aside |
| <code>raw/empty&#46;yaml</code> | 0 documents | taken in, then removed |

</details>
"""
    )


def test_several_fabrics_have_an_overview_and_headings_those_in_trouble_first() -> None:
    calm = replace(fabric(path="a"), fabric="fabric-0")
    text = render(report(calm, *SEVERAL.fabrics))
    assert text.startswith("## ❌ Fabric check: 1 fabric failed, 1 error, 1 warning, 1 notice in 2 files\n")
    assert (
        """
| fabric | findings | resources |
| --- | --- | --- |
| <code>fabric-0</code> | no findings | 3 resources: 1 to update, 1 to delete, 1 unchanged |
| <code>fabric-1</code> | 1 error, 1 warning, 1 notice in 2 files | 3 resources: 1 to update, 1 to delete, 1 unchanged |
| <code>fabric-2</code> | failed | no resources |

### <code>fabric-2</code>

**error** gitops/fabric-2 is not there (FGD_2001)

_What to do:_ Check the path for spelling, and that the repository is checked out.

### <code>fabric-1</code>

**error** """
        in text
    )
    assert text.index("### <code>fabric-1</code>") < text.index("### <code>fabric-0</code>")


def test_a_failure_that_fabrics_share_is_told_once() -> None:
    text = render(report(BROKEN, replace(BROKEN, fabric="fabric-3")))
    assert text.count("is not there") == 1
    assert "\n### <code>fabric-3</code>\n\n**error** the same as for <code>fabric-2</code>\n" in text


HERE = RunContext(server_url="https://git.example.org", repository="net/fabrics", sha="5ba")


def test_places_are_links_into_the_commit_that_was_read() -> None:
    text = render(report(fabric(LONG_PREFIX)), Look(context=HERE))
    assert '<a href="https://git.example.org/net/fabrics/blob/5ba/gitops/fabric-1/raw/vpcs.yaml#L14"><code>' in text
    assert 'blob/5ba/gitops/fabric-1/managed/vpcs/vpc-2.yaml#L9"><code>' in text
    assert "blob/e0f/gitops/fabric-1/raw" in render(report(fabric(LONG_PREFIX)), Look(context=HERE, read="e0f"))


def test_what_was_committed_is_a_link_to_the_commit_and_its_files() -> None:
    text = render(report(replace(fabric(applied=True), commit="c0ffee" * 6), command="sync"), Look(context=HERE))
    assert text.startswith("## ✅ Fabric sync of <code>fabric-1</code>: 1 updated, 1 deleted\n")
    url = f"https://git.example.org/net/fabrics/commit/{'c0ffee' * 6}"
    assert f'Committed as <a href="{url}"><code>c0ffeec0ff</code></a>. 1 source file was set aside in part.' in text
    assert f"/blob/{'c0ffee' * 6}/gitops/fabric-1/managed/vpcs/vpc-1.yaml" in text
    assert "/blob/5ba/gitops/fabric-1/managed/servers/lab_server-7.yaml" in text, "a deleted file is where it was"


def test_what_was_proposed_names_the_pull_request() -> None:
    proposed = replace(fabric(applied=True), commit="c0ffee", pull_request=12)
    text = render(report(proposed, command="sync"), Look(context=HERE))
    assert '. Proposed in <a href="https://git.example.org/net/fabrics/pull/12">pull request 12</a>. 1' in text


def test_nothing_to_complain_of_and_nothing_to_change_is_two_lines() -> None:
    kept = tuple(item for item in plan().inventory if item.action is Action.KEEP)
    calm = replace(fabric(), plan=replace(plan(), changes=(), inventory=kept, sources=()))
    assert render(report(calm)) == ("## ✅ Fabric check of <code>fabric-1</code>: all is well\n\n1 resource checked.\n")


def test_what_could_not_be_done_and_a_footer_are_there_however_short_the_room() -> None:
    text = render(many(1000), Look(limit=1500, notes=("the check run: `checks: write` is missing",), footer="_end_"))
    assert len(text.encode()) <= 1500
    assert text.endswith("\n**Notes**\n\n- The check run&#58; <code>checks&#58; write</code> is missing\n\n_end_\n")


def test_a_brief_report_has_few_findings_and_no_source_files() -> None:
    text = render(many(100), Look(is_brief=True, full_report="All of it is in the log."))
    assert text.count("**error**") == 25
    assert "<details>" not in text
    assert "**Not shown: 75 findings.** All of it is in the log." in text


def test_many_changes_are_folded() -> None:
    refs = tuple(
        ResourceChange(VPC._replace(name=f"vpc-{n}"), Action.CREATE, f"managed/vpcs/{n}.yaml") for n in range(21)
    )
    text = render(report(replace(fabric(), plan=replace(plan(), inventory=refs))))
    assert "<details><summary>21 changed resources</summary>\n\n| resource |" in text


def test_a_remedy_is_said_once() -> None:
    assert render(report(fabric(*[UNKNOWN_FIELD] * 3))).count("Correct the field shown") == 1


@pytest.mark.parametrize("limit", [1000, 5000, 60_000, 1_000_000])
def test_a_report_that_is_too_long_is_cut_at_a_whole_entry_and_says_what_is_missing(limit: int) -> None:
    text = render(many(10_000), Look(limit=limit, full_report="All of it is in the log."))
    assert limit - 1500 < len(text.encode()) <= limit
    shown = text.count("**error**")
    left_out = f"{10_000 - shown} findings, 2 changes, 2 sources"
    assert text.endswith(f"\n\n**Not shown: {left_out}.** All of it is in the log.\n")
    assert text.count("```") == 2 * shown


def test_a_report_that_fits_says_nothing_of_a_full_one() -> None:
    assert "full" not in render(SMALL, Look(full_report="full"))


def test_one_huge_message_does_not_hide_the_rest() -> None:
    huge = replace(LONG_PREFIX, message="*" * 1_000_000)
    assert "**warning**" in render(report(fabric(huge, UNKNOWN_FIELD)))


@given(reports)
def test_any_report_is_bounded_and_its_tables_and_structure_hold(hostile_report: Report) -> None:
    text = render(
        hostile_report, Look(limit=8000, context=HERE, notes=[fabric.path for fabric in hostile_report.fabrics])
    )
    assert len(text.encode("utf-8")) <= 8000
    assert all(line.isprintable() for line in text.split("\n"))
    html = GITHUB.render(text)
    tags = set(re.findall(r"<(\w+)", re.sub(r'"[^"]*"', "", html)))
    assert tags <= TAGS
    assert set(re.findall(r'href="(\w+://[^/]*)', html)) <= {"https://git.example.org"}
    assert html.count("<details>") == html.count("</details>")
    assert html.count("<h2>") == 1
    for table in re.findall(r"(?s)<table>.*?</table>", html):
        rows = [re.findall(r"<t[hd]>", row) for row in re.findall(r"(?s)<tr>.*?</tr>", table)]
        assert len({len(row) for row in rows}) == 1
    rows_written = [line for line in text.split("\n") if line.startswith("| ") and not line.startswith("| ---")]
    assert html.count("<tr>") == len(rows_written)
    for line in rows_written:
        assert line.count("|") == 4


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.process_time()
    render(big, Look(limit=10_000_000))
    assert time.process_time() - begin < 2


def test_a_failed_fabric_alone_is_shown() -> None:
    assert render(report(BROKEN)).startswith(
        "## ❌ Fabric check of <code>fabric-2</code>: 1 fabric failed\n\nNo resources.\n\n**error** gitops"
    )
