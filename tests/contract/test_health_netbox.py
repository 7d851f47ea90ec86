"""`fgd health` against NetBox: the stand-in, with and without the plugin, with tokens that may do less, and away."""

from pathlib import Path
from typing import Any

import pytest
from netbox_server import TOKEN, Fake

from fgd_sync.cli.common import make_world
from fgd_sync.cli.neighbours import Examination, checks
from fgd_sync.cli.state import Place
from fgd_sync.flow.health import check_all
from fgd_sync.model.health import Finding, Status
from redis_server import free_port


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def look(url: str, token: str, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Finding:
    """What the check of NetBox finds."""
    monkeypatch.setenv("NETBOX_URL", url)
    monkeypatch.setenv("NETBOX_TOKEN", token)
    world = make_world(None, {f"netbox.{name}": value for name, value in settings.items()})
    wanted = [
        item for item in checks(Examination(world, Place(None, False, None), (), 5.0, False)) if item.name == "netbox"
    ]
    (found,) = check_all(wanted, 8.0, world.clock)
    assert not token or token not in f"{found.finding.detail}{found.finding.remedy}"
    return found.finding


@pytest.mark.usefixtures("folder")
def test_netbox_without_the_plugin(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(fake.url, TOKEN, monkeypatch) == Finding(Status.OK, "NetBox 4.6.8, no Hedgehog plugin")
    missing = look(fake.url, TOKEN, monkeypatch, target="plugin")
    assert (missing.status, missing.code and missing.code.name) == (Status.FAILED, "NETBOX_PLUGIN_MISSING")


@pytest.mark.usefixtures("folder")
def test_netbox_with_the_plugin(hedgehog: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(hedgehog.url, TOKEN, monkeypatch).detail == "NetBox 4.6.8, Hedgehog plugin 0.2.0"


@pytest.mark.usefixtures("folder")
def test_a_token_that_netbox_does_not_take(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = look(fake.url, "nbt_unknown0000.0123456789abcdef0123456789abcdef01234567", monkeypatch)
    assert (refused.status, refused.code and refused.code.id) == (Status.FAILED, "FGD_6002")


@pytest.mark.usefixtures("folder")
def test_no_token_and_no_netbox(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no NETBOX_TOKEN" in look(fake.url, "", monkeypatch).detail
    gone = look(f"http://127.0.0.1:{free_port()}", TOKEN, monkeypatch)
    assert (gone.status, gone.code and gone.code.id) == (Status.FAILED, "FGD_6001")
    assert look("", TOKEN, monkeypatch).status is Status.SKIPPED
    assert look(fake.url, TOKEN, monkeypatch, target="off") == Finding(Status.SKIPPED, "`netbox.target` is off")
