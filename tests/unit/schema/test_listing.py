"""Rows for `fgd schemas list` and `fgd schemas show`."""

from pathlib import Path

from fgd_sync.model.kinds import KINDS, find_kind
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.listing import FieldRow, SchemaRow, outline, schema_rows

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
CATALOGUE = Catalogue(lambda name: (SCHEMAS / name).read_bytes())


def test_there_is_a_row_for_each_kind() -> None:
    rows = schema_rows(CATALOGUE)
    assert [row.kind for row in rows] == [kind.name for kind in KINDS]
    assert rows[1] == SchemaRow(
        "VPCAttachment",
        "vpc.githedgehog.com/v1beta1",
        "vpcattachments",
        "VPC subnet on a server connection",
        8,
        imported=False,
    )


def test_an_imported_kind_says_so() -> None:
    catalogue = Catalogue(
        lambda name: (SCHEMAS / name).read_bytes(),
        {("vpc.githedgehog.com", "v1beta1", "VPC"): {"properties": {"spec": {}}}},
    )
    assert next((row.fields, row.imported) for row in schema_rows(catalogue)) == (1, True)


def test_an_outline_names_every_field_with_its_type() -> None:
    switch = find_kind("switch")
    assert switch
    rows = outline(CATALOGUE.schema(switch))
    assert [row.path for row in rows][:4] == ["apiVersion", "kind", "metadata", "spec"]
    assert FieldRow("spec.role", "string", required=True, title="Role") in rows
    assert FieldRow("spec.groups", "list of string", required=False, title="Groups") in rows
    assert FieldRow("spec.portAutoNegs", "map of boolean", required=False, title="Auto-negotiation") in rows
    assert rows[-1].path == "status"
    assert not any(row.path.startswith("metadata.") for row in rows)


def test_an_outline_goes_into_maps_lists_and_shared_parts() -> None:
    connection, vpc = find_kind("connection"), find_kind("vpc")
    assert connection
    assert vpc
    assert "spec.fabric.links[].spine.ip" in [row.path for row in outline(CATALOGUE.schema(connection))]
    rows = outline(CATALOGUE.schema(vpc))
    assert FieldRow("spec.subnets.<name>.vlan", "integer", required=False, title="VLAN ID") in rows
    assert FieldRow("spec.permit", "list of list of string", required=False, title="Permitted groups") in rows
    assert FieldRow("kind", "string", required=True, title="Kind") in rows
