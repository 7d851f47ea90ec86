"""The message of the commit that a sync makes: what changed in words, and trailers that machines read. Pure.

Trailers follow git-interpret-trailers(1). Text from manifests cannot forge one: it is one line, made visible.
"""

import re
from dataclasses import dataclass, replace

from fgd_sync.model.plan import Action
from fgd_sync.model.report import FabricReport
from fgd_sync.render.escape import visible
from fgd_sync.render.tally import DONE, number, tally

SUBJECT = "Sync fabric {fabric}: {changes}"
"""The first line, unless the user wants another."""

SYNC_ID, FABRIC, PLAN = "FGD-Sync-Id", "FGD-Fabric", "FGD-Plan"
"""The trailers that tell which sync made a commit, of which fabric, and the digest of the plan."""

_MOST_LINES = 50
_LONGEST_SUBJECT = 200
_PLACEHOLDER = re.compile(r"\{(fabric|changes)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """How commits are to be worded. `subject` may hold `{fabric}` and `{changes}`; `co_author` is `Name <address>`."""

    subject: str = SUBJECT
    co_author: str = ""


def commit_message(report: FabricReport, wording: Wording) -> str:
    """The message of the commit for one fabric: subject, the resources that change, trailers."""
    rest = _without_form(report)
    assert rest.plan is not None
    words = {"fabric": visible(report.fabric), "changes": changes_phrase(rest)}
    subject = _PLACEHOLDER.sub(lambda found: words[found[1]], wording.subject).strip()
    lines = [
        f"{item.action.value} {visible(str(item.ref))}"
        for item in rest.plan.inventory
        if item.action is not Action.KEEP
    ]
    more = [f"and {number(len(lines) - _MOST_LINES, 'more resource')}"] if len(lines) > _MOST_LINES else []
    body = "\n".join([*lines[:_MOST_LINES], *more])
    return _message(subject, body, report, wording)


def _message(subject: str, body: str, report: FabricReport, wording: Wording) -> str:
    assert report.plan is not None
    trailers = [f"{SYNC_ID}: {report.sync_id}", f"{FABRIC}: {visible(report.fabric)}", f"{PLAN}: {report.plan.digest}"]
    if wording.co_author:
        trailers.append(f"Co-authored-by: {visible(wording.co_author)}")
    return "\n\n".join(filter(None, [subject[:_LONGEST_SUBJECT], body, "\n".join(trailers)])) + "\n"


def _without_form(report: FabricReport) -> FabricReport:
    """The report without the resources that a commit of its own brings to a new normal form."""
    plan = report.plan
    if plan is None or plan.form is None:
        return report
    there = {item.path for item in plan.form.writes}
    rest = (item for item in plan.inventory if item.action is not Action.REWRITE or item.path not in there)
    return replace(report, plan=replace(plan, inventory=tuple(rest)))


def form_message(report: FabricReport, wording: Wording) -> str:
    """The message of the commit that brings files to a new version of the normal form and changes no resource."""
    assert report.plan is not None
    form = report.plan.form
    assert form is not None
    subject = f"Bring managed files to normal form {form.new}"
    body = f"Fabric {visible(report.fabric)}: {number(form.files, 'file')} written anew, no resource changed."
    return _message(subject, body, report, wording)


def changes_phrase(report: FabricReport) -> str:
    """`3 created, 1 deleted`; `files put in order` where no resource changes."""
    counts = tally([report]).actions
    parts = [f"{counts[action]} {DONE[action]}" for action in Action if counts[action] and action is not Action.KEEP]
    return ", ".join(parts) or "files put in order"


def trailers_of(message: str) -> dict[str, str]:
    """The trailers of a commit message, by name."""
    last = message.rstrip("\n").rpartition("\n\n")[2]
    pairs = (line.partition(": ") for line in last.split("\n"))
    return {name: value for name, found, value in pairs if found}
