"""What is said of a run that could not go on at all: for the summary of its step, and for its check run. Pure."""

from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import CheckOutput, Conclusion
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.markdown_text import prose

_TITLE = 200
_MOST_LINES = 50
_CONCLUSIONS = {SYNC_CANCELLED: Conclusion.CANCELLED, SYNC_TIMEOUT: Conclusion.TIMED_OUT}


def broken_off_text(failure: FgdError) -> str:
    """The failure as Markdown."""
    lines = "\n\n".join(map(prose, failure.message.splitlines()[:_MOST_LINES]))
    return (
        f"## fgd: {prose(failure.code.title)}\n\n**error** {failure.code.id} {lines}\n\n"
        f"_What to do:_ {prose(failure.remedy)}\n"
    )


def broken_off(failure: FgdError) -> tuple[Conclusion, CheckOutput]:
    """How its check run ends."""
    title = cut(visible(f"{failure.code.id} {failure.message.partition(chr(10))[0]}"), _TITLE)
    return _CONCLUSIONS.get(failure.code, Conclusion.FAILURE), CheckOutput(title, broken_off_text(failure))
