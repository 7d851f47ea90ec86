"""The locks and the history of the repository of a step, besides those that its run has in hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.adapters.scratch import temporary_folder
from fgd_sync.cli.job import Job
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.feedback import undelivered
from fgd_sync.flow.run import World
from fgd_sync.flow.state import State
from fgd_sync.model.github import CommitStatus
from fgd_sync.model.undelivered import Undelivered


@contextmanager
def state_of(job: Job, world: World) -> Iterator[State]:
    """The state of the step's repository on its server. Raises FgdError."""
    with temporary_folder() as folder:
        store = RemoteStore(job.url, folder / "git", token=job.token, settings=world.settings.github)
        yield State.of(store, world.clock, world.settings)


def keep_owed(job: Job, world: World, owed: Sequence[tuple[str, CommitStatus]]) -> str:
    """Keep statuses that GitHub did not take, by fabric, for the next run; gives a notice if that failed too."""
    with state_of(job, world) as state:
        return state.ledger.record([Entry(fabric, posts=(_kept(world, status),)) for fabric, status in owed])


def _kept(world: World, status: CommitStatus) -> Undelivered:
    now, reason = world.clock.now(), "GitHub was out of reach"
    return undelivered(status, item_id=world.new_id(), created_at=now, sync_id="", reason=reason)
