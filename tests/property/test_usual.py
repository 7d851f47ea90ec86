"""A document that is judged at a glance gets the candidate that it gets when all of it is looked at."""

from dataclasses import replace
from pathlib import Path

import pytest
from fabrics import files
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.adapters.packaged import load
from fgd_sync.model.config import FabricSettings, IngestionSettings, ValidationRules
from fgd_sync.planning.judge import judge
from fgd_sync.planning.options import Options
from fgd_sync.planning.secrecy import seen_secrets
from fgd_sync.planning.usual import usual
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.parse import parse

PATHS = ["raw/a.yaml", "raw/50 %/a: b.yaml", "raw/two\nlines.yaml", "managed/vpcs/web.yaml"]
OPTIONS = Options("north 1%: #", Catalogue(load), Context())
LABELLED = IngestionSettings(validation_rules=ValidationRules(require_labels=True))
EVERY = [
    OPTIONS,
    replace(OPTIONS, schemas_only=True),
    replace(OPTIONS, ingestion=LABELLED),
    replace(OPTIONS, context=Context(settings=FabricSettings(reserved_subnets=("10.0.0.0/16",)))),
]

VPC = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: web
  namespace: default
  labels:
    team: blue
  annotations:
    note: here
spec:
  mode: l3vni
  subnets:
    front:
      subnet: 10.0.1.0/24
      vlan: 1001
      dhcp:
        enable: true
        range:
          start: 10.0.1.10
          end: 10.0.1.99
"""

EDITS = [
    ("name: web", "name: Web"),
    ("name: web", "name: web..1"),
    ("name: web", "name: 1"),
    ("name: web", "name: {}"),
    ("name: web", "label: web"),
    ("namespace: default", "namespace: other"),
    ("namespace: default", "namespace: Other"),
    ("namespace: default", "namespace: 7"),
    ("namespace: default", "namespace: ''"),
    ("  namespace: default\n", ""),
    ("  labels:\n    team: blue\n", ""),
    ("team: blue", "team: not a label"),
    ("team: blue", "team: 'a\\b'"),
    ("note: here", "fgd.githedgehog.com/ignore: VPC-012"),
    ("note: here", "fgd.githedgehog.com/ignore-reason: why"),
    ("note: here", "hnp.githedgehog.com/managed-by: hedgehog-netbox-plugin"),
    ("note: here", "kubectl.kubernetes.io/last-applied-configuration: x"),
    ("note: here", "password: hunter2-is-no-password"),
    ("enable: true", "enable: false"),
    ("vlan: 1001", "vlan: 1001  # of the front"),
    ("vlan: 1001", "vlan: 5000"),
    ("vlan: 1001", "vlan: '1001'"),
    ("vlan: 1001", "vlan: null"),
    ("vlan: 1001", "vlan: {}"),
    ("vlan: 1001", "vlam: 1001"),
    ("subnet: 10.0.1.0/24", "subnet: 10.0.1.0/33"),
    ("kind: VPC", "kind: Vpc"),
    ("kind: VPC", "kind: VPCList"),
    ("kind: VPC", "kind: 1"),
    ("vpc.githedgehog.com/v1beta1", "vpc.githedgehog.com/v1alpha2"),
    ("vpc.githedgehog.com/v1beta1", "apps/v1"),
    ("apiVersion: vpc.githedgehog.com/v1beta1\n", ""),
    ("kind: VPC", "kind: DHCPSubnet"),
    ("apiVersion", "# Normalized by Hedgehog NetBox Plugin\napiVersion"),
]


def same(path: str, data: bytes, options: Options = OPTIONS) -> int:
    """Compare all documents of a file that a glance is for; how many of them it tells."""
    told = 0
    documents = parse(data, options.reading_limits).documents
    for document in documents if not seen_secrets(data, documents) else ():
        if document.problem:
            continue
        for write in (True, False):
            (found,) = usual([(path, document)], options, write=write)
            if found:
                told += 1
                assert [found.candidate(path, options)] == list(judge(document, path, options, write=write))
    return told


def met(data: bytes, times: int = 25) -> None:
    """Let documents like these be known, or usual ones."""
    for _ in range(times):
        parse(data)


@given(files(), st.sampled_from(PATHS), st.sampled_from(EVERY))
def test_generated_files(data: bytes, path: str, options: Options) -> None:
    parse(data)
    parse(data)
    same(path, data, options)


@pytest.mark.parametrize(("old", "new"), EDITS, ids=[new.strip() for _, new in EDITS])
def test_a_resource_with_something_unusual(old: str, new: str) -> None:
    data = VPC.replace(old, new, 1).encode()
    assert data != VPC.encode()
    met(data)
    for options in EVERY:
        for path in PATHS:
            same(path, data, options)


def test_a_usual_resource_is_told_at_a_glance() -> None:
    met(VPC.encode())
    assert [same("raw/a.yaml", VPC.encode(), options) for options in EVERY] == [2, 2, 2, 0]


def resource(kind: str, spec: str, more: str = "") -> bytes:
    group = "vpc" if "VPC" in kind or "External" in kind else "wiring"
    head = f"apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: a-1\n  namespace: default\n"
    return f"{head}{more}spec:{spec}\n".encode()


VPC_WITH = "\n  subnets:\n    a:\n      subnet: 10.9.0.0/24\n      vlan: 1009\n      dhcp: "
STATIC = "\n  external: a\n  connection: b\n  static:\n    ip: 10.1.0.1/24\n  switch: {}\n  neighbor: {}"


@pytest.mark.parametrize(
    ("data", "is_told"),
    [
        (resource("Server", " {}"), True),
        (resource("SwitchGroup", " {}"), True),
        (resource("Server", " {}", "  labels: {}\n"), False),
        (resource("Server", " {}", "  annotations: {}\n"), False),
        (resource("Server", ""), False),
        (resource("VPC", VPC_WITH + "{}"), False),
        (resource("VPC", VPC_WITH + "null"), False),
        (resource("VPC", VPC_WITH + "\n        enable: false"), True),
        (
            resource("Connection", "\n  unbundled:\n    link:\n      server: {}\n      switch:\n        port: a/E1/1"),
            False,
        ),
        (resource("Switch", "\n  role: spine\n  boot: {}"), False),
        (resource("Switch", "\n  role: spine\n  portLocators: {}"), False),
        (resource("ExternalAttachment", STATIC), False),
    ],
)
def test_what_is_empty_is_told_where_it_stays(data: bytes, is_told: bool) -> None:
    met(data)
    told, _ = [same("raw/a.yaml", data, options) for options in EVERY[:2]]
    assert told == (2 if is_told else 0)


@pytest.mark.parametrize("spec", [" {}", "\n  description: a", "  # as ordered\n  # of the rack\n  description: a"])
@pytest.mark.parametrize("more", ["", "  labels:\n    a: b\n", "  # of whom\n  annotations:  # x\n    a: b # c\n"])
def test_a_namespace_that_is_filled_in_is_told(spec: str, more: str) -> None:
    data = resource("Server", spec, more).replace(b"  namespace: default\n", b"")
    met(data)
    assert [same(path, data, options) for path in PATHS for options in EVERY[:2]] == [2] * 8


def test_manifests_as_people_write_them(shared: Path) -> None:
    told = {True: 0, False: 0}
    for path in shared.glob("corpus/**/*"):
        if path.suffix in (".yaml", ".yml"):
            data = path.read_bytes()
            met(data, times=2)
            for options in EVERY[:2]:
                told[options.schemas_only] += same("raw/a.yaml", data, options)
    assert min(told.values()) > 200
