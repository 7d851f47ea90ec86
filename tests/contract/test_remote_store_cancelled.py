"""A run that is cancelled while git speaks to a server: nothing of git goes on, and a push in time is not cut short."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from fgd_sync.adapters import signals
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.adapters.signals import interruptible, shield
from fgd_sync.model import code
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from forge.forge import Forge
from forge.repository import Repository
from forge.traffic import after, hanging
from git_world import new

MAIN = "refs/heads/main"
PUSH = "POST .*receive-pack"


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"README.md": "x\n"})
    return made


@pytest.fixture
def store(forge: Forge, repository: Repository, tmp_path: Path) -> RemoteStore:
    settings = GitHubSettings(connection_timeout=30, read_timeout=60)
    return RemoteStore(forge.clone_url(repository), tmp_path / "scratch", token=forge.token(), settings=settings)


def change(store: RemoteStore) -> RefMove:
    tip = store.refs(MAIN)[MAIN]
    store.fetch([tip])
    return RefMove(MAIN, tip, store.commit(new({"a": b"1"}, tip)))


def processes(store: RemoteStore) -> list[str]:
    """The commands that work in the scratch repository at this moment."""
    place = f"GIT_DIR={store.git.directory}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if place in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@contextmanager
def cancelled(store: RemoteStore, when: threading.Event) -> Iterator[None]:
    """Send SIGTERM once something happened; after the block nothing may be left of git."""

    def send() -> None:
        when.wait(20)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=send)
    thread.start()
    with pytest.raises(FgdError) as caught, interruptible(0):
        yield
    thread.join()
    assert caught.value.code is code.SYNC_CANCELLED
    end = time.monotonic() + 2
    while processes(store) and time.monotonic() < end:
        time.sleep(0.02)
    assert processes(store) == []


def seen(forge: Forge, matching: str) -> threading.Event:
    """Set as soon as such a request came in; it is not answered for a long time."""
    event = threading.Event()
    forge.git.arm(hanging(), matching)

    def watch() -> None:
        while not forge.git.lines(matching):
            time.sleep(0.01)
        event.set()

    forge.git.requests.clear()
    threading.Thread(target=watch).start()
    return event


@pytest.mark.parametrize("matching", ["info/refs.*upload-pack", "POST .*upload-pack", "info/refs.*receive-pack", PUSH])
def test_a_cancelled_run_leaves_nothing_of_git_at_work(
    store: RemoteStore, repository: Repository, forge: Forge, matching: str
) -> None:
    move = change(store)
    newer = repository.commit({"README.md": "y\n"})
    event = seen(forge, matching)
    start = time.monotonic()
    with cancelled(store, event):
        store.refs("refs/")
        store.fetch([newer])
        store.update([RefMove("refs/fgd/x", "", move.new)])
    assert time.monotonic() - start < 5
    assert set(repository.refs()) == {MAIN}


def test_a_push_that_ends_in_time_is_done_before_the_run_ends(
    store: RemoteStore, repository: Repository, forge: Forge
) -> None:
    move, event, done = change(store), threading.Event(), []

    def slowly() -> None:
        event.set()
        time.sleep(0.7)

    forge.git.arm(after(slowly), PUSH)
    with cancelled(store, event), shield():
        store.update([move])
        done.append("moved")
    assert done == ["moved"]
    assert repository.tip() == move.new


def test_a_push_that_takes_too_long_is_cut_short(
    store: RemoteStore, repository: Repository, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "GRACE", 0.3)
    move = change(store)
    start = time.monotonic()
    with cancelled(store, seen(forge, PUSH)), shield():
        store.update([move])
    assert time.monotonic() - start < 5
    assert repository.tip() == move.old


def test_the_clean_up_after_a_signal_can_still_speak_to_the_server(
    store: RemoteStore, repository: Repository, forge: Forge
) -> None:
    move = change(store)
    store.update([RefMove("refs/fgd/lock/north", "", move.new)])
    with cancelled(store, seen(forge, "POST .*upload-pack")):
        try:
            store.refs("refs/")
        finally:
            store.update([RefMove("refs/fgd/lock/north", move.new, "")])
    assert set(repository.refs()) == {MAIN}


def test_many_threads_share_a_store(store: RemoteStore, repository: Repository) -> None:
    move = change(store)

    def work(number: int) -> None:
        mine = store.commit(new({f"{number}": b"x"}, message=f"{number}"))
        store.update([RefMove(f"refs/fgd/lock/{number}", "", mine)])
        other = repository.commit({f"{number}": "y"}, branch=f"b{number}")
        store.fetch([other])
        assert f"{number}" in store.entries(other)
        assert store.message(mine) == f"{number}"

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(12)))
    assert len(store.refs("refs/fgd/")) == 12
    store.update([move])
    repository.git("fsck", "--strict", "--full")
