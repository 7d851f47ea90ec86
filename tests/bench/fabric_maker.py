"""Realistic fabrics of any size, the same for the same number: what the benchmarks run on."""

from collections.abc import Iterator

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
          end: 10.{a}.{b}.99
          start: 10.{a}.{b}.10
      gateway: 10.{a}.{b}.1
      subnet: 10.{a}.{b}.0/24
      vlan: {vlan}
  vlanNamespace: default
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
_SHAPES = (("vpcs", _VPC), ("connections", _CONNECTION), ("servers", _SERVER), ("vpcattachments", _ATTACHMENT))


def documents(count: int) -> Iterator[str]:
    """That many resources as canonical YAML: VPCs, connections, servers and attachments in turn."""
    for number in range(count):
        n, shape = divmod(number, len(_SHAPES))
        values = {
            "n": n,
            "team": n % 17,
            "a": 1 + n // 250 % 250,
            "b": n % 250,
            "vlan": 1000 + n % 1900,
            "rack": n // 40,
            "leaf": n // 40 * 2,
            "next_leaf": n // 40 * 2 + 1,
            "port": n % 40 + 1,
        }
        yield _SHAPES[shape][1].format_map(values)
