"""Whether a run was killed while it changed a fabric directory, or is at work there: what `journal` leaves, read only.

Takes an open directory. Reading is all that most commands do with it, so nothing is loaded here that writes.
"""

from typing import TYPE_CHECKING

from fgd_sync.adapters.root import Root
from fgd_sync.model.code import DIRECTORY_REPAIR_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.readable import JOURNAL, JOURNAL_DRAFT

if TYPE_CHECKING:
    from fgd_sync.adapters.intent import Intent

INDEX = f"{JOURNAL}/index"
"""The file whose presence decides that the changes are made."""


def has_leftovers(root: Root) -> bool:
    """Whether there is anything that a run which ended would have removed."""
    return root.stat(JOURNAL) is not None or root.stat(JOURNAL_DRAFT) is not None


def pending(root: Root) -> "Intent | None":
    """What a killed run, or one that is at work, has decided. Raises FgdError for a journal that cannot be trusted."""
    data = root.read(INDEX)
    if data is None:
        return None
    from fgd_sync.adapters.intent import decode

    try:
        return decode(data)
    except ValueError as error:
        raise FgdError(
            DIRECTORY_REPAIR_FAILED,
            f"the journal {INDEX} cannot be used: {error}",
            remedy=f"Check the directory with `git status`, then delete the folder {JOURNAL}.",
        ) from error
