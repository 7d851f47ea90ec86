"""Directories of other tools are checked as they are: all rules, findings at the files, and no word on adoption."""

from dataclasses import replace

import pytest
from small_fabric import OPTIONS, TEXT, errors, rules_of

from fgd_sync.model import code
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.planning.in_place import check_in_place
from fgd_sync.planning.structure import is_foreign

BROKEN = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: far}
spec:
  ipv4Namespace: nowhere
  subnets: {default: {subnet: 10.0.99.0/24, vlan: 1099}}
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
KUSTOMIZATION = """apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base]
patches: [{path: vpc.yaml}]
"""
PATCH = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: vpc-1}\nspec: {mode: l3vni}\n"


def check(**files: str | bytes) -> Plan:
    named = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
    tree = Tree(named)
    assert is_foreign(tree)
    made = check_in_place(tree, OPTIONS)
    assert made.changes == ()
    for item in made.diagnostics:
        text = f"{item.message} {item.remedy}"
        assert not any(word in text for word in ("raw/", "managed/", "unmanaged/", "archive")), text
    return made


def warnings(made: Plan) -> list[str]:
    return [item.message for item in made.diagnostics if not item.rule.startswith("ADV") and not item.is_error]


def test_one_big_file() -> None:
    made = check(**{"wiring.yaml": TEXT})
    assert (errors(made), warnings(made)) == ([], [])
    assert {item.action for item in made.inventory} == {Action.KEEP}
    (found,) = errors(check(**{"wiring.yaml": TEXT + "---\n" + BROKEN}))
    assert (found.rule, found.location.path) == ("VPC-054", "wiring.yaml")
    assert found.location.excerpt == "  ipv4Namespace: nowhere"


def test_a_file_for_each_resource_in_any_folder() -> None:
    made = check(**{f"a/b{number}/{number}.yml": text for number, text in enumerate(TEXT.split("\n---\n"))})
    assert (errors(made), warnings(made)) == ([], [])


def test_a_directory_of_hhfab() -> None:
    fab = (
        "apiVersion: fabricator.githedgehog.com/v1beta1\nkind: Fabricator\nmetadata: {name: default, namespace: fab}\n"
    )
    made = check(**{"fab.yaml": fab, "include/wiring.yaml": TEXT, "include/vpc.yaml": BROKEN})
    assert [(item.rule, item.location.path) for item in errors(made)] == [("VPC-054", "include/vpc.yaml")]
    assert warnings(made) == []


def test_a_tree_for_kustomize() -> None:
    made = check(
        **{
            "base/kustomization.yaml": "resources: [fabric.yaml]\n",
            "base/fabric.yaml": TEXT,
            "overlays/lab/kustomization.yaml": KUSTOMIZATION,
            "overlays/lab/vpc.yaml": PATCH,
        }
    )
    assert (errors(made), warnings(made)) == ([], [])


@pytest.mark.parametrize("key", ["patches: [{path: ./vpc.yaml}]", "patchesStrategicMerge: [vpc.yaml]"])
def test_patches_beside_the_kustomization(key: str) -> None:
    made = check(**{"kustomization.yml": f"{key}\n", "all.yaml": TEXT, "vpc.yaml": PATCH})
    assert errors(made) == []
    assert errors(check(**{"kustomization.yml": "{}\n", "all.yaml": TEXT, "vpc.yaml": PATCH}))


def test_what_is_not_meant_for_the_fabric_is_passed_over() -> None:
    others: dict[str, str | bytes] = {
        "c.yaml": CONFIG_MAP,
        "values.yaml": "a: 1\n",
        "list.json": "[1, 2]",
        "chart/t.yaml": "x: {{ .Values.x }}\n",
        "bad.yaml": "a: [\n",
        "latin.yaml": b"a: \xff\n",
        "empty.yaml": "# nothing\n",
    }
    made = check(**{"fabric.yaml": TEXT, **others})
    assert (errors(made), warnings(made)) == ([], [])


def test_what_is_meant_for_the_fabric_and_cannot_be_read_is_reported() -> None:
    files: dict[str, str | bytes] = {
        "fabric.yaml": TEXT,
        "bad.yaml": BROKEN.replace("{name: far}", "{name: far"),
        "chart/t.yaml": BROKEN.replace("far", "{{ .Values.name }}"),
        "latin.yaml": BROKEN.encode() + b"# \xff\n",
    }
    made = check(**files)
    assert {item.location.path for item in errors(made)} == {"bad.yaml", "chart/t.yaml", "latin.yaml"}


def test_the_same_resource_in_two_files() -> None:
    made = check(**{"a.yaml": TEXT, "b.yaml": PATCH.replace("l3vni", "l3flat")})
    found = [item for item in errors(made) if item.rule == "META-008"]
    assert [item.location.path for item in found] == ["b.yaml"]
    assert found[0].related[0].location.path == "a.yaml"
    assert found[0].message == "VPC vpc-1 is described twice, with different content"


def test_a_directory_without_resources_says_so() -> None:
    assert warnings(check(**{"c.yaml": CONFIG_MAP})) == ["no resource of a fabric was found here"]
    assert warnings(check()) == ["no resource of a fabric was found here"]


def test_old_forms_are_named() -> None:
    made = check(**{"a.yaml": TEXT + "---\n" + BROKEN.replace("v1beta1", "v1alpha2").replace("nowhere", "default")})
    assert {item.code for item in made.diagnostics if not item.rule} == {code.RESOURCE_UPGRADED}
    assert errors(made) == []


def test_what_could_hide_resources_is_reported() -> None:
    obstacles = {
        "big.yaml": Obstacle.TOO_LARGE,
        "far.yaml": Obstacle.OUTWARD_LINK,
        "near.yaml": Obstacle.LINK,
        "pipe": Obstacle.SPECIAL,
        "closed": Obstacle.UNREADABLE,
    }
    made = check_in_place(Tree({"a.yaml": TEXT.encode()}, obstacles), OPTIONS)
    assert [item.location.path for item in errors(made)] == ["big.yaml", "closed", "far.yaml"]


@pytest.mark.parametrize("path", ["raw/a.yaml", "managed/vpcs/a.yaml", ".hnp/manifest.yaml", "unmanaged/x.txt"])
def test_a_part_of_a_fabric_directory_makes_it_one(path: str) -> None:
    assert not is_foreign(Tree({path: b"", "a.yaml": b""}))


def test_changes_and_deletions_count_here_too() -> None:
    peering = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {name: p}\nspec: {permit: [{vpc-1: {}, far: {}}]}\n"
    old = BROKEN.replace("nowhere", "default").encode()
    tree = Tree({"all.yaml": f"{TEXT}---\n{peering}".encode()})
    made = check_in_place(tree, replace(OPTIONS, base={"vpcs/far.yaml": old}))
    assert [(item.rule, item.location.path) for item in errors(made)] == [("VPC-062", "vpcs/far.yaml")]
    assert rules_of(errors(check_in_place(tree, OPTIONS))) == ["PEER-007"]
    assert made.count(Action.DELETE) == 1
