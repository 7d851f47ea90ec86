"""What Kubernetes takes and refuses as labels and annotations; the cases are those of its own validation."""

import pytest

from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.rules.label_syntax import MOST_ANNOTATIONS, are_well_formed, wrong_annotation_key, wrong_key, wrong_value
from fgd_sync.rules.plain import form_of
from fgd_sync.rules.registry import Context
from local_rules import run_alone

LONG = "a" * 63
PREFIX = ".".join(["b" * 62] * 4)

KEYS = (
    "simple", "now-with-dashes", "1-starts-with-num", "1234", "simple/simple", "now-with-dashes/simple",
    "1.2.3.4/5678", "Uppercase_Is_OK_123", "example.com/Uppercase_Is_OK_123", "requests.storage-foo", LONG,
    f"{PREFIX}/{LONG}",
)  # fmt: skip
BAD_KEYS = {
    "": "is empty",
    "/": "nothing before",
    "x/": "nothing behind",
    "/x": "nothing before",
    "a/b/c": "more than one",
    "nospecialchars%^=@": "other characters",
    "cantendwithadash-": "other characters",
    "-cantstartwithadash": "other characters",
    "only/one/slash": "more than one",
    "Example.com/abc": "lower-case DNS name",
    "example_com/abc": "lower-case DNS name",
    "example.com/$": "other characters",
    f"{LONG}a": "64 characters",
    f"{PREFIX}.cc/a": "254 characters",
    f"{PREFIX}.c/{LONG}a": "318 characters",
    "ümlaut": "other characters",
    "line\n": "other characters",
}


@pytest.mark.parametrize("key", KEYS)
def test_keys_that_are_taken(key: str) -> None:
    assert not wrong_key(key)
    assert not wrong_annotation_key(key)


@pytest.mark.parametrize(("key", "reason"), BAD_KEYS.items(), ids=lambda text: text[:20])
def test_keys_that_are_refused(key: str, reason: str) -> None:
    assert reason in wrong_key(key)


def test_upper_case_before_the_slash_does_not_matter_in_annotations() -> None:
    assert not wrong_annotation_key("Example.com/abc")


@pytest.mark.parametrize("value", ["", "a", "e2e.test", "e2e_test-1", "1", LONG])
def test_values_that_are_taken(value: str) -> None:
    assert not wrong_value(value)


@pytest.mark.parametrize("value", ["a b", "-a", "a.", f"{LONG}a", "a/b", "é", " "])
def test_values_that_are_refused(value: str) -> None:
    assert wrong_value(value)


def server(metadata: JsonObject) -> Resource:
    ref = Ref(next(group for group, kind in KIND_BY_ID if kind == "Server"), "Server", "default", "s")
    return Resource(ref, {"metadata": {"name": "s", **metadata}, "spec": {}}, Origin("raw/s.yaml", 0))


def places(metadata: JsonObject) -> list[tuple[str, tuple[str | int, ...], bool]]:
    return [(item.rule, item.route[1:], item.at_key) for item in run_alone(server(metadata), Context())]


def test_each_label_is_reported_where_it_is_wrong() -> None:
    found = places({"labels": {"a b": "x", "c": "d e", "fine": "", "none": None}})
    assert found == [("META-011", ("labels", "a b"), True), ("META-011", ("labels", "c"), False)]


def test_annotations_may_say_anything_up_to_a_size() -> None:
    key = "note"
    fits = {key: "ä" * ((MOST_ANNOTATIONS - len(key)) // 2)}
    assert not places({"annotations": fits})
    assert places({"annotations": {**fits, "b": ""}}) == [("META-012", ("annotations",), True)]
    assert places({"annotations": {"/": "x"}}) == [("META-012", ("annotations", "/"), True)]


@pytest.mark.parametrize("labels", [None, {}, {"a": "b"}, {"a": "b c"}, {"a": 1}, {"a": None}, [], "x"])
def test_a_glance_takes_nothing_that_the_rules_refuse(labels: object) -> None:
    given = server({"labels": labels})
    assert are_well_formed(given.body["metadata"]) == (form_of(given.ref.kind, given.body) is not None)
    assert form_of(given.ref.kind, given.body) is None or not run_alone(given, Context())
