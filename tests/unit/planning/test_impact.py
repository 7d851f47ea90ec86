"""The impact of changes of small fabrics, in the sentences that people read."""

import time
from itertools import pairwise

import pytest
from impact_worlds import (
    attachment,
    change,
    eslag,
    external,
    external_peering,
    gained,
    gateway_peering,
    lost,
    peering,
    resource,
    server,
    switch,
    vpc,
)

from fgd_sync.fabric.index import Index
from fgd_sync.model.impact import How, Impact, Node, Touched
from fgd_sync.model.resource import Resource
from fgd_sync.planning.impact import MOST, impact

WIRING = [
    switch("leaf-01"),
    switch("leaf-02"),
    server("server-01"),
    server("server-02"),
    eslag("server-01", "leaf-01/E1/1", "leaf-02/E1/1"),
    eslag("server-02", "leaf-01/E1/2", "leaf-02/E1/2"),
]
WEB, DB = vpc("web", "a", "b", "c"), vpc("db", "main", "spare")
PAIR = [WEB, DB]

ISP = external()
ISP_PEERING = external_peering("web", ["a", "b"], "isp", "10.9.0.0/16", "0.0.0.0/0")
STATIC = resource(
    "Connection",
    "lab",
    {"staticExternal": {"withinVPC": "db", "link": {"switch": {"port": "l/E1/1", "subnets": ["172.20.0.0/16"]}}}},
)
GATEWAY = gateway_peering("g", {"web": [{"ips": [{"vpcSubnet": "a"}]}], "db": [{"ips": [{"cidr": "10.2.0.0/16"}]}]})


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        pytest.param([], [WEB], ["all 3 subnets of web can now reach one another (within the VPC)"], id="new VPC"),
        pytest.param([], [vpc("web", "a")], [], id="new VPC of one subnet"),
        pytest.param([], [vpc("web", "a", "b", defaultIsolated=True)], [], id="new VPC of isolated subnets"),
        pytest.param(
            [vpc("web", "a", "b")],
            [WEB],
            ["web/c and each of (web/a, web/b) can now reach one another (within the VPC)"],
            id="one more subnet",
        ),
        pytest.param(
            [vpc("web", "a", "b", "c", defaultIsolated=True)],
            [vpc("web", "a", "b", "c", defaultIsolated=True, permit=[["a", "c"]])],
            ["web/a and web/c can now reach one another (within the VPC)"],
            id="permit list over isolation",
        ),
        pytest.param(
            [vpc("web", "a", "b", defaultIsolated=True)],
            [vpc("web", "a", "b", defaultIsolated=True, flags={"a": {"isolated": False}})],
            [],
            id="isolation of one of the two is enough",
        ),
        pytest.param(
            [vpc("web", "a", "b", defaultRestricted=True)],
            [vpc("web", "a", "b", defaultRestricted=True, flags={"a": {"restricted": False}})],
            ["the hosts of web/a can now reach one another (`restricted` of the subnet)"],
            id="restriction lifted",
        ),
        pytest.param(
            PAIR,
            [*PAIR, peering("p", {"web": [], "db": ["main"]})],
            ["db/main and web (all 3 subnets) can now reach one another (VPCPeering p)"],
            id="peering of all subnets with one",
        ),
        pytest.param(
            PAIR,
            [*PAIR, peering("p", {"web": ["a"], "db": ["main"]}, {"web": ["b"], "db": ["spare"]})],
            [
                "db/main and web/a can now reach one another (VPCPeering p)",
                "db/spare and web/b can now reach one another (VPCPeering p)",
            ],
            id="peering with two entries",
        ),
        pytest.param(
            [*PAIR, peering("p", {"web": ["a"], "db": []})],
            [*PAIR, peering("p", {"web": ["a", "b"], "db": []})],
            ["web/b and db (all 2 subnets) can now reach one another (VPCPeering p)"],
            id="peering gets a subnet",
        ),
        pytest.param(
            [*PAIR, peering("p", {"web": ["a"], "db": []})],
            [*PAIR, peering("p", {"web": ["a"], "db": []}), peering("q", {"web": ["a"], "db": ["main"]})],
            [],
            id="allowed twice",
        ),
        pytest.param([WEB], [WEB, peering("p", {"web": [], "nowhere": []})], [], id="peering with no VPC"),
        pytest.param(
            PAIR,
            [*PAIR, resource("VPCPeering", "p", {"permit": [{"web": {"subnets": []}, "db": {"subnets": ["main"]}}]})],
            ["db/main and web (all 3 subnets) can now reach one another (VPCPeering p)"],
            id="an empty list of subnets is no list",
        ),
        pytest.param(
            [*PAIR, vpc("x", defaultIsolated=True)],
            [*PAIR, peering("p", {"web": ["a", "gone"], "db": ["gone"]})],
            [],
            id="peering of no subnets",
        ),
        pytest.param(
            [WEB],
            [WEB, *ISP, ISP_PEERING],
            [
                "each of (web/a, web/b) and each of (0.0.0.0/0 of External isp, 10.9.0.0/16 of External isp) "
                "can now reach one another (ExternalPeering web--isp)"
            ],
            id="external peering",
        ),
        pytest.param([WEB], [WEB, ISP[0], ISP_PEERING], [], id="external that is attached nowhere"),
        pytest.param(
            [WEB], [WEB, *ISP, external_peering("web", [], "isp", "0.0.0.0/0")], [], id="no list is no subnet"
        ),
        pytest.param(
            [DB],
            [DB, STATIC],
            [
                "db (all 2 subnets) and 172.20.0.0/16 of Connection lab can now reach one another (Connection lab)",
            ],
            id="static external",
        ),
        pytest.param(
            PAIR,
            [*PAIR, GATEWAY],
            [
                "web/a and db (all 2 subnets) can now reach one another "
                "(GatewayPeering g, through a gateway, subject to its NAT and ACL)"
            ],
            id="gateway peering: subnet by name, subnets within a prefix",
        ),
        pytest.param(
            [WEB, *ISP],
            [
                WEB,
                *ISP,
                gateway_peering(
                    "g",
                    {
                        "web": [{"ips": [{"cidr": "10.3.1.0/28"}, {"not": "10.3.1.1/32"}]}],
                        "ext.isp": [{"default": True}],
                    },
                ),
            ],
            [
                "10.3.1.0/28 of web except 10.3.1.1/32 and every other address behind External isp can now reach "
                "one another (GatewayPeering g, through a gateway, subject to its NAT and ACL)"
            ],
            id="gateway peering: part of a subnet, default",
        ),
        pytest.param(
            [*PAIR, GATEWAY],
            [*PAIR, peering("p", {"web": ["a"], "db": ["main"]})],
            ["db/main and web/a can now reach one another directly (VPCPeering p)"],
            id="switches in place of the gateway",
        ),
    ],
)
def test_traffic_that_a_change_allows_is_what_its_reverse_stops(
    before: list[Resource], after: list[Resource], sentences: list[str]
) -> None:
    there, back = change(before, after), change(after, before)
    assert gained(there) == sentences
    assert lost(back) == [
        sentence.replace("can now", "can no longer")
        .replace(" another (", " another (so far: ")
        .replace(" directly (", " directly (so far: ")
        for sentence in sentences
    ]


ATTACHED = [*WIRING, WEB, attachment("server-01", "web/a")]
ON_BOTH = "leaf-01/E1/1, leaf-02/E1/1"


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        pytest.param(
            [*WIRING, WEB], ATTACHED, [f"server-01 gets VLAN 1001 of web/a (tagged) on {ON_BOTH}"], id="attached"
        ),
        pytest.param(
            ATTACHED, [*WIRING, WEB], [f"server-01 loses VLAN 1001 of web/a (tagged) on {ON_BOTH}"], id="detached"
        ),
        pytest.param(
            ATTACHED,
            [*ATTACHED[:-1], attachment("server-01", "web/a", nativeVLAN=True)],
            [
                "server-01 gets VLAN 1001 of web/a (native, untagged) instead of VLAN 1001 of web/a (tagged) "
                f"on {ON_BOTH}"
            ],
            id="native",
        ),
        pytest.param(
            ATTACHED,
            [*WIRING, vpc("web", "a", flags={"a": {"vlan": 1077}}), ATTACHED[-1]],
            [f"server-01 gets VLAN 1077 of web/a (tagged) instead of VLAN 1001 of web/a (tagged) on {ON_BOTH}"],
            id="VLAN of the subnet",
        ),
        pytest.param(
            ATTACHED,
            [eslag("server-01", "leaf-01/E1/9", "leaf-02/E1/1"), *(item for item in ATTACHED if item is not WIRING[4])],
            [f"server-01 gets VLAN 1001 of web/a (tagged) on leaf-01/E1/9, leaf-02/E1/1 instead of {ON_BOTH}"],
            id="moved to another port",
        ),
        pytest.param(
            [],
            [attachment("server-01", "web/a")],
            [
                "Connection server-01--eslag gets web/a, which has no VLAN, on ports that are unknown: "
                "there is no Connection server-01--eslag"
            ],
            id="nothing is there",
        ),
        pytest.param([], ISP, ["External isp gets VLAN 100 on leaf-01/E1/48"], id="external"),
    ],
)
def test_attachments_are_told_by_server_vlan_and_port(
    before: list[Resource], after: list[Resource], sentences: list[str]
) -> None:
    assert list(change(before, after).attachments) == sentences


def with_dhcp(**dhcp: object) -> Resource:
    return vpc("web", "a", flags={"a": {"dhcp": dhcp}})


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        pytest.param(
            ATTACHED,
            [*WIRING, vpc("web", "a", flags={"a": {"subnet": "10.99.0.0/24"}}), ATTACHED[-1]],
            [
                "web/a moves from 10.3.1.0/24 to 10.99.0.0/24, on 1 attachment",
                "The gateway address of web/a changes from 10.3.1.1 to 10.99.0.1",
            ],
            id="prefix",
        ),
        pytest.param(
            [vpc("web", "a")],
            [vpc("web", "a", flags={"a": {"vlan": 1077}})],
            ["web/a changes from VLAN 1001 to VLAN 1077, on 0 attachments"],
            id="VLAN",
        ),
        pytest.param([with_dhcp()], [with_dhcp(enable=True)], ["DHCP of web/a is turned on"], id="DHCP on"),
        pytest.param([with_dhcp(enable=True)], [with_dhcp()], ["DHCP of web/a is turned off"], id="DHCP off"),
        pytest.param(
            [with_dhcp(enable=True)],
            [with_dhcp(enable=True, range={"start": "10.3.1.9"})],
            ["The DHCP range of web/a changes: it was 10.3.1.2 to 10.3.1.255 and becomes 10.3.1.9 to 10.3.1.255"],
            id="DHCP range",
        ),
        pytest.param(
            [with_dhcp()],
            [with_dhcp(relay="10.2.2.2/32", relayVPC="db")],
            ["The DHCP relay of web/a changes from none to 10.2.2.2/32 in db"],
            id="DHCP relay",
        ),
        pytest.param(
            [vpc("web", "a")], [vpc("web", "a", mode="l3vni")], ["web changes its mode from l2vni to l3vni"], id="mode"
        ),
        pytest.param(
            ATTACHED,
            [switch("leaf-01", role="border-leaf", portBreakouts={"E1/1": "4x25G"}), *ATTACHED[1:]],
            [
                "leaf-01 changes its role from server-leaf to border-leaf (2 connections, 1 attachment)",
                "leaf-01/E1/1 changes its breakout from the default to 4x25G",
            ],
            id="switch",
        ),
        pytest.param(
            [*PAIR, GATEWAY],
            [
                *PAIR,
                Resource(GATEWAY.ref, {"spec": {**GATEWAY.body["spec"], "acl": {"default": "deny"}}}, GATEWAY.origin),
            ],
            ["The ACL of GatewayPeering g changes"],
            id="ACL",
        ),
        pytest.param(
            [WEB],
            [WEB, peering("p", {"web": [], "nowhere": []})],
            [
                "VPCPeering p names a VPC or External that is not in this fabric: what traffic it permits is not told",
            ],
            id="peering with a VPC that is elsewhere",
        ),
        pytest.param(
            [WEB],
            [WEB, ISP[0], ISP_PEERING],
            ["ExternalPeering web--isp permits no traffic while External isp is attached to no switch"],
            id="External without attachment",
        ),
    ],
)
def test_other_changes_are_noted(before: list[Resource], after: list[Resource], sentences: list[str]) -> None:
    assert list(change(before, after).notes) == sentences


def test_a_subnet_touches_its_attachments_connections_ports_and_devices() -> None:
    after = [*WIRING, vpc("web", "a", "b", "c", flags={"a": {"vlan": 1077}}), ATTACHED[-1]]
    why = "subnet web/a changes"
    assert change(ATTACHED, after).touched == (
        Touched("VPC", "web", How.CHANGED),
        Touched("subnet", "web/a", How.CHANGED),
        Touched("VPCAttachment", "server-01--web--a", How.AFFECTED, why),
        Touched("Connection", "server-01--eslag", How.AFFECTED, why),
        Touched("Server", "server-01", How.AFFECTED, why),
        Touched("Switch", "leaf-01", How.AFFECTED, why),
        Touched("Switch", "leaf-02", How.AFFECTED, why),
        Touched("port", "leaf-01/E1/1", How.AFFECTED, why),
        Touched("port", "leaf-02/E1/1", How.AFFECTED, why),
    )


def test_a_port_of_a_switch_touches_only_what_is_plugged_in_there() -> None:
    after = [switch("leaf-01", portSpeeds={"E1/1": "10G"}), *ATTACHED[1:]]
    why = "Switch leaf-01 changes"
    assert change(ATTACHED, after).touched == (
        Touched("VPCAttachment", "server-01--web--a", How.AFFECTED, why),
        Touched("Connection", "server-01--eslag", How.AFFECTED, why),
        Touched("Switch", "leaf-01", How.CHANGED),
        Touched("port", "leaf-01/E1/1", How.CHANGED),
    )


def test_a_switch_as_a_whole_touches_all_its_connections() -> None:
    found = change(ATTACHED, [switch("leaf-01", role="border-leaf"), *ATTACHED[1:]]).touched
    assert [item.name for item in found if item.sort == "Connection"] == ["server-01--eslag", "server-02--eslag"]


def test_several_reasons_are_counted() -> None:
    after = [*WIRING, *PAIR, attachment("server-01", "web/a"), attachment("server-01", "web/b")]
    found = {(item.sort, item.name): item.why for item in change([*WIRING, *PAIR], after).touched}
    assert found["Switch", "leaf-01"] == "VPCAttachment server-01--web--a is created (and 1 more)"


def test_a_peering_touches_its_parties() -> None:
    found = change(PAIR, [*PAIR, peering("p", {"web": [], "db": []})]).touched
    assert [(item.name, item.why) for item in found if item.sort == "VPC"] == [
        ("db", "VPCPeering p is created"),
        ("web", "VPCPeering p is created"),
    ]


def test_what_the_fabric_does_not_act_on_has_no_impact() -> None:
    noted = resource(
        "VPC", "web", WEB.body["spec"], annotations={"hnp.githedgehog.com/fabric": "north"}, labels={"a": "b"}
    )
    assert change([WEB], [noted]) == Impact()
    spelled_out = vpc("web", "a", "b", "c", flags={"a": {"gateway": "10.3.1.1"}}, ipv4Namespace="default")
    assert change([WEB], [spelled_out]) == Impact()


def test_a_point_to_point_link_of_an_attachment_has_an_impact() -> None:
    linked = resource(
        "VPCAttachment",
        ATTACHED[-1].ref.name,
        ATTACHED[-1].body["spec"],
        annotations={"fabric.githedgehog.com/p2p-link": "10.9.0.0/31"},
    )
    assert not change(ATTACHED, [*ATTACHED[:-1], linked]).is_empty


def test_names_mean_resources_of_their_own_namespace() -> None:
    elsewhere = resource("VPC", "web", WEB.body["spec"], namespace="lab")
    found = change([WEB], [WEB, elsewhere, peering("p", {"web": [], "db": []})])
    assert gained(found) == ["all 3 subnets of lab/web can now reach one another (within the VPC)"]


def test_the_diagram_has_what_is_joined() -> None:
    found = change([*WIRING, WEB], [*ATTACHED, DB, peering("p", {"web": [], "db": []})])
    web, db = Node("VPC", "web"), Node("VPC", "db")
    box, first, second = Node("Server", "server-01"), Node("Switch", "leaf-01"), Node("Switch", "leaf-02")
    assert [(edge.left, edge.right, edge.label, edge.how) for edge in found.edges] == [
        (db, web, "peering", How.CREATED),
        (web, box, "a, VLAN 1001", How.CREATED),
        (box, first, "eslag", How.AFFECTED),
        (box, second, "eslag", How.AFFECTED),
    ]
    assert dict(found.nodes)[db] is How.CREATED
    assert dict(found.nodes)[web] is How.AFFECTED


def test_lists_are_bounded_and_what_is_missing_is_counted() -> None:
    count = MOST + 7
    found = change([], [vpc(f"v{number:04}", "a", "b") for number in range(count)])
    assert len(found.gained) == MOST
    assert dict(found.left_out) == {"allowed-traffic sentence": 7, "diagram node": 7}
    assert [(item.sort, item.how, item.number) for item in found.counts] == [
        ("VPC", How.CREATED, count),
        ("subnet", How.CREATED, 2 * count),
    ]
    assert len(found.touched) == 2 * MOST


def test_what_is_too_much_to_compare_is_said() -> None:
    many = [f"s{number}" for number in range(4000)]
    chain = [list(pair) for pair in pairwise(many)]
    found = change([vpc("web", *many)], [vpc("web", *many, permit=chain, defaultIsolated=True)])
    assert found.notes[0] == "What web permits was too much to compare: look at it yourself"


def test_ten_thousand_resources_take_less_than_three_seconds() -> None:
    def fabric(*subnets: str) -> Index:
        found = [switch(f"leaf-{number:03}") for number in range(200)]
        for number in range(2000):
            name, ports = f"s{number}", (f"leaf-{(number + side) % 200:03}/E1/{number // 200}" for side in range(2))
            found += [server(name), eslag(name, *ports), attachment(name, f"v{number}/a"), vpc(f"v{number}", *subnets)]
            found.append(peering(f"p{number}", {f"v{number}": [], f"v{(number + 1) % 2000}": []}))
        return Index(found)

    before, after = fabric("a", "b", "c"), fabric("a", "b", "d")
    begun = time.process_time()
    found = impact(before, after)
    assert time.process_time() - begun < 3
    assert dict(found.left_out)["allowed-traffic sentence"] > MOST
