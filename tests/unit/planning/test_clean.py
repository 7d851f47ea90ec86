"""What cleaning takes out of a document, what it keeps, and what it says."""

from typing import Any

import pytest

from fgd_sync.model.code import RESOURCE_UPGRADED, VALIDATION_FAILED, Severity
from fgd_sync.planning.clean import clean
from fgd_sync.yamldoc.comments import Comments


def resource(kind: str, spec: Any, group: str = "wiring", **metadata: Any) -> dict[str, Any]:
    version = "v1alpha1" if group == "gateway" else "v1beta1"
    return {
        "apiVersion": f"{group}.githedgehog.com/{version}",
        "kind": kind,
        "metadata": {"name": "one", "namespace": "default", **metadata},
        "spec": spec,
    }


def test_a_clean_document_is_given_back_as_it_is() -> None:
    body = resource("Server", {"description": "first rack"}, labels={"team": "storage"})
    comments = Comments(above=("# mine",))
    cleaned = clean(body, comments)
    assert cleaned.body is body
    assert cleaned.comments is comments
    assert cleaned.notes == cleaned.problems == ()


def test_what_the_server_populates_is_removed() -> None:
    body = resource(
        "Server",
        {},
        uid="u",
        resourceVersion="5",
        generation=2,
        creationTimestamp=None,
        selfLink="/x",
        managedFields=[{"manager": "kubectl"}],
        finalizers=["f"],
        ownerReferences=[{"uid": "x"}],
    )
    body["status"] = {"applied": {"gen": 3}}
    cleaned = clean(body, None)
    assert cleaned.body == resource("Server", {})
    assert cleaned.notes == cleaned.problems == ()
    assert "status" in body, "the input stays"
    assert body["metadata"]["uid"] == "u"


@pytest.mark.parametrize(
    "key",
    [
        "fabric.githedgehog.com/vpc",
        "switch.fabric.githedgehog.com/leaf-1",
        "rack.connection.fabric.githedgehog.com/r1",
        "vpc.gateway.githedgehog.com/vpc-1",
        "gateway.githedgehog.com/x",
    ],
)
def test_labels_of_the_controllers_are_removed(key: str) -> None:
    cleaned = clean(resource("Server", {}, labels={key: "true", "team": "a"}), None)
    assert cleaned.body["metadata"]["labels"] == {"team": "a"}


@pytest.mark.parametrize("key", ["team", "hhfab.githedgehog.com/x", "githedgehog.com/x", "mygateway.githedgehog.com/x"])
def test_labels_of_the_user_stay(key: str) -> None:
    body = resource("Server", {}, labels={key: "x"})
    assert clean(body, None).body is body


def test_maps_that_become_empty_are_removed() -> None:
    body = resource("Server", {}, labels={"fabric.githedgehog.com/rack": "r"}, annotations={})
    assert clean(body, None).body == resource("Server", {})


@pytest.mark.parametrize(
    "key",
    [
        "fabric.githedgehog.com/p2p-link",
        "fabric.githedgehog.com/route-summ",
        "role.hhfab.githedgehog.com/x",
        "argocd.argoproj.io/sync-wave",
        "argocd.argoproj.io/sync-options",
        "hnp.githedgehog.com/managed-by",
        "hnp.githedgehog.com/fabric",
        "hnp.githedgehog.com/original-file",
        "hnp.githedgehog.com/original-document-index",
        "fabric.githedgehog.com/ports",
    ],
)
def test_annotations_that_users_write_stay(key: str) -> None:
    body = resource("Switch", {"role": "spine"}, annotations={key: "x"})
    assert clean(body, None).body is body


@pytest.mark.parametrize(
    "key",
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        "argocd.argoproj.io/tracking-id",
        "hnp.githedgehog.com/ingested-at",
        "hnp.githedgehog.com/ingestion-version",
        "hnp.githedgehog.com/last-synced",
    ],
)
def test_annotations_that_tools_write_for_themselves_are_removed(key: str) -> None:
    assert clean(resource("Server", {}, annotations={key: "x"}), None).body == resource("Server", {})


def test_the_port_summary_of_a_switch_profile_is_removed() -> None:
    cleaned = clean(resource("SwitchProfile", {}, annotations={"fabric.githedgehog.com/ports": "x"}), None)
    assert "annotations" not in cleaned.body["metadata"]


INSTANCE = "app.kubernetes.io/instance"


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {INSTANCE: "app"}, "annotations": {"argocd.argoproj.io/tracking-id": "x"}},
        {"labels": {INSTANCE: "app"}, "managedFields": [{"manager": "argocd-controller"}]},
        {"labels": {INSTANCE: "app"}, "resourceVersion": "1"},
    ],
)
def test_the_instance_label_is_removed_where_argo_cd_set_it(metadata: dict[str, Any]) -> None:
    assert clean(resource("Server", {}, **metadata), None).body == resource("Server", {})


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {INSTANCE: "app"}},
        {"labels": {INSTANCE: "app", "app.kubernetes.io/name": "x"}, "resourceVersion": "1"},
    ],
)
def test_the_instance_label_stays_where_a_person_or_chart_wrote_it(metadata: dict[str, Any]) -> None:
    assert clean(resource("Server", {}, **metadata), None).body["metadata"]["labels"][INSTANCE] == "app"


def test_an_object_that_was_being_deleted_is_pointed_out() -> None:
    cleaned = clean(resource("Server", {}, deletionTimestamp="2026-01-01T00:00:00Z"), None)
    assert cleaned.body == resource("Server", {})
    (note,) = cleaned.notes
    assert note.severity is Severity.WARNING
    assert note.route == ("metadata", "deletionTimestamp")
    assert "2026-01-01" in note.message


def test_generate_name_is_removed_only_beside_a_name() -> None:
    assert clean(resource("Server", {}, generateName="srv-"), None).body == resource("Server", {})
    nameless = resource("Server", {}, generateName="srv-")
    del nameless["metadata"]["name"]
    assert clean(nameless, None).body is nameless


@pytest.mark.parametrize("namespace", ["", None])
def test_an_absent_namespace_is_written_as_default(namespace: str | None) -> None:
    assert clean(resource("Server", {}, namespace=namespace), None).body == resource("Server", {})


def test_another_namespace_stays() -> None:
    body = resource("Server", {}, namespace="lab")
    assert clean(body, None).body is body


def test_nulls_are_removed_from_mappings_and_stay_in_lists() -> None:
    body = resource(
        "VPC",
        {"mode": None, "permit": [None, [None]], "subnets": {"a": {"dhcp": {"relay": None, "enable": True}}}},
        "vpc",
    )
    cleaned = clean(body, None)
    assert cleaned.body["spec"] == {"permit": [None, [None]], "subnets": {"a": {"dhcp": {"enable": True}}}}
    assert cleaned.problems == ()


@pytest.mark.parametrize(
    ("kind", "group", "spec", "route"),
    [
        ("VPC", "vpc", {"subnets": {"a": None}}, ("spec", "subnets", "a")),
        ("VPCPeering", "vpc", {"permit": [{"vpc-1": {}, "vpc-2": None}]}, ("spec", "permit", 0, "vpc-2")),
        ("GatewayPeering", "gateway", {"peering": {"vpc-1": None}}, ("spec", "peering", "vpc-1")),
        ("Gateway", "gateway", {"interfaces": {"enp2s1": None}}, ("spec", "interfaces", "enp2s1")),
    ],
)
def test_a_null_where_an_empty_object_was_meant_is_an_error(
    kind: str,
    group: str,
    spec: Any,
    route: tuple[str | int, ...],
) -> None:
    cleaned = clean(resource(kind, spec, group), None)
    (problem,) = cleaned.problems
    assert (problem.code, problem.rule, problem.route) == (VALIDATION_FAILED, "META-010", route)
    assert f"{route[-1]}: {{}}" in problem.remedy


@pytest.mark.parametrize(
    ("kind", "group", "spec", "expected"),
    [
        ("VPC", "vpc", {"subnets": {"a": {"dhcp": {}}}}, {"subnets": {"a": {}}}),
        ("Switch", "wiring", {"boot": {}, "redundancy": {}, "ecmp": {}, "role": "spine"}, {"role": "spine"}),
        ("ExternalAttachment", "vpc", {"static": {"vlan": 5}, "switch": {}, "neighbor": {}}, {"static": {"vlan": 5}}),
        (
            "Connection",
            "wiring",
            {"external": {"link": {"switch": {"port": "a/E1/1"}, "server": {}}}},
            {"external": {"link": {"switch": {"port": "a/E1/1"}}}},
        ),
        (
            "ExternalPeering",
            "vpc",
            {"permit": {"vpc": {}, "external": {"name": "e"}}},
            {"permit": {"external": {"name": "e"}}},
        ),
        ("Gateway", "gateway", {"logs": {}, "profiling": {}}, {}),
        (
            "GatewayPeering",
            "gateway",
            {"acl": {"rules": [{"match": {}, "action": "deny"}]}},
            {"acl": {"rules": [{"action": "deny"}]}},
        ),
    ],
)
def test_empty_objects_of_exports_are_removed(kind: str, group: str, spec: Any, expected: Any) -> None:
    assert clean(resource(kind, spec, group), None).body["spec"] == expected


@pytest.mark.parametrize(
    ("kind", "group", "spec"),
    [
        ("VPCPeering", "vpc", {"permit": [{"vpc-1": {}, "vpc-2": {}}]}),
        (
            "GatewayPeering",
            "gateway",
            {"peering": {"a": {"expose": [{"nat": {"static": {}}}, {"nat": {"masquerade": {}}}]}, "b": {}}},
        ),
        ("Gateway", "gateway", {"interfaces": {"enp2s1": {}}}),
        ("SwitchGroup", "wiring", {}),
        ("GatewayGroup", "gateway", {}),
        ("ExternalAttachment", "vpc", {"switch": {}, "neighbor": {"asn": 1}}),
    ],
)
def test_empty_objects_that_declare_something_stay(kind: str, group: str, spec: Any) -> None:
    body = resource(kind, spec, group)
    assert clean(body, None).body is body


def test_a_value_null_that_empties_an_export_object_takes_the_object_along() -> None:
    cleaned = clean(resource("Switch", {"boot": {"mac": None}, "role": "spine"}), None)
    assert cleaned.body["spec"] == {"role": "spine"}


def test_a_document_that_is_no_resource_is_left_alone() -> None:
    for body in (
        {},
        {"kind": 5, "metadata": []},
        {"apiVersion": None, "metadata": {"labels": [], "annotations": "x"}},
    ):
        clean(body, None)


def comments_tree(**children: Comments) -> Comments:
    return Comments(children={key: child for key, child in children.items()})  # noqa: C416


def test_comments_of_removed_keys_are_kept_at_the_enclosing_key() -> None:
    body = resource("Server", {}, uid="u", labels={"fabric.githedgehog.com/x": "y"})
    body["status"] = {}
    comments = comments_tree(
        status=Comments(above=("# on status",)),
        metadata=comments_tree(
            uid=Comments(after="# on uid"),
            labels=Comments(above=("# on labels",), children={"fabric.githedgehog.com/x": Comments(after="# on x")}),
        ),
    )
    before = comments.copy()
    cleaned = clean(body, comments).comments
    assert cleaned is not None
    assert cleaned.below == ("# on status",)
    assert sorted(cleaned.children["metadata"].above) == ["# on labels", "# on uid", "# on x"]
    assert comments == before


@pytest.mark.parametrize(
    "header",
    [
        ("# VPC: vpc-1", "# Normalized by Hedgehog NetBox Plugin", "# Generated: 2025-08-06 10:42:27 UTC"),
        ("# Connection: server-1--unbundled--leaf-1", "# Generated by HNP at 2025-08-06 17:18:36 UTC"),
    ],
)
def test_the_headers_of_the_predecessor_are_removed(header: tuple[str, ...]) -> None:
    body = resource("Server", {})
    on_document = Comments(above=("# mine", "", *header))
    on_key = comments_tree(apiVersion=Comments(above=(*header, "", "# mine")))
    for comments in (on_document, on_key):
        cleaned = clean(body, comments)
        assert cleaned.comments is not None
        assert list(cleaned.comments.texts()) == ["# mine"]
        assert "" not in cleaned.comments.above
        assert list(comments.texts()) != ["# mine"]


@pytest.mark.parametrize(
    "lines",
    [
        ("# VPC: vpc-1",),
        ("# VPC: vpc-1", "# for the storage team"),
        ("# Generated by wiring.py",),
        ("# Generated: by hand",),
        ("# Server: s-1", "", "# Normalized names"),
        ("# HNP stands beside the door",),
    ],
)
def test_comments_that_only_resemble_the_header_stay(lines: tuple[str, ...]) -> None:
    comments = Comments(above=lines)
    assert clean(resource("Server", {}), comments).comments is comments


def test_a_title_line_away_from_the_header_stays() -> None:
    comments = Comments(above=("# VPC: first", "# rack 3", "# Generated by HNP at 2025-08-06 17:18:36 UTC"))
    cleaned = clean(resource("Server", {}), comments).comments
    assert cleaned is not None
    assert cleaned.above == ("# VPC: first", "# rack 3")


def test_notes_of_an_upgrade_are_not_repeated_by_a_second_cleaning() -> None:
    body = {**resource("Server", {}), "apiVersion": "wiring.githedgehog.com/v1alpha2"}
    first = clean(body, None)
    assert [item.code for item in first.notes] == [RESOURCE_UPGRADED]
    second = clean(first.body, first.comments)
    assert second.notes == ()
    assert second.body is first.body


def test_port_locators_are_left_out_and_said_so() -> None:
    body = {
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "Switch",
        "metadata": {"name": "leaf-01", "namespace": "default"},
        "spec": {"role": "server-leaf", "portLocators": {"E1/1": "2026-01-02T03:04:05Z"}},
    }
    cleaned = clean(body, None)
    assert cleaned.body["spec"] == {"role": "server-leaf"}
    assert [note.route for note in cleaned.notes] == [("spec", "portLocators")]
