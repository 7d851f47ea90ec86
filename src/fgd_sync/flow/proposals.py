"""The pull request of one fabric, as GitHub has it: found, opened, brought up to date, closed. Knows nothing of git.

One that a person closed is a refusal. The same changes are not proposed again: a bot that reopens what somebody closed
is a nuisance. Changes that differ are a new matter and get a new pull request; what we closed ourselves binds nobody.
"""

from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import NewPull, Pull
from fgd_sync.model.report import FabricReport
from fgd_sync.model.slug import slug
from fgd_sync.model.value import dataclass
from fgd_sync.ports import GitHub
from fgd_sync.render.proposal import (
    LABEL,
    SYNC,
    Manner,
    Mark,
    is_our_title,
    mark_of,
    proposal_body,
    proposal_title,
    withdrawn_body,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: the pull request that is open, and the one in which a person refused these same changes."""

    open: Pull | None = None
    refused: Pull | None = None

    def proposes(self, mark: Mark) -> bool:
        """Whether the open one proposes just these changes."""
        known = mark_of(self.open.body) if self.open else None
        return known is not None and not known.is_withdrawn and known.changes == mark.changes


class Proposals:
    """The pull requests that ask for changes of one branch, of one manner."""

    def __init__(self, github: GitHub, base: str, context: RunContext, manner: Manner = SYNC) -> None:
        self._github, self._base, self._context, self._manner = github, base, context, manner

    @property
    def branches(self) -> str:
        """What the names of the branches begin with that they are made from."""
        return self._manner.branches

    def branch(self, fabric: str) -> str:
        """The branch that the changes of a fabric are proposed from."""
        return f"{self.branches}{slug(fabric)}"

    def standing(self, branch: str, changes: str) -> Standing:
        """How things stand with a branch. `changes`: the digest of what is to be proposed. Raises FgdError."""
        pulls = [pull for pull in self._github.pulls(branch) if pull.base == self._base]
        found = next((pull for pull in pulls if pull.is_open), None)
        closed = [pull for pull in pulls if not pull.is_open and not pull.is_merged]
        refused = next((pull for pull in closed if _refuses(pull, changes)), None)
        return Standing(found, None if found else refused)

    def propose(self, report: FabricReport, branch: str, mark: Mark, read: str) -> Pull:
        """Open a pull request for a branch that is there. `read`: the commit that was planned from. Raises FgdError."""
        body = proposal_body(report, mark, self._context, read, manner=self._manner)
        made = self._github.open_pull(NewPull(branch, self._base, proposal_title(report, self._manner), body))
        self._label(made)
        return made

    def update(self, pull: Pull, report: FabricReport, mark: Mark, read: str) -> None:
        """Bring title and text of an open one up to date, if they are ours and what they say has changed."""
        known = mark_of(pull.body)
        if known is None or known == mark:
            return
        title = proposal_title(report, self._manner) if is_our_title(pull.title) else pull.title
        body = proposal_body(report, mark, self._context, read, earlier=pull.body, manner=self._manner)
        self._github.edit_pull(pull.number, title=title, body=body)

    def withdraw(self, pull: Pull) -> None:
        """Close an open one of ours for which there is nothing left. Raises FgdError."""
        known = mark_of(pull.body)
        if known:
            body = withdrawn_body(known, pull.body)
            self._github.edit_pull(pull.number, title=pull.title, body=body, is_open=False)
            self._github.add_comment(pull.number, "Closed: there is nothing left to change.")

    def _label(self, pull: Pull) -> None:
        """Label it; a label that cannot be had changes nothing."""
        try:
            self._github.label_pull(pull.number, (LABEL,))
        except FgdError:
            return


def _refuses(pull: Pull, changes: str) -> bool:
    known = mark_of(pull.body)
    return known is not None and not known.is_withdrawn and known.changes == changes
