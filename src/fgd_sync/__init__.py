"""fgd-sync keeps the manifests of Hedgehog Open Network Fabrics in git canonical, validated and explained."""

__version__ = "0.1.0"
