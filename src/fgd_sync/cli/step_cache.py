"""What a step remembers for later runs: in a folder that the workflow hands on, sealed with a secret."""

from pathlib import Path

from fgd_sync.adapters.cache_place import FOLDER_VARIABLE, KEY_VARIABLE, SHORTEST_KEY, cache_in
from fgd_sync.adapters.commit_memory import CommitMemory
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.shelf import Cache
from fgd_sync.cli.job import Job
from fgd_sync.model.config import IngestionSettings
from fgd_sync.ports import Memory


def cache_of(job: Job) -> Cache | None:
    """The cache of this step; None without a folder or a key. Warns of a key that could be guessed, and of a link."""
    folder = job.inputs.cache_dir or job.step.environment.get(FOLDER_VARIABLE, "")
    key = job.inputs.cache_key or job.step.environment.get(KEY_VARIABLE, "")
    if not (folder and key):
        return None
    root = job.step.workspace.resolve()
    place = root / folder
    if place.resolve() != place:
        job.step.warn(f"{folder} is a link, or lies behind one: nothing is remembered")
        return None
    files = cache_in(str(place), key)
    if files is None:
        job.step.warn(f"cache-key has less than {SHORTEST_KEY} characters: nothing is remembered")
        return None
    return Cache(files, Look(), root)


def memory_of(job: Job, root: Path | None, settings: IngestionSettings) -> Memory | None:
    """What earlier runs found in the fabrics of a branch; `root`: where the repository is checked out."""
    cache = cache_of(job) if root else None
    return CommitMemory(cache, root, settings) if cache and root else None
