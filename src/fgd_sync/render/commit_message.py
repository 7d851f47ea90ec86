"""The message of the commit that a sync makes: what changed in words, and trailers that machines read. Pure.

Trailers follow git-interpret-trailers(1). Text from manifests cannot forge one: it is one line, made visible.
"""

from collections.abc import Iterator

from fgd_sync.model.location import format_route
from fgd_sync.model.pattern import pattern
from fgd_sync.model.plan import Action, Plan, ResourceChange
from fgd_sync.model.pulled import Editor, Verdict
from fgd_sync.model.report import FabricReport
from fgd_sync.model.value import dataclass, replace
from fgd_sync.render.escape import visible
from fgd_sync.render.tally import DONE, number, tally

SUBJECT = "Sync fabric {fabric}: {changes}"
"""The first line, unless the user wants another."""

PULL_SUBJECT = "Pull fabric {fabric} from NetBox: {changes}"
"""The first line of the commit that a pull makes, unless the user wants another."""

SYNC_ID, FABRIC, PLAN = "FGD-Sync-Id", "FGD-Fabric", "FGD-Plan"
"""The trailers that tell which sync made a commit, of which fabric, and the digest of the plan."""

_MOST_LINES = 50
_LONGEST_SUBJECT = 200
_PLACEHOLDER = pattern(r"\{(fabric|changes)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """How commits are to be worded. `subject` may hold `{fabric}` and `{changes}`; `co_author` is `Name <address>`."""

    subject: str = SUBJECT
    co_author: str = ""


def commit_message(report: FabricReport, wording: Wording) -> str:
    """The message of the commit for one fabric: subject, the resources that change, trailers."""
    rest = _without_form(report)
    plan = rest.plan
    assert plan is not None
    words = {"fabric": visible(report.fabric), "changes": changes_phrase(rest)}
    wanted = PULL_SUBJECT if plan.pulled and wording.subject == SUBJECT else wording.subject
    subject = _PLACEHOLDER.sub(lambda found: words[found[1]], wanted).strip()
    lines = list(_taken(plan)) if plan.pulled else [_named(item) for item in _changed(plan)]
    noun = "more line" if plan.pulled else "more resource"
    more = [f"and {number(len(lines) - _MOST_LINES, noun)}"] if len(lines) > _MOST_LINES else []
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


def _changed(plan: Plan) -> list[ResourceChange]:
    return [item for item in plan.inventory if item.action is not Action.KEEP]


def _named(item: ResourceChange) -> str:
    return f"{item.action.value} {visible(str(item.ref))}"


def _taken(plan: Plan) -> Iterator[str]:
    """What a pull takes: each resource, and below it who changed which of its fields in NetBox, and when."""
    for item in plan.pulled:
        if item.verdict is Verdict.TAKEN:
            by: dict[str, list[str]] = {}
            for field in item.fields:
                by.setdefault(editor_words(field.who or item.who), []).append(visible(format_route(field.route)))
            yield f"{item.action.value} {visible(str(item.ref))}"
            yield from (f"  {', '.join(filter(None, names)) or 'all of it'}: {who}" for who, names in by.items())


def editor_words(who: Editor | None) -> str:
    """Who changed something in NetBox, on one line."""
    if who is None:
        return "changed in NetBox, whose change log does not say by whom"
    request = f", request {visible(who.request)}" if who.request else ""
    return f"NetBox user {visible(who.user)}, {visible(who.time)}{request}"


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
