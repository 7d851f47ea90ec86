"""What a step remembers for later runs: in a folder that the workflow hands on, and in refs; sealed with a secret."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from fgd_sync.adapters.cache_place import FOLDER_VARIABLE, KEY_VARIABLE, SHORTEST_KEY, cache_in
from fgd_sync.adapters.commit_memory import CommitMemory
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.ref_memory import RefMemory
from fgd_sync.adapters.shelf import Cache
from fgd_sync.cli.job import Job
from fgd_sync.flow.modes import Deed
from fgd_sync.model.config import Settings
from fgd_sync.model.value import replace
from fgd_sync.planning.place import META
from fgd_sync.planning.readable import may_be_read
from fgd_sync.ports import GitStore, Memory

_PATIENCE = 5
"""Seconds: a check can do without what it would find, so that it does not wait long for a server."""


def cache_of(job: Job) -> Cache | None:
    """The cache of this step; None without a key. Warns of those that will not do.

    Without a folder nothing is kept in it, but what is found elsewhere can be believed.
    """
    folder = job.inputs.cache_dir or job.step.environment.get(FOLDER_VARIABLE, "")
    key = job.inputs.cache_key or job.step.environment.get(KEY_VARIABLE, "")
    if not key:
        return None
    root = job.step.workspace.resolve()
    reason = unusable(root, folder) if folder else ""
    if reason:
        job.step.warn(f"{folder} {reason}: nothing is remembered")
        return None
    files = cache_in(str(root / folder) if folder else "", key)
    if files is None:
        job.step.warn(f"cache-key has less than {SHORTEST_KEY} characters: nothing is remembered")
        return None
    return Cache(files, Look(), root)


def with_refs(job: Job, cache: Cache | None, settings: Settings) -> Cache | None:
    """The cache of a step that looks at what is checked out: it finds what syncs left in refs, too."""
    if cache is None or not job.url:
        return cache

    @contextmanager
    def opened() -> Iterator[GitStore]:
        from fgd_sync.adapters.remote_store import RemoteStore
        from fgd_sync.adapters.scratch import temporary_folder

        given = settings.github
        patience = replace(
            given,
            connection_timeout=min(given.connection_timeout, _PATIENCE),
            read_timeout=min(given.read_timeout, _PATIENCE),
        )
        with temporary_folder() as folder:
            yield RemoteStore(job.url, folder / "git", workspace=cache.root, token=job.token, settings=patience)

    return replace(cache, refs=RefMemory(opened, settings.sync.state_refs))


def unusable(root: Path, folder: str) -> str:
    """Why a folder of a workspace cannot hold the cache; "" if it can."""
    place = root / folder
    if place.resolve() != place:
        return "is a link, or lies behind one"
    fabrics = [parent for parent in place.parents if parent.is_relative_to(root) and (parent / META).is_dir()]
    if any(may_be_read(f"{place.relative_to(fabric).as_posix()}/x", ()) for fabric in fabrics):
        return "lies in a fabric, which would take it in"
    return "is the workspace itself" if place == root else ""


def memory_of(job: Job, root: Path | None, settings: Settings, git: GitStore) -> Memory | None:
    """What earlier runs found in the fabrics of a branch; `root`: where the repository is checked out."""
    cache = cache_of(job) if root else None
    if cache is None or root is None:
        return None
    refs = RefMemory(lambda: nullcontext(git), settings.sync.state_refs, keeps=job.decision.deed is Deed.SYNC)
    return CommitMemory(replace(cache, refs=refs), root, settings.ingestion)
