"""The records of the plugin that differ from the resources, and only those."""

from typing import Any

import pytest

from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.netbox_records import Records, Source, compare, why_not

FABRIC = 7
OURS = [{"id": 1, "name": "fgd-sync", "slug": "fgd-sync"}]


def record(name: str = "web", spec: JsonObject | None = None, kind: str = "VPC", **metadata: Any) -> Record:
    ref = Ref("vpc.githedgehog.com", kind, metadata.get("namespace", "default"), name)
    return Record(ref, {"metadata": {"name": name, **metadata}, "spec": {"a": 1} if spec is None else spec})


def row(number: int, name: str = "web", **changes: Any) -> JsonObject:
    base = {"id": number, "fabric": FABRIC, "name": name, "namespace": "default", "spec": {"a": 1}, "labels": {}}
    return {**base, "annotations": {}, "sync_error": "", "kubernetes_status": "unknown", "tags": OURS, **changes}


def test_what_is_right_is_left_alone() -> None:
    assert compare("VPC", [record()], [row(1)], FABRIC, tagged=True).is_empty


def test_only_the_fields_that_differ_are_sent() -> None:
    found = compare("VPC", [record(spec={"a": 2}, labels={"x": "y"})], [row(1)], FABRIC, tagged=True)
    assert found.update == ({"id": 1, "spec": {"a": 2}, "labels": {"x": "y"}},)


def test_records_of_other_fabrics_are_not_seen() -> None:
    found = compare("VPC", [record()], [row(1, fabric=8)], FABRIC, tagged=True)
    assert len(found.create) == 1
    assert not found.delete


def test_a_fabric_that_is_given_as_an_object_is_understood() -> None:
    assert compare("VPC", [record()], [row(1, fabric={"id": FABRIC})], FABRIC, tagged=True).is_empty


def test_namespaces_tell_records_apart() -> None:
    found = compare("VPC", [record(namespace="lab")], [row(1)], FABRIC, tagged=True)
    assert found.create[0]["namespace"] == "lab"
    assert found.delete == (1,)


def test_only_ours_are_deleted() -> None:
    theirs, annotated = (
        row(2, "b", tags=[]),
        row(3, "c", tags=[], annotations={"hnp.githedgehog.com/managed-by": "fgd-sync"}),
    )
    found = compare("VPC", [], [row(1, "a"), theirs, annotated], FABRIC, tagged=True)
    assert (found.delete, found.foreign, found.ours) == ((1, 3), ("VPC b",), 2)


def test_a_record_without_our_tag_gets_it_beside_its_own() -> None:
    mine = [{"id": 9, "name": "Mine", "slug": "mine"}]
    (change,) = compare("VPC", [record()], [row(1, tags=mine)], FABRIC, tagged=True).update
    assert [tag["slug"] for tag in change["tags"]] == ["mine", "fgd-sync"]
    assert compare("VPC", [record()], [row(1, tags=mine)], FABRIC, tagged=False).is_empty


def test_fields_that_this_plugin_does_not_have_are_not_sent() -> None:
    old = {key: value for key, value in row(1).items() if key not in ("sync_error", "annotations")}
    found = compare("VPC", [record(spec={"a": 2}), record("db")], [old], FABRIC, tagged=True)
    assert set(found.create[0]) == {"fabric", "name", "namespace", "spec", "labels", "tags"}
    assert set(found.update[0]) == {"id", "spec"}


def test_a_record_that_could_not_be_deleted_is_not_tried_again() -> None:
    marked = row(1, kubernetes_status="deleting", sync_error="deleted from git")
    assert compare("External", [], [marked], FABRIC, tagged=True).is_empty
    (change,) = compare("External", [record(kind="External")], [marked], FABRIC, tagged=True).update
    assert change == {"id": 1, "sync_error": "", "kubernetes_status": "unknown"}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (record("a.b"), "dot"),
        (record(spec={}), "empty spec"),
        (record("x" * 254), "253"),
        (record(kind="SwitchProfile"), "no records of this kind"),
        (record(), ""),
    ],
)
def test_what_the_plugin_cannot_hold_is_said_in_words(item: Record, words: str) -> None:
    assert words in why_not(item)
    assert bool(why_not(item)) == bool(words)


def records(**sources: Source) -> Records:
    return Records({Ref("g", "VPC", "default", name): source for name, source in sources.items()})


def test_a_digest_changes_with_bytes_errors_and_names_alone() -> None:
    first = records(web=Source(b"a: 1\n"), db=Source(b"a: 2\n"))
    assert first.digest(["VPC"]) == records(db=Source(b"a: 2\n"), web=Source(b"a: 1\n")).digest(["VPC"])
    others = (
        records(web=Source(b"a: 1\n", "wrong"), db=Source(b"a: 2\n")),
        records(web=Source(b"a: 2\n"), db=Source(b"a: 1\n")),
        records(web=Source(b"a: 1\n")),
    )
    assert first.digest(["VPC"]) not in {item.digest(["VPC"]) for item in others}
    assert first.digest(["Switch"]) == records().digest(["Switch"])
