"""`fgd netbox` as its users run it, against the stand-in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from netbox_server import TOKEN, Fake, serving

from fgd_sync.cli.main import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fabric"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A checkout with the example fabric, and a NetBox."""

    def __init__(self, fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
        self.fake, self.capsys = fake, capsys
        self.settings: dict[str, Any] = {}

    def fgd(self, *words: str) -> Done:
        Path("fgd_config.yaml").write_text(json.dumps({"fgd": {"netbox": self.settings}}))
        status = main(words)
        streams = self.capsys.readouterr()
        assert "Traceback" not in streams.out + streams.err
        return Done(status, streams.out, streams.err)

    def json(self, *words: str) -> Any:
        return json.loads(self.fgd(*words, "--format", "json").stdout)


@pytest.fixture(params=[False, True], ids=["core", "plugin"])
def desk(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_EVENT_NAME", "GITHUB_TOKEN", "HEDGEHOG_FGD_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    with serving(plugin=request.param) as fake:
        monkeypatch.setenv("NETBOX_URL", fake.url)
        monkeypatch.setenv("NETBOX_TOKEN", TOKEN)
        desk = Desk(fake, capsys)
        (tmp_path / "north").mkdir()
        (tmp_path / "north" / "wiring.yaml").write_text((EXAMPLE / "raw" / "wiring.yaml").read_text())
        assert desk.fgd("init", "north").returncode == 0
        yield desk


def test_diff_shows_what_report_then_does(desk: Desk) -> None:
    before = desk.json("netbox", "diff", "north")
    assert before[0]["steps"]
    assert not before[0]["errors"]
    asked = [method for method, _ in desk.fake.asked]
    assert set(asked) == {"GET"}, "it writes nothing"
    done = desk.fgd("netbox", "report", "north")
    assert (done.returncode, done.stderr) == (0, "")
    assert "north" in done.stdout
    after = desk.fgd("netbox", "diff", "north")
    assert (after.returncode, after.stdout.splitlines()[0].rpartition(": ")[2]) == (0, "nothing to do")


def test_report_mends_what_somebody_changed_by_hand(desk: Desk) -> None:
    if not desk.fake.store.plugin:
        desk.settings = {"inventory": True}
    assert desk.fgd("netbox", "report", "north").returncode == 0
    path = "plugins/hedgehog/switches" if desk.fake.store.plugin else "dcim/devices"
    field, wrong = ("spec", {"role": "wrong"}) if desk.fake.store.plugin else ("description", "wrong")
    (row, *_) = desk.fake.rows(path)
    desk.fake.store.change(path, row["id"], {field: wrong})
    shown = desk.fgd("netbox", "diff", "north")
    assert shown.returncode == 1
    assert "~ " in shown.stdout
    assert field in shown.stdout
    assert desk.fgd("netbox", "report", "north").returncode == 0
    assert (
        desk.fake.store.show(desk.fake.store.models[path], desk.fake.store.rows[path][row["id"]])[field] == row[field]
    )


def test_the_inventory_is_shown_before_it_is_made(desk: Desk) -> None:
    desk.settings = {"inventory": True}
    steps = {step["object"] for step in desk.json("netbox", "diff", "north")[0]["steps"]}
    assert {"device leaf-01", "site north", "VLAN group default"} <= steps
    assert desk.fgd("netbox", "report", "north").returncode == 0
    assert desk.fgd("netbox", "diff", "north").returncode == 0


def test_check_says_what_is_there_and_what_would_be_made(desk: Desk) -> None:
    found = desk.json("netbox", "check")
    assert found["ready"]
    assert found["target"] == ("plugin" if desk.fake.store.plugin else "core")
    assert "tag fgd-sync" in found["missing"]
    assert not [item for item in found["permissions"] if item["lacking"]]
    assert {method for method, _ in desk.fake.asked} == {"GET", "OPTIONS"}
    assert "ready" in desk.fgd("netbox", "check").stdout


def test_check_names_the_permissions_that_are_missing(desk: Desk) -> None:
    denied = "plugins/hedgehog/vpcs" if desk.fake.store.plugin else "extras/journal-entries"
    desk.fake.tokens = {TOKEN: lambda action, path, _: (action, path) != ("add", denied)}
    done = desk.fgd("netbox", "check")
    assert done.returncode == 6
    (line,) = [line for line in done.stdout.splitlines() if denied in line]
    assert "may not add" in line


def test_conflicts_are_listed(desk: Desk) -> None:
    desk.settings = {"inventory": True}
    desk.fake.put("ipam/prefixes", {"prefix": "10.20.0.0/16"})
    shown = desk.fgd("netbox", "diff", "north")
    assert "not ours: prefix 10.20.0.0/16" in shown.stdout


@pytest.mark.parametrize("missing", ["NETBOX_URL", "NETBOX_TOKEN"])
def test_without_address_or_token_the_commands_say_what_to_set(
    desk: Desk, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(missing, "")
    done = desk.fgd("netbox", "check")
    assert done.returncode in (2, 6)
    assert missing in done.stderr


def test_a_netbox_that_is_down_ends_with_the_status_of_a_remote(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETBOX_URL", "http://127.0.0.1:9")
    for command in ("check", "diff", "report"):
        done = desk.fgd("netbox", command)
        assert done.returncode == 6, command
        assert "FGD_6001" in done.stdout + done.stderr
        assert TOKEN not in done.stdout + done.stderr
