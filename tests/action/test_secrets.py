"""The token is nowhere but where it must be: in the variables of processes, and in the header of a request."""

import base64
import json
import secrets
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scenes import SERVER, WRONG, Scene

from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.protection import Protection
from forge.traffic import failing, html
from runner import events
from runner.launchers import Launcher

CANARY = f"ghs_Canary{secrets.token_hex(15)}"
FORMS = (
    CANARY,
    base64.b64encode(f"x-access-token:{CANARY}".encode()).decode(),
    base64.b64encode(CANARY.encode()).decode(),
)
FILES = {name: f"out/{name}" for name in ("report-file", "sarif-file", "junit-file", "events-file")}


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    made = forge.repository()
    made.commit({"north/.hnp/manifest.yaml": "fabric_name: north\n"})
    made.commit({"north/managed/servers/server-01.yaml": SERVER.format("server-01")})
    made.commit({"north/raw/new.yaml": SERVER.format("server-02"), "north/raw/wrong.yaml": WRONG})
    return Scene(forge, made, launcher, tmp_path)


@contextmanager
def watched_processes() -> Iterator[set[str]]:
    """The command lines of all processes of the machine that hold the token, as long as the block lasts."""
    found: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                except OSError:
                    continue
                if any(form in line for form in FORMS):
                    found.add(line)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def holders(folder: Path) -> list[str]:
    """Files below a folder that hold the token."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [
        str(path.relative_to(folder)) for path in files if any(form.encode() in path.read_bytes() for form in FORMS)
    ]


def objects(scene: Scene) -> str:
    """Everything that the repository holds: every object, also of refs that are gone."""
    command = ["cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return scene.repository.attempt(*command).stdout.decode("utf-8", "replace")


Break = Callable[[Scene], object]
BREAKS: dict[str, Break] = {
    "nothing": lambda _: None,
    "protected branch": lambda scene: scene.repository.protect(Protection("main")),
    "git server down": lambda scene: scene.forge.git.arm(failing(503), "receive-pack", times=99),
    "api down": lambda scene: scene.forge.api.arm(html(), "", times=99),
    "git answers nonsense": lambda scene: scene.forge.git.arm(failing(200, b"<html>"), "info/refs", times=99),
    "expired": lambda scene: scene.forge.tokens.update({CANARY: scene.forge.tokens[scene.forge.token(expired=True)]}),
    "read only": lambda scene: scene.forge.tokens.update({CANARY: scene.forge.tokens[scene.forge.token(READ_ONLY)]}),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_token_is_in_no_log_file_argument_address_event_or_object(name: str, scene: Scene) -> None:
    token = scene.forge.token(value=CANARY)
    job = scene.job(events.push(scene.repository), token=token, credential="none")
    job.variables["HEDGEHOG_FGD_DEBUG"] = "true"
    (job.folders.workspace / "out").mkdir()
    BREAKS[name](scene)
    with watched_processes() as seen:
        done = job.run(FILES)
        post = job.post(done)
    assert (name in ("nothing", "api down")) == (done.outputs.get("changed") == "true"), done.told
    assert not seen, "in a command line"
    for outcome in (done, post):
        lines = [line for _, line in outcome.log.raw if not line.startswith("::add-mask::")]
        told = json.dumps(
            [lines, outcome.outputs, outcome.state, outcome.summary, [str(item) for item in outcome.log.issued]]
        )
        assert not [form for form in FORMS if form in told]
    assert not holders(job.folders.root), "in a file of the job"
    assert not [
        line for line in (*scene.forge.git.lines(), *scene.forge.api.lines()) if any(form in line for form in FORMS)
    ]
    bodies = [request.body for traffic in (scene.forge.git, scene.forge.api) for request in traffic.requests]
    assert not [body for body in bodies if any(form.encode() in body for form in FORMS)]
    assert not [form for form in FORMS if form in objects(scene)]


def test_the_token_is_in_no_file_beside_the_job(scene: Scene, tmp_path: Path) -> None:
    """Scratch folders are the step's own, and gone with it."""
    token = scene.forge.token(value=CANARY)
    job = scene.job(events.push(scene.repository), token=token, credential="none")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    job.variables["TMPDIR"] = job.launcher.inside(job.folders.temp, job.folders)
    job.run()
    left = [path.name for path in job.folders.temp.iterdir() if path.name.startswith(("fgd", "tmp"))]
    assert not left


def test_the_credential_of_the_checkout_is_left_as_it_is(scene: Scene) -> None:
    job = scene.job(events.push(scene.repository))
    before = (job.folders.workspace / ".git" / "config").read_bytes()
    job.run()
    assert (job.folders.workspace / ".git" / "config").read_bytes() == before
    assert (
        subprocess.run(
            ["git", "config", "--global", "--list"],
            env={"HOME": str(job.folders.home)},
            capture_output=True,
            check=False,
        ).stdout
        == b""
    )
