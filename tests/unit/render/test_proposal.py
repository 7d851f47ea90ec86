from dataclasses import replace

from hypothesis import given
from markdown_it import MarkdownIt

from fgd_sync.model.context import RunContext
from fgd_sync.model.report import Report
from fgd_sync.render.proposal import Mark, is_our_title, mark_of, proposal_body, proposal_title, withdrawn_body
from render_samples import LONG_PREFIX, fabric, hostile, many, plan, reports
from runner.lines import command, lines

HERE = RunContext(server_url="https://git.example.org", repository="net/fabrics", sha="5ba")
MARK = Mark("c0ffee", "5ba")


def test_title_and_text_say_what_would_change() -> None:
    of = fabric(LONG_PREFIX, applied=True)
    assert proposal_title(of) == "Sync fabric fabric-1: 1 updated, 1 deleted"
    body = proposal_body(of, MARK, HERE, "f00")
    assert body.startswith(
        "<!-- fgd-sync proposal c0ffee 5ba -->\n## ❌ Fabric sync of <code>fabric-1</code>: 1 error in 1 file\n"
    )
    assert (
        "1 VPC to update; 1 Server to delete; 1 resource unchanged. 1 source file would be set aside in part.\n" in body
    )
    assert 'href="https://git.example.org/net/fabrics/blob/f00/gitops/fabric-1/raw/vpcs.yaml#L14"' in body
    assert "Close it to refuse these changes" in body


def test_the_mark_is_read_back_also_after_a_web_form_has_changed_the_line_ends() -> None:
    body = proposal_body(fabric(), MARK, HERE, "")
    assert mark_of(body) == mark_of(body.replace("\n", "\r\n")) == MARK
    assert mark_of(withdrawn_body(MARK, body)) == replace(MARK, is_withdrawn=True)
    assert mark_of("Please merge") is None
    assert mark_of(f"Look at this:\n{body}") is None


def test_what_a_person_added_below_is_kept() -> None:
    body = proposal_body(fabric(), MARK, HERE, "")
    later = proposal_body(fabric(LONG_PREFIX), MARK, HERE, "", earlier=f"{body}\nReviewed by Ann.\n")
    assert later.endswith("-->\nReviewed by Ann.\n")
    assert withdrawn_body(MARK, later).endswith("-->\nReviewed by Ann.\n")


def test_a_title_that_a_person_gave_is_not_ours() -> None:
    assert is_our_title(proposal_title(fabric()))
    assert not is_our_title("Please merge")


def test_a_long_text_is_cut() -> None:
    assert len(proposal_body(many(10_000).fabrics[0], MARK, HERE, "").encode()) < 65_000


@given(reports, hostile)
def test_nothing_from_files_makes_a_mark_or_markup(of: Report, name: str) -> None:
    made = replace(of.fabrics[0], fabric=name, plan=of.fabrics[0].plan or plan())
    body, title = proposal_body(made, MARK, HERE, ""), proposal_title(made)
    assert mark_of(body) == MARK
    assert MarkdownIt("gfm-like", {"linkify": False}).render(body).count("<!--") == 2
    assert not any(map(command, lines(body)))
    assert title.isprintable()
    assert len(title) <= 200
