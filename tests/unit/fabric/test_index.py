"""The index finds resources by what a reference says, in the namespace of the referrer."""

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Origin, Ref, Resource

ORIGIN = Origin("raw/x.yaml", 0)
GROUP = "vpc.githedgehog.com"


def vpc(name: str, namespace: str = "default", **spec: object) -> Resource:
    return Resource(Ref(GROUP, "VPC", namespace, name), {"metadata": {"name": name}, "spec": dict(spec)}, ORIGIN)


def test_a_name_is_looked_up_in_the_namespace_of_the_referrer() -> None:
    index = Index([vpc("a"), vpc("a", "lab"), vpc("b", "lab")])
    near = Ref(GROUP, "VPCPeering", "lab", "p")
    found = index.find("VPC", "a", near)
    assert found
    assert found.ref.namespace == "lab"
    assert index.names("VPC", near) == ["a", "b"]
    assert index.find("VPC", "b", Ref(GROUP, "VPCPeering", "default", "p")) is None


def test_bodies_have_defaults_and_the_written_ones_have_not() -> None:
    index = Index([vpc("a")])
    ref = Ref(GROUP, "VPC", "default", "a")
    assert index.body(ref)["spec"]["ipv4Namespace"] == "default"
    assert index.written[ref].body["spec"] == {}
    assert index.spec("VPC", "a", ref) == {"ipv4Namespace": "default", "vlanNamespace": "default"}
    assert index.spec("VPC", "b", ref) is None


def test_resources_come_in_the_order_of_their_names_whatever_the_order_of_the_input() -> None:
    names = [resource.ref.name for resource in Index([vpc("b"), vpc("c"), vpc("a")]).of("VPC")]
    assert names == ["a", "b", "c"]


def test_a_table_is_built_once() -> None:
    index, built = Index([vpc("a")]), []

    def build(whole: Index) -> int:
        built.append(whole)
        return 7

    assert (index.once(build), index.once(build)) == (7, 7)
    assert built == [index]
