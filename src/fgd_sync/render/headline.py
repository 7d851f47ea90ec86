"""The outcome of a run in one line or one sentence, for titles, statuses and the first lines of longer texts.

Plain text on one line, safe to show; whoever puts it into Markdown escapes it for there.
"""

from collections import Counter
from collections.abc import Sequence

from fgd_sync.model.plan import Action, Fate
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.drift_words import together
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.tally import DONE, PLANNED, findings_phrase, number, tally

STATUS_LENGTH = 140
"""Characters of a commit status that GitHub takes."""

TITLES = {"check": "Fabric check", "plan": "Fabric plan", "sync": "Fabric sync"}
"""What a run of each command is called."""

_NOT_TAKEN = {Fate.PARTLY: "set aside in part", Fate.SET_ASIDE: "set aside", Fate.HELD: "left in raw/"}
_CHANGES = tuple(action for action in Action if action is not Action.KEEP)


def title(report: Report) -> str:
    """What the run is: `Fabric check`."""
    return TITLES.get(report.command, f"Fabric {visible(report.command)}")


def headline(report: Report, limit: int = STATUS_LENGTH) -> str:
    """Whose outcome, what was found and what changes: `north: 1 error in 1 file; 2 created, 1 updated`."""
    fabrics, words = report.fabrics, outcome(report.fabrics)
    failed = number(tally(fabrics).failures, "fabric")
    if len(fabrics) > 1 and words.startswith(f"{failed} failed"):
        return cut(words.replace(failed, f"{tally(fabrics).failures} of {number(len(fabrics), 'fabric')}", 1), limit)
    whose = visible(fabrics[0].fabric) if len(fabrics) == 1 else number(len(fabrics), "fabric")
    return cut(f"{cut(whose, 60)}: {words}", limit)


def outcome(fabrics: Sequence[FabricReport]) -> str:
    """What was found and what changes: `all is well`, `2 created`, `1 error in 1 file; 2 to create`."""
    counts = tally(fabrics)
    words = DONE if counts.applied else PLANNED
    changes = ", ".join(f"{counts.actions[action]} {words[action]}" for action in _CHANGES if counts.actions[action])
    changes = "; ".join(filter(None, (changes, together(fabrics))))
    is_clean = not counts.severities and not counts.failures
    if not changes:
        return "all is well" if is_clean else findings_phrase(counts)
    return changes if is_clean else f"{findings_phrase(counts)}; {changes}"


def changes_in_words(fabrics: Sequence[FabricReport]) -> str:
    """What changes, by kind: `2 VPCs, 1 Switch created; 1 Server deleted; 40 resources unchanged`."""
    is_made = tally(fabrics).applied
    words = DONE if is_made else PLANNED
    by_action: dict[Action, Counter[str]] = {action: Counter() for action in Action}
    for fabric in fabrics:
        for item in fabric.plan.inventory if fabric.plan else ():
            by_action[item.action][item.ref.kind] += 1
    parts = [f"{_kinds(by_action[action])} {words[action]}" for action in _CHANGES if by_action[action]]
    kept = by_action[Action.KEEP].total()
    if kept:
        parts.append(f"{number(kept, 'resource')} {'unchanged' if is_made or parts else 'checked'}")
    return "; ".join(parts) or "no resources"


def set_aside_in_words(fabrics: Sequence[FabricReport]) -> str:
    """What is not taken in: `1 source file was set aside in part`; "" if all is."""
    counts = Counter(item.fate for fabric in fabrics for item in (fabric.plan.sources if fabric.plan else ()))
    is_made = tally(fabrics).applied
    parts = []
    for fate, words in _NOT_TAKEN.items():
        if counts[fate]:
            verb = ("was" if counts[fate] == 1 else "were") if is_made else "would be"
            parts.append(f"{number(counts[fate], 'source file')} {verb} {words}")
    return "; ".join(parts)


def _kinds(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {plural(visible(cut(kind, 60)), count)}" for kind, count in sorted(counts.items()))


def plural(kind: str, count: int) -> str:
    """The name of a kind for so many of them: `VPCs`, `Switches`."""
    if count == 1:
        return kind
    return f"{kind}es" if kind.endswith(("ch", "s", "x")) else f"{kind}s"
