"""What kubectl prints of a cluster is read for what it tells, and never for more."""

import json
from typing import Any

import pytest
import yaml

from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS, find_kind
from fgd_sync.model.resource import Ref
from fgd_sync.planning.cluster import Export, read_export

KIND = {kind.name: kind for kind in KINDS}


def item(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    version = KIND[kind].api_version if kind in KIND else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def listed(*items: Any, kind: str = "List", version: str = "v1", **metadata: str) -> dict[str, Any]:
    return {"apiVersion": version, "items": list(items), "kind": kind, "metadata": {"resourceVersion": "", **metadata}}


def read(*bodies: Any) -> Export:
    return read_export([("-", yaml.safe_dump_all(bodies).encode())])


def ref(kind: str, name: str) -> Ref:
    return Ref(KIND[kind].group, kind, "default", name)


def test_a_list_has_all_objects_of_the_kinds_in_it() -> None:
    found = read(listed(item("VPC", "web"), item("Connection", "c")))
    assert set(found.resources) == {ref("VPC", "web"), ref("Connection", "c")}
    assert found.tells(ref("VPC", "gone"))
    assert not found.tells(ref("Server", "s"))


def test_a_single_object_says_nothing_of_others() -> None:
    found = read(item("VPC", "web"), item("Server", "s"))
    assert found.tells(ref("VPC", "web"))
    assert not found.tells(ref("VPC", "gone"))


def test_an_empty_list_does_not_say_of_what_unless_it_is_of_one_kind() -> None:
    assert read(listed()) == Export(empty=1)
    found = read(listed(kind="VPCList", version="vpc.githedgehog.com/v1beta1"))
    assert (set(found.whole), found.empty) == ({KIND["VPC"]}, 0)


def test_kinds_can_be_named() -> None:
    kind = find_kind("vpc")
    assert kind
    found = read_export([("-", json.dumps(listed()).encode())], [kind])
    assert found.tells(ref("VPC", "gone"))


def test_items_of_a_list_of_one_kind_need_not_repeat_it() -> None:
    bare = {key: value for key, value in item("VPC", "web").items() if key not in ("apiVersion", "kind")}
    assert set(read(listed(bare, kind="VPCList", version="vpc.githedgehog.com/v1beta1")).resources) == {
        ref("VPC", "web")
    }


def test_other_objects_are_counted() -> None:
    dhcp = {**item("Secret", "d"), "apiVersion": "dhcp.githedgehog.com/v1beta1", "kind": "DHCPSubnet"}
    profile, given = item("SwitchProfile", "dell-s5232f-on"), item("GatewayGroup", "default")
    found = read(listed(item("Secret", "a"), item("Secret", "b"), dhcp, profile, given), item("SwitchProfile", "own"))
    assert set(found.resources) == {ref("SwitchProfile", "own")}
    assert found.ignored == {
        "Secret": 2,
        "DHCPSubnet": 1,
        "SwitchProfile that the fabric brings along": 1,
        "GatewayGroup that the fabric brings along": 1,
    }


def test_files_make_up_one_cluster() -> None:
    files = [
        ("a.json", json.dumps(item("VPC", "web")).encode()),
        ("b.yaml", yaml.safe_dump(item("VPC", "db")).encode()),
    ]
    assert set(read_export(files).resources) == {ref("VPC", "web"), ref("VPC", "db")}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in it"),
        (b"# only a comment\n", "nothing in it"),
        (b"NAME   MODE   AGE\nweb   l3   1d\n", "something else"),
        (b"apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\n", "cut off"),
        (b"a: [", "line 1"),
        (b'{"apiVersion": "v1", "items": [{"kind"', "line 1"),
        (yaml.safe_dump(listed(**{"continue": "abc"})).encode(), "only a part"),
        (yaml.safe_dump(listed(1)).encode(), "something else"),
        (yaml.safe_dump({**item("VPC", "x"), "metadata": {}}).encode(), "no name"),
    ],
)
def test_what_kubectl_did_not_print_whole_fails(data: bytes, words: str) -> None:
    with pytest.raises(FgdError, match=r"^export\.yaml: ") as caught:
        read_export([("export.yaml", data)])
    assert words in caught.value.message
