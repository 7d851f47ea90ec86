"""Realistic fabrics of any size, the same for the same number: what the benchmarks run on."""

from collections.abc import Iterator
from itertools import count, islice

_VPC = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-{n:06d}
  namespace: default
  labels:
    team: team-{team}
spec:
  ipv4Namespace: default
  subnets:
    default:
      dhcp:
        enable: true
        options:
          dnsServers:
          - 10.0.0.53
        range:
          end: {o}.{a}.{b}.99
          start: {o}.{a}.{b}.10
      gateway: {o}.{a}.{b}.1
      subnet: {o}.{a}.{b}.0/24
      vlan: {vlan}
  vlanNamespace: vlans-{area:03d}
"""
_CONNECTION = """apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-{n:06d}--eslag--leaf-{leaf:04d}--leaf-{next_leaf:04d}
  namespace: default
spec:
  eslag:
    links:
    - server:
        port: server-{n:06d}/enp2s1
      switch:
        port: leaf-{leaf:04d}/E1/{port}
    - server:
        port: server-{n:06d}/enp2s2
      switch:
        port: leaf-{next_leaf:04d}/E1/{port}
"""
_SERVER = """apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{n:06d}
  namespace: default
spec:
  description: rack {rack}, unit {port}
"""
_ATTACHMENT = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-{n:06d}--server-{n:06d}
  namespace: default
spec:
  connection: server-{n:06d}--eslag--leaf-{leaf:04d}--leaf-{next_leaf:04d}
  subnet: vpc-{n:06d}/default
"""
_PLACE = """apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchGroup
metadata:
  name: eslag-{pair:04d}
  namespace: default
spec: {{}}
"""
_SWITCH = """apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-{leaf:04d}
  namespace: default
spec:
  boot:
    serial: SN{leaf:06d}
  description: rack {pair}, unit 40
  groups:
  - eslag-{pair:04d}
  profile: dell-s5248f-on
  redundancy:
    group: eslag-{pair:04d}
    type: eslag
  role: server-leaf
  vlanNamespaces:
  - vlans-{area:03d}
"""
_VLANS = """apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: vlans-{area:03d}
  namespace: default
spec:
  ranges:
  - from: 1000
    to: 2999
"""
_PREFIXES = """apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
  namespace: default
spec:
  subnets:
  - 10.0.0.0/8
  - 11.0.0.0/8
  - 12.0.0.0/8
"""
_PER_PAIR, _PAIRS_PER_AREA, _PER_OCTET = 40, 40, 62_500


def documents(number: int, *, comments: bool = False, errors: bool = False) -> Iterator[str]:
    """That many resources as canonical YAML, each after what it refers to: a fabric that breaks no rule.

    With `comments` each has two; with `errors` each hundredth has a field that its schema does not know.
    """
    for at, text in enumerate(islice(_all(), number)):
        written = text.replace("spec:\n", "# kept by the network team\nspec:  # as ordered\n") if comments else text
        is_wrong = errors and at % 100 == 50 and not text.endswith("{}\n")
        yield f"{written}  surplus: true\n" if is_wrong else written


def _all() -> Iterator[str]:
    yield _PREFIXES
    for pair in count():
        area = pair // _PAIRS_PER_AREA
        if pair % _PAIRS_PER_AREA == 0:
            yield _VLANS.format(area=area)
        yield _PLACE.format(pair=pair)
        for leaf in (2 * pair, 2 * pair + 1):
            yield _SWITCH.format(leaf=leaf, pair=pair, area=area)
        for port in range(1, _PER_PAIR + 1):
            yield from _workload(pair * _PER_PAIR + port - 1, pair, area, port)


def _workload(n: int, pair: int, area: int, port: int) -> Iterator[str]:
    vlan = 1000 + n % (_PER_PAIR * _PAIRS_PER_AREA)
    yield _SERVER.format(n=n, rack=pair, port=port)
    yield _CONNECTION.format(n=n, leaf=2 * pair, next_leaf=2 * pair + 1, port=port)
    yield _VPC.format(
        n=n, team=n % 17, o=10 + n // _PER_OCTET, a=1 + n % _PER_OCTET // 250, b=n % 250, vlan=vlan, area=area
    )
    yield _ATTACHMENT.format(n=n, leaf=2 * pair, next_leaf=2 * pair + 1)
