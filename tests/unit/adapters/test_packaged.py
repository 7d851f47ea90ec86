import json

import pytest

from fgd_sync.adapters.packaged import load
from fgd_sync.model.kinds import KINDS
from fgd_sync.schema.catalogue import Catalogue


def test_loads_schemas_by_name() -> None:
    assert json.loads(load("config.schema.json"))["title"] == "fgd_config.yaml"


def test_every_kind_has_a_schema() -> None:
    catalogue = Catalogue(load)
    assert all(catalogue.schema(kind)["title"] for kind in KINDS)


def test_a_name_that_is_none() -> None:
    with pytest.raises(KeyError, match="no-such"):
        load("no-such.json")
