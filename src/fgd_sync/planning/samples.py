"""Samples that `fgd init --samples` puts into raw/: to copy and fill in; their ending keeps them from being read."""

_VPC = """# A tenant network with one subnet, and a server attached to it.
# Copy to raw/my-vpc.yaml, change the names and numbers, then run `fgd plan`.
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1                  # at most 11 characters
spec:
  ipv4Namespace: default       # pool that the subnets come from
  vlanNamespace: default       # pool that the VLANs come from
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
      dhcp:
        enable: true
        range:
          start: 10.0.1.10
          end: 10.0.1.99
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  subnet: vpc-1/default        # VPC and one of its subnets
  connection: server-01--unbundled--leaf-01
"""

_PEERING = """# Routing between two VPCs, all subnets with all.
# Copy to raw/my-peering.yaml and change the names.
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}                  # all subnets; to limit: {subnets: [default]}
    vpc-2: {}
"""

SAMPLES: dict[str, str] = {"raw/vpc.yaml.sample": _VPC, "raw/vpc-peering.yaml.sample": _PEERING}
"""Text of each sample by its path in the fabric directory."""
SAMPLE_ENDING = ".sample"
