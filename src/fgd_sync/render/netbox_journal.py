"""One sync as an entry of NetBox's journal: Markdown, with links to the run and the commit. Pure."""

from fgd_sync.model.netbox import Outcome
from fgd_sync.render.markdown_text import anchor, code, prose

_KINDS = {"failed": "danger", "cancelled": "info"}
_WORDS = {
    "create": "created",
    "update": "updated",
    "rewrite": "brought to normal form",
    "move": "moved",
    "delete": "deleted",
}


def mark(sync_id: str) -> str:
    """The part of an entry by which that of a sync is found again."""
    return f"Sync {code(sync_id)}"


def kind_of(outcome: Outcome) -> str:
    """The kind of the entry, in NetBox's words."""
    return _KINDS.get(outcome.state, "warning" if outcome.errors else "success")


def comments(outcome: Outcome) -> str:
    """The text of the entry."""
    return "\n".join([_headline(outcome), "", *_facts(outcome), *_changes(outcome), "", _footer(outcome)])


def _headline(outcome: Outcome) -> str:
    counts = [f"{count} {_WORDS[action]}" for action, count in outcome.actions.items() if count and action in _WORDS]
    return f"**{prose(outcome.fabric)}: {prose(outcome.state)}** — {', '.join(counts) or 'nothing changed'}"


def _facts(outcome: Outcome) -> list[str]:
    kinds = ", ".join(f"{prose(kind)} {count}" for kind, count in outcome.kinds.items())
    branch = f" on {code(outcome.branch)}" if outcome.branch else ""
    facts = [
        f"- Commit: {anchor(code(outcome.commit[:12]), outcome.commit_url)}{branch}" if outcome.commit else "",
        f"- Run: {anchor('log', outcome.run_url)}" if outcome.run_url else "",
        f"- Resources: {outcome.resources} ({kinds})" if kinds else "",
        f"- Errors: {outcome.errors}, warnings: {outcome.warnings}" if outcome.errors or outcome.warnings else "",
        f"- First error: {prose(outcome.error)}" if outcome.error else "",
    ]
    return [line for line in facts if line]


def _changes(outcome: Outcome) -> list[str]:
    if not outcome.changes:
        return []
    left = f"- … and {outcome.changes_left_out} more" if outcome.changes_left_out else ""
    return ["", "Changes:", "", *(f"- {prose(item)}" for item in outcome.changes), *([left] if left else [])]


def _footer(outcome: Outcome) -> str:
    parts = [
        mark(outcome.sync_id),
        f"correlation {code(outcome.correlation_id)}" if outcome.correlation_id else "",
        f"trigger {code(outcome.trigger)}" if outcome.trigger else "",
        f"ended {prose(outcome.completed_at)}",
    ]
    return " · ".join(part for part in parts if part)
