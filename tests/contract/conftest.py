"""A NetBox for tests: the stand-in, or the real one that FGD_TEST_NETBOX_URL and FGD_TEST_NETBOX_TOKEN name."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from netbox_contract import FILES, Contract
from netbox_server import TOKEN, Fake, serving
from netbox_site import Site

from fgd_sync.model.config import NetBoxSettings

URL, SECRET = "FGD_TEST_NETBOX_URL", "FGD_TEST_NETBOX_TOKEN"


@pytest.fixture(scope="session")
def contract() -> Contract | None:
    """NetBox's description of its API; None where the reference data is not there."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "netbox"
    return Contract(folder) if all((folder / name).is_file() for name in FILES) else None


def watched(fake: Fake, contract: Contract | None) -> Fake:
    if contract:
        fake.check, fake.check_request = contract.check, contract.check_request
    return fake


@pytest.fixture(params=["core", "plugin"])
def site(request: pytest.FixtureRequest, contract: Contract | None) -> Iterator[Site]:
    """A NetBox, once without the Hedgehog plugin and once with it."""
    plugin = request.param == "plugin"
    if os.environ.get(URL):
        yield real(plugin)
        return
    with serving(plugin=plugin) as fake:
        yield Site(fake.url, TOKEN, plugin, NetBoxSettings(), watched(fake, contract))
    assert not fake.problems, "answers or requests that NetBox does not know"


def real(plugin: bool) -> Site:
    url, token = os.environ[URL], os.environ[SECRET]
    there = Site(url, token, plugin, NetBoxSettings()).has_plugin()
    if plugin and not there:
        pytest.skip("this NetBox has no Hedgehog plugin")
    return Site(url, token, plugin, NetBoxSettings(target="core" if there and not plugin else "auto"))


@pytest.fixture
def fake(contract: Contract | None) -> Iterator[Fake]:
    """The stand-in without the plugin."""
    with serving() as made:
        yield watched(made, contract)
    assert not made.problems, "answers or requests that NetBox does not know"


@pytest.fixture
def hedgehog(contract: Contract | None) -> Iterator[Fake]:
    """The stand-in with the plugin."""
    with serving(plugin=True) as made:
        yield watched(made, contract)
    assert not made.problems, "answers or requests that NetBox does not know"
