"""What a step of a workflow says on GitHub while it works and at its end: the composition of progress and feedback.

Nothing is said where the token can only read, or there is none; then a note says so. GitHub being out of reach costs a
note, never the run.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fgd_sync.cli.job import Job
from fgd_sync.flow.run import World
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import CommitStatus
from fgd_sync.model.report import Report
from fgd_sync.model.value import dataclass, replace
from fgd_sync.ports import EventSink, GitHub
from fgd_sync.render.feedback import Told

if TYPE_CHECKING:
    from fgd_sync.flow.check_progress import CheckProgress

_NO_TOKEN = "no comment, check run or status: the step has no token"  # noqa: S105 - words
_PATIENCE = 60.0
"""Seconds for all that is said at the end: a limit of GitHub's that ends in an hour is not waited for."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks for one step. `github` is None where nothing may be said."""

    job: Job
    world: World
    github: GitHub | None = None
    progress: "CheckProgress | None" = None

    @property
    def sinks(self) -> Sequence[EventSink]:
        """Who is to be told of events while the run lasts."""
        return (self.progress,) if self.progress else ()

    def told(self, report: Report) -> Told:
        """What is told: a run of some fabrics only, such as a job of a matrix, speaks for these."""
        job = self.job
        key = ", ".join(job.inputs.paths or job.inputs.fabrics)
        mute = (_NO_TOKEN,) if job.decision.speaks and self.github is None else ()
        notes = dict.fromkeys(note for fabric in report.fabrics for note in fabric.notes)
        return Told(report, job.occasion.context, job.inputs.fail_on, key, (*job.decision.left_out, *mute, *notes))

    def speak(self, told: Told) -> Told:
        """Say on GitHub what came of the run; gives what is told with what could not be said."""
        if self.github is None:
            return told
        from fgd_sync.flow.feedback import Wishes, deliver

        wishes = Wishes(self.job.inputs.comment, self.job.inputs.check_run)
        delivered = deliver(told, wishes, self.github, check=self._check(), call=_patient(self.world))
        lost = self._keep(delivered.owed)
        return replace(told, notes=(*told.notes, *delivered.notes, *([lost] if lost else ())))

    def _keep(self, owed: Sequence[tuple[str, CommitStatus]]) -> str:
        """Keep what GitHub did not take for the next run; gives a notice if that failed too."""
        if not owed:
            return ""
        from fgd_sync.cli.step_state import keep_owed

        return keep_owed(self.job, self.world, owed)

    def break_off(self, failure: FgdError) -> None:
        """The run cannot go on: end the check run that has begun."""
        check = self._check()
        if self.github is None or check is None:
            return
        from fgd_sync.render.broken_off import broken_off

        try:
            self.github.complete_check(check, *broken_off(failure))
        except FgdError as error:
            self.job.step.warn(f"the check run could not be ended: {error.message}")

    def _check(self) -> int | None:
        return self.progress.end() if self.progress else None


def _patient(world: World) -> Callable[[Callable[[], Any]], Any]:
    """Tries a call again where that can help."""
    import random

    from fgd_sync.flow.breaker import Breaker
    from fgd_sync.flow.resilience import Retries, call

    until = world.clock.monotonic() + _PATIENCE
    breaker = Breaker("GitHub", world.clock)
    retries = Retries(world.settings.sync.retry_policy, world.clock, random.random, until=until)
    return lambda work: call(work, breaker, retries)


def voice_of(job: Job, world: World) -> Voice:
    """The voice of a step; it begins the check run."""
    if not (job.decision.speaks and job.token and job.url):
        return Voice(job, world)
    from fgd_sync.adapters.github import GitHubClient

    github = GitHubClient(job.token, job.occasion.context, world.settings.github)
    voice = Voice(job, world, github)
    if not job.inputs.check_run:
        return voice
    from fgd_sync.flow.check_progress import CheckProgress
    from fgd_sync.flow.feedback import new_check

    check = new_check(voice.told(Report(job.decision.deed, ())))
    return replace(voice, progress=CheckProgress(github, check).begin())
