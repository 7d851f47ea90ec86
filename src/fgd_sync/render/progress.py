"""How far a run is, as a check run shows it while the run lasts. Counts in, texts out."""

from collections.abc import Mapping

from fgd_sync.model.github import CheckOutput
from fgd_sync.model.sync import STAGES, State
from fgd_sync.model.value import dataclass
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.markdown_text import code
from fgd_sync.render.tally import number

_SHOWN = 100
_WORDS: dict[str, str] = {
    State.PENDING: "waits",
    State.INITIALIZING: "takes its lock",
    State.VALIDATING: "looks at the directory",
    State.DISCOVERING: "looks for files",
    State.PROCESSING: "reads and checks files",
    State.SYNCING: "commits",
    State.RECONCILING: "reports",
    State.COMPLETED: "is done",
    State.FAILED: "has failed",
    State.RETRYING: "tries again",
    State.CANCELLED: "was cancelled",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one fabric is: its state, and the files that were looked at."""

    state: str = State.PENDING
    files: int = 0
    total: int = 0
    errors: int = 0


def progress_output(fabrics: Mapping[str, Standing]) -> CheckOutput:
    """What the check run shows: in its title the stage of the one fabric, or how many of several are done."""
    if not fabrics:
        return CheckOutput("starting", "The run has begun.")
    ended = [item for item in fabrics.values() if item.state in (State.COMPLETED, State.FAILED, State.CANCELLED)]
    if len(fabrics) == 1:
        ((name, standing),) = fabrics.items()
        title = f"{cut(visible(name), 60)} {_sentence(standing)}"
    else:
        title = f"{len(ended)} of {number(len(fabrics), 'fabric')} done"
    lines = [f"- {code(cut(name, 100))} {_sentence(standing)}" for name, standing in list(fabrics.items())[:_SHOWN]]
    beyond = [f"- and {number(len(fabrics) - _SHOWN, 'more fabric')}"] if len(fabrics) > _SHOWN else []
    return CheckOutput(title, "\n".join([*lines, *beyond]) + "\n")


def _sentence(standing: Standing) -> str:
    """`reads and checks files (stage 4 of 6), 40 of 120 files, 2 errors so far`."""
    stages = [str(stage) for stage in STAGES]
    stage = f" (stage {stages.index(standing.state) + 1} of {len(stages)})" if standing.state in stages else ""
    files = f", {standing.files} of {number(standing.total, 'file')}" if standing.total else ""
    errors = f", {number(standing.errors, 'error')} so far" if standing.errors else ""
    return f"{_WORDS.get(standing.state, 'is at work')}{stage}{files}{errors}"
