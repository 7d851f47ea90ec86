import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from render_samples import BROKEN, LONG_PREFIX, SEVERAL, SMALL, UNKNOWN_FIELD, fabric, many, report, reports

from fgd_sync.model.report import Report
from fgd_sync.render.markdown import render

GITHUB = MarkdownIt("gfm-like", {"linkify": False})


def test_a_report_has_counts_findings_changes_and_sources() -> None:
    assert (
        render(SMALL)
        == """\
## fgd check: 1 error, 1 warning, 1 notice in 2 files

3 resources: 1 to update, 1 to delete, 1 unchanged

**error** FGD_1003 VPC-011 at <code>raw/vpcs&#46;yaml&#58;14&#58;15</code>: subnet 10.0.1.0/31 is longer than /30

```text
14 |       subnet: 10.0.1.0/31
   |               ^^^^^^^^^^^
```

_What to do:_ give the subnet a prefix length of at most 30

_Also:_ <code>managed/vpcs/vpc-2&#46;yaml&#58;9&#58;5</code> already uses it

**warning** FGD_1004 META-007 at <code>raw/vpcs&#46;yaml&#58;3&#58;3</code>: unknown field 'vlann'; did you mean 'vlan'?

```text
3 |   vlann: 12
  |   ^^^^^
```

_What to do:_ Correct the field shown; <code>fgd schemas show KIND</code> lists the fields of the kind.

**notice** FGD_1012 at <code>raw/empty&#46;yaml</code>: the file is empty or holds only comments

_What to do:_ Nothing to do.

| resource | change | file | from |
| --- | --- | --- | --- |
| <code>VPC vpc-1</code> | to update | <code>managed/vpcs/vpc-1&#46;yaml</code> | <code>raw/vpcs&#46;yaml</code> |
| <code>Server lab/server-7</code> | to delete | <code>managed/servers/lab&#95;server-7&#46;yaml</code> |  |

| source | documents | outcome |
| --- | --- | --- |
| <code>raw/vpcs&#46;yaml</code> | 46 documents, 44 valid | archived as raw/vpcs.yaml.archived, in part set aside |
| <code>raw/empty&#46;yaml</code> | 0 documents | taken in, then removed |
"""
    )


def test_several_fabrics_have_an_overview_and_headings() -> None:
    text = render(SEVERAL)
    assert (
        """
| fabric | findings | resources |
| --- | --- | --- |
| <code>fabric-1</code> | 1 error, 1 warning, 1 notice in 2 files | 3 resources: 1 to update, 1 to delete, 1 unchanged |
| <code>fabric-2</code> | 1 fabric failed | no resources |

### <code>fabric-1</code>

**error** """
        in text
    )
    assert (
        """
### <code>fabric-2</code>

**error** FGD_2001 gitops/fabric-2 is not there

_What to do:_ Check the path for spelling"""
        in text
    )


def test_places_are_links_where_addresses_are_known() -> None:
    text = render(report(fabric(LONG_PREFIX)), link=lambda path, line: f"https://github.com/o/r/blob/c/{path}#L{line}")
    assert '<a href="https://github.com/o/r/blob/c/gitops/fabric-1/raw/vpcs.yaml#L14"><code>' in text
    assert 'managed/vpcs/vpc-2.yaml#L9"><code>' in text


def test_a_remedy_is_said_once() -> None:
    assert render(report(fabric(*[UNKNOWN_FIELD] * 3))).count("Correct the field shown") == 1


@pytest.mark.parametrize("limit", [1000, 5000, 60_000, 1_000_000])
def test_a_report_that_is_too_long_is_cut_at_a_whole_entry_and_says_what_is_missing(limit: int) -> None:
    text = render(many(10_000), limit=limit, full_report="All of it is in the log.")
    assert limit - 1500 < len(text.encode()) <= limit
    shown = text.count("**error**")
    left_out = f"{10_000 - shown} findings, 2 changes, 2 sources"
    assert text.endswith(f"\n\n**Left out for size: {left_out}.** All of it is in the log.\n")
    assert text.count("```") == 2 * shown


def test_a_report_that_fits_says_nothing_of_a_full_one() -> None:
    assert "full" not in render(SMALL, full_report="full")


def test_one_huge_message_does_not_hide_the_rest() -> None:
    huge = replace(LONG_PREFIX, message="*" * 1_000_000)
    assert "**warning**" in render(report(fabric(huge, UNKNOWN_FIELD)))


@given(reports)
def test_any_report_is_bounded_and_its_tables_and_structure_hold(hostile_report: Report) -> None:
    text = render(hostile_report, limit=8000, link=lambda path, line: f"https://h/{path}#L{line}")
    assert len(text.encode("utf-8")) <= 8000
    assert all(line.isprintable() for line in text.split("\n"))
    html = GITHUB.render(text)
    tags = set(re.findall(r"<(\w+)", re.sub(r'"[^"]*"', "", html)))
    assert tags <= {"h2", "h3", "p", "strong", "em", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td"}
    assert html.count("<h2>") == 1
    for table in re.findall(r"(?s)<table>.*?</table>", html):
        rows = [re.findall(r"<t[hd]>", row) for row in re.findall(r"(?s)<tr>.*?</tr>", table)]
        assert len({len(row) for row in rows}) == 1
    rows_written = [line for line in text.split("\n") if line.startswith("| ") and not line.startswith("| ---")]
    assert html.count("<tr>") == len(rows_written)
    for line in rows_written:
        assert line.count("|") in (4, 5)


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.perf_counter()
    render(big, limit=10_000_000)
    assert time.perf_counter() - begin < 2


def test_a_failed_fabric_alone_is_shown() -> None:
    assert render(report(BROKEN)).startswith("## fgd check: 1 fabric failed\n\nno resources\n\n**error** FGD_2001 ")
