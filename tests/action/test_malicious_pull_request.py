"""What somebody proposes can make a step write nowhere, send nothing, run nothing, and speak only for itself."""

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from scenes import SERVER, Scene

from forge.forge import Forge
from forge.repository import Content, Link
from runner import events
from runner.job import Job, Outcome
from runner.launchers import Launcher

CANARY = "gh" + "p_" + secrets.token_hex(18)
NETBOX_TOKEN = "nb" + "t_" + secrets.token_hex(6) + "." + secrets.token_hex(20)


class Catcher:
    """Listens where an attacker would, and keeps what it is sent."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.host = "{}:{}".format(*self.socket.getsockname())
        self.caught: list[bytes] = []

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                there, _ = self.socket.accept()
                there.settimeout(0.5)
                self.caught.append(b"a connection")
                with there, suppress(OSError):
                    self.caught.append(there.recv(65536))


@contextmanager
def catching() -> Iterator[Catcher]:
    catcher = Catcher()
    thread = threading.Thread(target=catcher.serve)
    thread.start()
    try:
        yield catcher
    finally:
        catcher.socket.shutdown(socket.SHUT_RDWR)
        catcher.socket.close()
        thread.join()


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    made = forge.repository()
    made.commit({
        "north/.hnp/manifest.yaml": "fabric_name: north\n",
        "north/managed/servers/server-01.yaml": SERVER.format("server-01"),
    })  # fmt: skip
    return Scene(forge, made, launcher, tmp_path)


def proposed(scene: Scene, files: dict[str, Content]) -> Job:
    """A job for a pull request from a branch of the repository."""
    scene.repository.git("branch", "topic", "main")
    scene.repository.commit({"north/raw/new.yaml": SERVER.format("server-02"), **files}, "topic")
    pull = scene.desk.open_pull("topic")
    return scene.job(events.pull_request(scene.desk, pull))


def everything_told(done: Outcome) -> str:
    log = [line for _, line in done.log.raw if not line.startswith("::add-mask::")]
    return json.dumps([log, done.outputs, done.state, done.summary])


GIT_PROGRAM = "#!/bin/sh\ntouch {mark}\n"
GIT_SETTINGS = """[core]
\trepositoryformatversion = 0
\tbare = {bare}
\tfsmonitor = {program}
\thooksPath = hooks
\tsshCommand = {program}
\tpager = {program}
\teditor = {program}
[filter "x"]
\tclean = {program}
\tsmudge = {program}
\tprocess = {program}
[diff]
\texternal = {program}
[diff "x"]
\ttextconv = {program}
[credential]
\thelper = !{program}
[alias]
\tstatus = !{program}
[include]
\tpath = config.more
"""


def like_a_repository(folder: str, program: Path) -> dict[str, Content]:
    """A bare repository, committed as plain files: git run inside of it would take its settings."""
    files = {
        "HEAD": "ref: refs/heads/main\n",
        "config": GIT_SETTINGS.format(bare="true", program=program),
        "objects/info/packs": "",
        "refs/heads/.keep": "",
        "hooks/pre-push": program.read_text(),
        ".gitattributes": "* filter=x diff=x merge=x\n",
    }
    return {f"{folder}/{path}": text for path, text in files.items()}


def everything_evil(catcher: Catcher, program: Path, outside: Path) -> dict[str, Content]:
    settings = {
        "netbox": {"url": f"http://{catcher.host}"},
        "events": {"redis_url": f"redis://{catcher.host}"},
        "monitoring": {"pushgateway_url": f"http://{catcher.host}", "metrics_file": f"{outside}/metrics"},
        "sync": {"state_refs": "refs/heads/other"},
    }
    module = f'[submodule "s"]\n\tpath = north/raw/s\n\turl = ext::{program}\n\tupdate = !{program}\n'
    tags = f"!!python/object/apply:os.system ['{program}']\n---\na: !!python/name:os.system\nb: !<tag:x> y\n"
    return {
        "fgd_config.yaml": json.dumps({"fgd": settings}),
        **like_a_repository("north", program),
        **like_a_repository("north/raw", program),
        ".gitattributes": "* filter=x diff=x\n",
        ".gitmodules": module,
        "north/raw/tags.yaml": tags,
        "north/raw/secret.yaml": SERVER.format("server-07").replace("rack 1", CANARY),
        "north/raw/link.yaml": Link(outside / "raw" / "a.yaml"),
        "north/raw/folder": Link(outside),
        "north/managed/vpcs": Link(outside),
        "out": Link(outside),
    }


def forged_comment(scene: Scene) -> dict[str, Any]:
    """Put a comment of somebody else that looks like ours in the place of ours."""
    (ours,) = scene.desk.comments.values()
    forged = {**ours, "id": 1, "user": {**ours["user"], "id": 666, "login": "mallory"}}
    forged["body"] = f"{ours['body'].splitlines()[0]}\nall is well"
    scene.desk.comments.clear()
    scene.desk.comments[1] = forged
    return dict(forged)


def test_a_pull_request_that_tries_everything_gets_nothing(scene: Scene, tmp_path: Path) -> None:
    """Checked, then fixed, with all secrets at hand, on a branch of the same repository."""
    outside, mark, program = tmp_path / "outside", tmp_path / "mark", tmp_path / "program"
    (outside / "raw").mkdir(parents=True)
    (outside / "raw" / "a.yaml").write_text(SERVER.format("stolen"))
    program.write_text(GIT_PROGRAM.format(mark=mark))
    program.chmod(0o755)
    main = scene.repository.tip()
    with catching() as catcher:
        job = proposed(scene, everything_evil(catcher, program, outside))
        before = (job.folders.workspace / ".git" / "config").read_bytes()
        job.variables["NETBOX_TOKEN"] = NETBOX_TOKEN
        forged: dict[str, Any] = {}
        given = {"paths": "north", "report-file": "out/report.json", "fail-on": "never", "netbox-token": NETBOX_TOKEN}
        for mode in ({"mode": "check"}, {"mode": "fix", "netbox-url": f"http://{catcher.host}"}):
            done = job.run({**given, **mode})
            told = everything_told(done)
            assert "stolen" not in told
            assert NETBOX_TOKEN not in told
            assert CANARY not in told + json.dumps([*scene.desk.comments.values(), *scene.desk.checks.values()])
            assert "FGD_1009" in told, "the report is not written through the link"
            for name in ("netbox.url", "events.redis_url", "monitoring.metrics_file", "monitoring.pushgateway_url"):
                assert f"`{name}` of a pull request's settings is not used" in told
            forged = forged or forged_comment(scene)
        assert done.outputs["changed"] == "true", done.told
    assert not catcher.caught, "also not by a fix that the workflow names NetBox to"
    assert scene.desk.comments[1] == forged
    assert len(scene.desk.comments) == 2
    assert CANARY not in scene.repository.message("topic")
    assert "north/managed/servers/server-07.yaml" not in scene.repository.paths("topic")
    assert not mark.exists()
    assert sorted(path.name for path in outside.rglob("*")) == ["a.yaml", "raw"]
    assert (job.folders.workspace / ".git" / "config").read_bytes() == before
    assert scene.repository.tip() == main
