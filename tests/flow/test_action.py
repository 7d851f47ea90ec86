"""`fgd action` as a runner starts it: with an environment, giving a log, files and an exit status; without a server."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import server, tree_of

from fgd_sync.cli.main import main

Write = Callable[[str, str | bytes], Path]
WRONG = server("server-02").replace("description", "descriptoin")
ENTRY = re.compile(r"([\w-]+)<<(\S+)\n(.*?)\n\2\n", re.DOTALL)


@dataclass(frozen=True)
class Ended:
    status: int
    log: str
    outputs: Mapping[str, str]
    summary: str

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.log.splitlines() if line.startswith(("::error", "::warning", "::notice"))]


class Runner:
    """Starts the step in `workspace` with what a runner gives it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, streams: pytest.CaptureFixture[str]) -> None:
        self.folder, self.workspace = folder, folder / "workspace"
        self._patch, self._streams = patch, streams
        self.workspace.mkdir()

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
        command = ["git", *identity, *words]
        return subprocess.run(command, cwd=self.workspace, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        if not (self.workspace / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self.git("rev-parse", "HEAD")

    def write(self, name: str, text: str) -> None:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, event: str, payload: Any = None, *words: str, **given: str) -> Ended:
        """Inputs are given as `commit_mode="api"`, variables as `GITHUB_REF="…"`."""
        (self.folder / "event.json").write_text(json.dumps(payload or {}))
        for name in ("output", "state", "summary"):
            (self.folder / name).write_text("")
        with self._patch.context() as patch:
            patch.chdir("/")
            for name in [name for name in os.environ if name.startswith(("GITHUB_", "INPUT_"))]:
                patch.delenv(name)
            for name, value in self._environment(event, given).items():
                patch.setenv(name, value)
            status = main(["action", *words])
            assert not [name for name in os.environ if "TOKEN" in name]
        streams = self._streams.readouterr()
        assert "Traceback" not in streams.out + streams.err
        outputs = {found[1]: found[3] for found in ENTRY.finditer((self.folder / "output").read_text())}
        return Ended(status, streams.out + streams.err, outputs, (self.folder / "summary").read_text())

    def _environment(self, event: str, given: Mapping[str, str]) -> dict[str, str]:
        inputs = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in given.items() if name.islower()}
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "acme/fabrics",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STATE": str(self.folder / "state"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            **{name: value for name, value in given.items() if name.isupper()},
            **inputs,
        }


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def fabric(runner: Runner) -> Runner:
    """A workspace with a fabric that is in order but for a new file in raw/."""
    runner.write("north/.hnp/manifest.yaml", "fabric_name: north\n")
    runner.write("north/raw/a.yaml", server("server-01"))
    runner.commit()
    return runner


def pull_request(base: str, head: str = "acme/fabrics") -> dict[str, Any]:
    return {
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"ref": "add", "sha": "2" * 40, "repo": {"full_name": head}},
            "base": {"ref": "main", "sha": base, "repo": {"full_name": "acme/fabrics"}},
        },
    }


def test_a_check_of_what_is_right_says_what_would_change_and_writes_nothing(fabric: Runner) -> None:
    before = tree_of(fabric.workspace)
    done = fabric.run("push", mode="check")
    assert done.status == 0, done.log
    assert (done.outputs["changed"], done.outputs["errors"], done.outputs["state"]) == ("true", "0", "completed")
    assert (done.outputs["files-processed"], done.outputs["resources"]) == ("1", "1")
    assert "server-01" in done.summary
    assert tree_of(fabric.workspace) == before


def test_errors_fail_a_check_with_annotations_at_their_lines(fabric: Runner) -> None:
    fabric.write("north/raw/b.yaml", WRONG)
    done = fabric.run("push", mode="check")
    assert done.status == 1
    assert done.outputs["errors"] == "1"
    assert any("file=north/raw/b.yaml,line=6,col=3" in line for line in done.annotations)
    assert json.loads(done.outputs["report"])["findings"][0]["line"] == 6


def test_what_fails_the_step_is_up_to_the_user(fabric: Runner) -> None:
    assert fabric.run("push", mode="check", fail_on="change").status == 1
    fabric.write("north/raw/b.yaml", WRONG)
    assert fabric.run("push", mode="check", fail_on="never").status == 0


def test_a_check_of_a_pull_request_compares_with_its_base(fabric: Runner) -> None:
    fabric.write("north/managed/servers/server-09.yaml", server("server-09"))
    base = fabric.commit()
    (fabric.workspace / "north/managed/servers/server-09.yaml").unlink()
    fabric.commit()
    done = fabric.run("pull_request", pull_request(base))
    assert "1 to create, 1 to delete" in done.summary
    assert "to delete" not in fabric.run("push", mode="check").summary


def test_reports_are_written_where_the_user_wants_them(fabric: Runner) -> None:
    done = fabric.run(
        "push", mode="check", report_file="out/report.json", sarif_file="out/fgd.sarif", junit_file="junit.xml"
    )
    assert done.status == 0
    report = json.loads((fabric.workspace / "out/report.json").read_text())
    assert report["plan"]["summary"]["create"] == 1
    assert json.loads((fabric.workspace / "out/fgd.sarif").read_text())["version"] == "2.1.0"
    assert "<testsuites" in (fabric.workspace / "junit.xml").read_text()


def test_a_report_is_not_written_through_a_link(fabric: Runner, tmp_path: Path) -> None:
    (fabric.workspace / "out").symlink_to(tmp_path)
    (fabric.workspace / "report.json").symlink_to(tmp_path / "event.json")
    done = fabric.run("push", mode="check", report_file="out/report.json")
    assert "leads out of the workspace" in done.log
    assert (done.status, done.outputs["changed"]) == (1, "true"), "what else there is to tell is told"
    assert fabric.run("push", mode="check", report_file="report.json").status != 0
    assert not (tmp_path / "report.json").exists()
    assert (tmp_path / "event.json").read_text() == "{}"


def test_a_check_from_a_fork_says_what_is_left_out_and_still_fails_for_errors(fabric: Runner) -> None:
    base = fabric.commit()
    fabric.write("north/raw/b.yaml", WRONG)
    done = fabric.run("pull_request", pull_request(base, "mallory/fabrics"))
    assert done.status == 1
    assert any("::notice" in line and "from another repository" in line for line in done.annotations)
    assert "from another repository" in done.summary


def test_a_fix_from_a_fork_is_refused_where_it_is_needed(fabric: Runner) -> None:
    base = fabric.commit()
    before = tree_of(fabric.workspace)
    done = fabric.run("pull_request", pull_request(base, "mallory/fabrics"), mode="fix")
    assert done.status == 3
    assert "the managed files are not committed" in done.log
    assert tree_of(fabric.workspace) == before


def test_drift_is_reported_and_fails_on_request(fabric: Runner) -> None:
    done = fabric.run("schedule", {"schedule": "0 5 * * *"}, mode="drift")
    assert (done.status, done.outputs["changed"]) == (0, "true")
    assert fabric.run("schedule", mode="drift", fail_on="change").status == 1


def test_drift_from_the_cluster_is_a_table_and_warnings(fabric: Runner) -> None:
    fabric.write("north/managed/servers/server-01.yaml", server("server-01"))
    fabric.write("cluster.yaml", server("server-01", "rack 2"))
    before = tree_of(fabric.workspace)
    given = {"mode": "drift", "cluster_file": "cluster.yaml", "report_file": "report.json"}
    done = fabric.run("schedule", **given)
    assert (done.status, done.outputs["drift"]) == (0, "1")
    assert "| resource | git | cluster | what differs |" in done.summary
    assert "1 resource not the same in git and the cluster" in done.summary
    (line,) = (line for line in done.log.splitlines() if line.startswith("::warning file=") and "title=drift" in line)
    assert line.startswith("::warning file=north/managed/servers/server-01.yaml,")
    assert line.endswith("different in the cluster%0Adescription: git rack 1, cluster rack 2")
    after = tree_of(fabric.workspace)
    table = json.loads(after.pop("report.json"))["drift"]
    assert [item["status"] for item in table["resources"]] == ["different"]
    assert after == before
    assert fabric.run("schedule", **given, fail_on="change").status == 1


def test_a_cluster_that_cannot_be_read_is_no_drift_and_always_fails(fabric: Runner) -> None:
    fabric.write("cluster.yaml", "")
    done = fabric.run("schedule", mode="drift", cluster_file="cluster.yaml", fail_on="never")
    assert done.status == 4
    assert "there is nothing in it" in done.log


def test_a_dispatch_names_its_fabric(fabric: Runner) -> None:
    fabric.write("south/.hnp/manifest.yaml", "fabric_name: south\n")
    done = fabric.run("repository_dispatch", {"client_payload": {"fabric": "south", "mode": "check"}})
    assert [item["fabric"] for item in json.loads(done.outputs["report"])["fabrics"]] == ["south"]
    unknown = fabric.run("repository_dispatch", {"client_payload": {"fabric": "nort", "mode": "check"}})
    assert unknown.status == 4
    assert 'Did you mean "north"?' in unknown.log


def test_the_matrix_is_an_output(fabric: Runner) -> None:
    done = fabric.run("push", mode="matrix")
    assert done.status == 0
    assert json.loads(done.outputs["matrix"]) == {"include": [{"fabric": "north", "path": "north"}]}


def test_wrong_inputs_are_told_all_at_once_in_log_annotation_and_summary(fabric: Runner) -> None:
    done = fabric.run("push", mode="chekc", dry_run="maybe")
    assert done.status == 2
    (annotation,) = done.annotations
    for text in (annotation, done.summary):
        assert "check" in text
        assert "neither true nor false" in text
    assert done.outputs["state"] == "failed"


def test_an_event_that_the_mode_does_not_fit_is_refused_with_what_to_do(fabric: Runner) -> None:
    done = fabric.run("push", mode="fix")
    assert done.status == 3
    assert "FGD_3011" in done.log
    assert "mode fix is for pull requests" in done.summary


def test_an_event_that_is_not_known_does_nothing_and_says_so(fabric: Runner) -> None:
    done = fabric.run("issue_comment")
    assert done.status == 0
    assert "the event issue_comment is not known" in done.log
    assert (done.outputs["changed"], done.outputs["state"]) == ("false", "completed")


def test_a_stranger_does_not_meet_the_secrets_of_pull_request_target(fabric: Runner) -> None:
    head = fabric.commit()
    wrong = fabric.run("pull_request_target", pull_request(head), GITHUB_SHA="3" * 40)
    assert wrong.status == 3
    assert "something else was checked out" in wrong.log
    assert fabric.run("pull_request_target", pull_request(head), GITHUB_SHA=head).status == 0


def test_settings_may_switch_it_off(fabric: Runner) -> None:
    done = fabric.run("push", mode="check", settings="enabled: false")
    assert (done.status, done.outputs["changed"]) == (0, "false")
    assert "nothing is done" in done.log


def test_tokens_are_shown_to_nobody_but_the_runner(fabric: Runner) -> None:
    fabric.write("north/raw/b.yaml", WRONG)
    done = fabric.run("push", mode="check", token="ghs_canary", netbox_token="nbt_canary", report_file="r.json")
    masked = [line for line in done.log.splitlines() if line.startswith("::add-mask::")]
    assert masked == ["::add-mask::ghs_canary", "::add-mask::nbt_canary"]
    rest = done.log.replace("\n".join(masked), "")
    assert "canary" not in rest + done.summary + str(done.outputs) + (fabric.workspace / "r.json").read_text()


def test_where_nobody_reads_commands_no_secret_is_printed(fabric: Runner) -> None:
    assert "canary" not in fabric.run("push", mode="check", token="ghs_canary", GITHUB_ACTIONS="").log


def test_what_a_manifest_says_is_never_a_command(fabric: Runner) -> None:
    hostile = "x\\n::error::forged\\r##[error]forged\\n::set-output name=changed::forged"
    fabric.write("north/raw/b.yaml", server("server-02").replace("rack 1", f'"{hostile}"') + "  wrong: 1\n")
    fabric.write("north/raw/::error file=x::forged.yaml", WRONG)
    done = fabric.run("push", mode="check", commit_message="a\n::error::forged")
    lines = [line.strip() for line in re.split(r"[\r\n]", done.log)]
    assert not [line for line in lines if line.startswith(("::error::forged", "::set-output"))]
    assert "##[error]" not in done.log
    assert done.outputs["changed"] == "true"
