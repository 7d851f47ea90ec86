"""The pull request that proposes the changes of one fabric: title, text, and the marks in it that machines read.

What stands below our part of the text is a person's and is kept. Nothing that comes from files can make a mark.
"""

from fgd_sync.model.context import RunContext
from fgd_sync.model.pattern import pattern
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import dataclass, replace
from fgd_sync.render.commit_message import changes_phrase
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.markdown import Look, render

LABEL = "fgd-sync"
"""The label of every pull request that we open."""

BODY_BYTES = 60_000
_TITLE = 200
_END = "<!-- fgd-sync end -->"
_MARK = pattern(r"<!-- fgd-sync (proposal|withdrawn) ([0-9a-f]+) ([0-9a-f]+) -->\n")

_HOW = (
    "This pull request is kept up to date by each sync until somebody merges it; then it is in effect. Close it to "
    "refuse these changes: they are not proposed again before they differ. Commit nothing to its branch: the next "
    "change replaces it."
)
_HOW_TO_PULL = (
    "This pull request brings what was changed in NetBox and is kept up to date by each pull until somebody merges it. "
    "Close it to refuse these changes, and take them back in NetBox: they are not proposed again before they differ. "
    "Commit nothing to its branch: the next change replaces it."
)


@dataclass(frozen=True, slots=True)
class Manner:
    """What proposes: the command, what the names of its branches begin with, its titles, and how it is gone about."""

    command: str
    branches: str
    title: str
    how: str


SYNC = Manner("sync", "fgd-sync/", "Sync fabric {fabric}: {changes}", _HOW)
PULL = Manner("pull", "fgd-pull/", "Pull fabric {fabric} from NetBox: {changes}", _HOW_TO_PULL)
MANNERS = (SYNC, PULL)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a text of ours says of itself: the digests of the changes and of the findings; whether we took it back."""

    changes: str
    findings: str
    is_withdrawn: bool = False


def proposal_title(report: FabricReport, manner: Manner = SYNC) -> str:
    """The title: `Sync fabric north: 2 created, 1 updated`."""
    return cut(manner.title.format(fabric=cut(visible(report.fabric), 80), changes=changes_phrase(report)), _TITLE)


def is_our_title(title: str) -> bool:
    """Whether a title is one of ours, and not one that a person gave."""
    return any(title.startswith(manner.title.partition("{")[0]) for manner in MANNERS)


def proposal_body(
    report: FabricReport, mark: Mark, context: RunContext, read: str, *, earlier: str = "", manner: Manner = SYNC
) -> str:
    """The text. `read`: the commit that was planned from; `earlier`: the text so far; what a person added is kept."""
    unmade = replace(report, applied=False, commit="", pull_request=0)
    look = Look(
        limit=BODY_BYTES,
        context=context,
        read=read,
        is_brief=True,
        full_report="The commit has all changes.",
        footer=manner.how,
    )
    return _marked(mark, render(Report(manner.command, (unmade,)), look), earlier)


def withdrawn_body(mark: Mark, earlier: str) -> str:
    """The text of a proposal that is no longer needed."""
    text = "There is nothing left to change: what was proposed here is on the branch already, or was taken back.\n"
    return _marked(replace(mark, is_withdrawn=True), text, earlier)


def _marked(mark: Mark, text: str, earlier: str) -> str:
    word = "withdrawn" if mark.is_withdrawn else "proposal"
    _, end, theirs = earlier.partition(_END)
    return f"<!-- fgd-sync {word} {mark.changes} {mark.findings} -->\n{text}\n{_END}{theirs if end else ''}"


def mark_of(body: str) -> Mark | None:
    """The mark at the beginning of a text; None for a text that is not ours."""
    found = _MARK.match(body.replace("\r\n", "\n"))
    return Mark(found[2], found[3], found[1] == "withdrawn") if found else None
