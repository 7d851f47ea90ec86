"""What a step of a workflow is to do: what the user gave, what happened, and what follows from both."""

from fgd_sync.cli.step import Step
from fgd_sync.flow.modes import BASE_EVENT, CHECKING, SYNCING, Decision, Deed
from fgd_sync.model.action import Inputs
from fgd_sync.model.occasion import Occasion
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A step with everything that its work depends on."""

    step: Step
    inputs: Inputs
    occasion: Occasion
    decision: Decision

    @property
    def token(self) -> str:
        """The token for the server; "" for none."""
        return self.inputs.token or self.step.environment.get("GITHUB_TOKEN", "")

    @property
    def url(self) -> str:
        """The repository on its server; "" if there is none."""
        context = self.occasion.context
        return f"{context.server_url}/{context.repository}" if context.is_on_github else ""

    @property
    def is_proposal(self) -> bool:
        """Whether what is checked out may be what somebody proposes, and nobody has accepted yet."""
        return self.occasion.context.event in (*CHECKING, BASE_EVENT)

    @property
    def is_about_branch(self) -> bool:
        """Whether it is about a branch as a sync sees it, rather than about what is checked out."""
        context, deed = self.occasion.context, self.decision.deed
        drifts = deed is Deed.DRIFT and context.event in SYNCING
        return bool(self.url and context.branch) and (drifts or deed in (Deed.SYNC, Deed.FIX, Deed.PULL))

    @property
    def fabrics(self) -> tuple[str, ...]:
        """The fabrics that the inputs name, else those that a dispatch names."""
        return self.inputs.fabrics or self.occasion.fabrics
