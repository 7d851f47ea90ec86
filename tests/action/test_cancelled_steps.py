"""A step that is cancelled, at each request that it makes and with either signal, leaves nothing half done.

The short campaign cancels at some of the requests with one signal or the other, `--campaign long` at each with both.
"""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from scenes import SERVER, Scene

from forge.forge import Forge
from forge.traffic import Traffic, after, hanging
from runner import events
from runner.job import Job, Outcome, Step
from runner.launchers import Launcher

SOME = {"git": 3, "api": 2}
"""About so many of the requests of a run to each server are tried in the short campaign."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    made = forge.repository()
    made.commit({"north/managed/servers/server-01.yaml": SERVER.format("server-01"), "README.md": "fabrics\n"})
    made.commit({"north/.hnp/manifest.yaml": "fabric_name: north\n", "north/raw/new.yaml": SERVER.format("server-02")})
    return Scene(forge, made, launcher, tmp_path)


def reset(scene: Scene, refs: dict[str, str]) -> None:
    """Bring the repository back to where it was."""
    for name in scene.repository.refs():
        scene.repository.drop(name)
    for name, sha in refs.items():
        scene.repository.move(name, sha)


def cancelled(scene: Scene, number: signal.Signals, server: str, at: int) -> tuple[Job, Outcome]:
    """A run that gets a signal just before its `at`-th request to a server is served."""
    job = scene.job(events.push(scene.repository))
    started: list[Step] = []

    def strike() -> None:
        while not started:
            time.sleep(0.01)
        started[0].cancel((number, 10.0))
        time.sleep(0.2)

    traffic: Traffic = getattr(scene.forge, server)
    traffic.arm(after(strike), "", at=at)
    started.append(job.start())
    return job, started[0].wait(30)


def check_clean(scene: Scene, job: Job, pushed: str) -> None:
    """The branch is as it was, or has the whole commit; the workspace is as it was checked out."""
    tip = scene.repository.tip()
    assert tip == pushed or (
        scene.repository.git("rev-parse", "main^") == pushed
        and "north/managed/servers/server-02.yaml" in scene.managed()
    )
    command = ["git", "-c", "safe.directory=*", "-C", str(job.folders.workspace), "status", "--porcelain"]
    assert not subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert not list(job.folders.workspace.glob(".git/*.lock"))


@pytest.mark.parametrize("server", SOME)
def test_a_cancelled_run_leaves_nothing_half_done_and_the_next_completes_it(
    server: str, scene: Scene, request: pytest.FixtureRequest
) -> None:
    refs, pushed = scene.repository.refs(), scene.repository.tip()
    job, traffic = scene.job(events.push(scene.repository)), getattr(scene.forge, server)
    traffic.requests.clear()
    assert job.run().status == 0
    total = len(traffic.requests)
    reset(scene, refs)
    is_long = request.config.getoption("campaign") == "long"
    for turn, at in enumerate(range(1, total + 1, 1 if is_long else max(1, total // SOME[server]))):
        for number in SIGNALS if is_long else (SIGNALS[turn % 2],):
            job, done = cancelled(scene, number, server, at)
            where = f"{number.name} at {server} request {at} of {total}\n{done.told}"
            assert done.status is not None, f"killed: {where}"
            assert "Traceback" not in done.told, where
            check_clean(scene, job, pushed)
            job.post(done)
            assert not scene.locks(), where
            again = scene.job(events.push(scene.repository)).run()
            assert again.status == 0, f"{where}\n{again.told}"
            assert scene.managed() == [f"north/managed/servers/server-0{digit}.yaml" for digit in (1, 2)], where
            assert scene.repository.git("rev-parse", "main^") == pushed, where
            reset(scene, refs)


@pytest.mark.parametrize("at", [5, 3, 9, 13])
def test_a_cancelled_run_ends_in_time_although_git_is_answered_no_more(
    at: int, scene: Scene, request: pytest.FixtureRequest
) -> None:
    """A runner kills what is there ten seconds after its signal; nobody could say any more what became of the run."""
    if at != 5 and request.config.getoption("campaign") == "short":
        pytest.skip("one request is enough here")
    started, moments = list[Step](), list[float]()

    def strike() -> None:
        while not started:
            time.sleep(0.01)
        if not moments:
            moments.append(time.monotonic())
            started[0].cancel((signal.SIGINT, 20.0))

    scene.forge.git.arm(hanging(40, strike), at=at, times=100)
    started.append(scene.job(events.push(scene.repository)).start())
    done = started[0].wait(30)
    assert time.monotonic() - moments[0] < 9.5, done.told
    assert done.status == 130, done.told
    assert "the run was cancelled (SIGINT)" in done.told
