"""What is written from the outline of a document is what is written of its canonical form."""

from pathlib import Path

import pytest
from fabrics import files
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.adapters.packaged import load
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import read
from fgd_sync.planning.written import written_alone
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.parse import parse

OPTIONS = Options("north 1%: #", Catalogue(load), Context())
PATHS = ["raw/a.yaml", "raw/50 %/a: b.yaml", "raw/two\nlines.yaml", "managed/servers/a-0.yaml"]


def assert_same(path: str, data: bytes) -> int:
    """Compare all documents of a file; how many of them are made of an outline."""
    for _ in range(2):
        read(path, data, OPTIONS)
    for item in read(path, data, OPTIONS, write=True).candidates:
        if item.written:
            assert item.written == written_alone(item.canonical, item.origin, OPTIONS.fabric)
    return sum(document.filled is not None for document in parse(data, OPTIONS.reading_limits).documents)


@given(files(), st.sampled_from(PATHS))
def test_generated_files(data: bytes, path: str) -> None:
    assert_same(path, data)


@pytest.mark.parametrize("path", PATHS)
def test_a_document_that_needs_no_more_than_order(path: str) -> None:
    text = """kind: VPC
apiVersion: vpc.githedgehog.com/v1beta1
metadata: {annotations}
  name: vpc-1
spec:
  subnets:
    b10: {{}}
    b2:
      vlan: 0x3E8
      subnet: "10.0.0.0/24"
"""
    for annotations in ("", "\n  annotations:\n    cell-1: 50 %\n    hnp.githedgehog.com/managed-by: me"):
        assert assert_same(path, text.format(annotations=annotations).encode()) == 1


def test_manifests_as_people_write_them(shared: Path) -> None:
    paths = [path for path in shared.glob("corpus/**/*") if path.suffix in (".yaml", ".yml")]
    assert sum(assert_same("raw/a.yaml", path.read_bytes()) for path in paths) > 300
