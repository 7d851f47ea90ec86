"""Cleaning and normal form over the manifests of public repositories that lie beside the project."""

from collections.abc import Iterator
from pathlib import Path

from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.parse import parse


def documents(shared: Path) -> Iterator[Document]:
    for path in sorted((shared / "corpus").rglob("*.yaml")):
        for document in parse(path.read_bytes()).documents:
            if document.problem is None and isinstance(document.value, dict):
                yield document


def normal_text(document: Document) -> str:
    cleaned = clean(document.value, document.comments)
    return emit(*canonical(cleaned.body, cleaned.comments))


def test_the_normal_text_of_every_manifest_is_its_own_normal_text(shared: Path) -> None:
    count = 0
    for document in documents(shared):
        text = normal_text(document)
        (again,) = parse(text.encode()).documents
        assert normal_text(again) == text
        count += 1
    assert count > 1000


def test_the_predecessors_bookkeeping_is_gone_and_its_old_labels_are_corrected(shared: Path) -> None:
    managed = shared / "corpus/afewell-hh+gitops-test-1/head-fab0aa68/gitops/hedgehog/fabric-1/managed"
    upgraded = 0
    for path in sorted(managed.rglob("*.yaml")):
        (document,) = parse(path.read_bytes()).documents
        cleaned = clean(document.value, document.comments)
        if (str(cleaned.body["apiVersion"]).partition("/")[0], cleaned.body["kind"]) not in KIND_BY_ID:
            continue
        upgraded += len(cleaned.notes)
        text = emit(*canonical(cleaned.body, cleaned.comments))
        assert cleaned.problems == ()
        assert "v1alpha2" not in text
        assert not [word for word in ("#", "last-synced", "ingested-at", "ingestion-version") if word in text]
        assert "hnp.githedgehog.com/managed-by" in text
    assert upgraded == 21
