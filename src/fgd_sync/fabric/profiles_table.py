"""The built-in switch profiles as a table: one row for each model, ports in runs of the same sort.

Facts of githedgehog/fabric 78827deb (pkg/ctrl/switchprofile). Speeds, modes and names of port profiles are those of
the API; what a sort of port supports differs between models, hence several entries under one name.
"""

from collections.abc import Iterator

from fgd_sync.fabric.profiles import PortKind, PortProfile, Profile, ProfilePort
from fgd_sync.model.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sort:
    """A port profile under its name."""

    name: str
    profile: PortProfile

    @property
    def kind(self) -> PortKind:
        """The kind of the ports of this sort that are in no group."""
        return PortKind.BREAKOUT if self.profile.modes else PortKind.DIRECT


@dataclass(frozen=True, slots=True)
class Run:
    """Ports E1/first to E1/last of one sort; with `group_of`, so many neighbours form a port group.

    `pipelines` is a pattern of digits: the pipeline of each port of a block. The next block has the next pipelines.
    """

    first: int
    last: int
    sort: Sort
    group_of: int = 0
    pipelines: str = ""

    def ports(self) -> Iterator[tuple[str, ProfilePort]]:
        """The ports by name."""
        for number in range(self.first, self.last + 1):
            place = number - self.first
            group = str(1 + place // self.group_of) if self.group_of else ""
            kind = PortKind.GROUP if group else self.sort.kind
            yield f"E1/{number}", ProfilePort(kind, self.sort.name, group, self._pipeline(place))

    def _pipeline(self, place: int) -> str:
        if not self.pipelines:
            return ""
        block, within = divmod(place, len(self.pipelines))
        return str(block * int(max(self.pipelines)) + int(self.pipelines[within]))


@dataclass(frozen=True, slots=True)
class Row:
    """One model. Every model has the management port M1. `per_pipeline` is the limit of each of its pipelines."""

    display_name: str
    silicon: str
    platform: str
    features: str
    runs: tuple[Run, ...]
    nos_type: str = "sonic-bcm-base"
    max_ports: int = 0
    per_pipeline: int = 0
    setting: str = ""
    is_leaf_only: bool = False

    def profile(self, name: str) -> Profile:
        """The row as a profile."""
        ports = {
            "M1": ProfilePort(PortKind.MANAGEMENT),
            **{key: port for run in self.runs for key, port in run.ports()},
        }
        return Profile(
            name,
            self.display_name,
            self.silicon,
            self.nos_type,
            self.platform,
            frozenset(self.features.split()),
            ports,
            groups={port.group: port.profile for port in ports.values() if port.group},
            port_profiles={run.sort.name: run.sort.profile for run in self.runs},
            pipelines={port.pipeline: self.per_pipeline for port in ports.values() if port.pipeline},
            max_ports=self.max_ports,
            setting=self.setting,
            is_leaf_only=self.is_leaf_only,
        )


def _speeds(name: str, supported: str, *, auto_neg: bool = False) -> Sort:
    """Ports with a speed of their own; the fastest is the default, and so is auto-negotiation where it exists."""
    speeds = tuple(supported.split())
    profile = PortProfile(speeds[-1], speeds, auto_neg_allowed=auto_neg, auto_neg_default=auto_neg)
    return Sort(name, profile)


def _modes(name: str, supported: str, *, auto_neg: bool = False) -> Sort:
    """Ports that can be broken out; the first mode is the default, and the digit before `x` counts the sub-ports."""
    modes = supported.split()
    profile = PortProfile(
        modes[0], modes={mode: int(mode.partition("x")[0]) for mode in modes}, auto_neg_allowed=auto_neg
    )
    return Sort(name, profile)


_RJ45_1 = _speeds("RJ45-1G", "1G", auto_neg=True)
_RJ45_2 = _speeds("RJ45-2.5G", "1G 2.5G", auto_neg=True)
_RJ45_10 = _speeds("RJ45-10G", "1G 10G", auto_neg=True)
_SFP_10 = _speeds("SFP28-10G", "1G 10G")
_SFP_25 = _speeds("SFP28-25G", "10G 25G")
_SFP_1_25 = _speeds("SFP28-25G", "1G 10G 25G")
_WHOLE_100 = _speeds("QSFP28-100G-nb", "40G 100G")
_VIRTUAL_100 = _speeds("QSFP28-100G", "10G 25G 50G 100G")

_QSFP28 = "1x100G 1x40G 4x25G 4x10G"
_QSFP_100 = _modes("QSFP28-100G", _QSFP28)
_QSFP_100_50 = _modes("QSFP28-100G", f"{_QSFP28} 1x50G 2x50G", auto_neg=True)
_QSFP_100_ALL = _modes("QSFP28-100G", f"{_QSFP28} 1x50G 2x50G 1x25G 1x10G")

_QSFPDD = "1x400G 1x100G 1x40G 1x25G 1x10G 2x200G 2x100G 2x40G 4x100G 4x25G 4x10G 8x50G 8x25G 8x10G"
_QSFPDD_400 = _modes("QSFPDD-400G", _QSFPDD)
_QSFPDD_400_ALL = _modes("QSFPDD-400G", f"{_QSFPDD} 1x200G 1x50G")
_QSFP56DD_400 = _modes(
    "QSFP56DD-400G",
    "1x400G 1x100G 1x50G 1x40G 1x25G 1x10G 2x200G 2x100G 2x50G 2x40G 4x100G 4x10G 8x50G 8x25G 8x10G",
    auto_neg=True,
)
_OSFP_2X400 = _modes(
    "OSFP-2x400G",
    "2x400G 2x200G 2x100G 2x40G 1x400G 1x200G 1x100G 4x200G 4x100G 4x50G 8x100G 8x50G 8x25G 8x10G",
    auto_neg=True,
)
_OSFP = "1x800G 1x400G 1x100G 1x50G 2x400G 2x200G 2x100G 2x50G 4x200G 4x100G 8x100G"
_OSFP_800 = _modes("OSFP-800G", _OSFP, auto_neg=True)
_OSFP_800_CLSP = _modes("OSFP-800G", f"{_OSFP} 1x200G", auto_neg=True)

_TD3 = "Broadcom TD3-X7 3.2T"
_VXLAN = "subinterfaces acls l2vni l3vni eslag"
_LEAF = f"{_VXLAN} mclag"

_DS2000 = Row(
    "Celestica DS2000",
    "Broadcom TD3-X5 2.0T",
    "x86_64-cel_ds2000-r0",
    _LEAF,
    (Run(1, 48, _SFP_25), Run(49, 49, _QSFP_100), Run(50, 55, _WHOLE_100), Run(56, 56, _QSFP_100)),
)
_DS3000 = Row(
    "Celestica DS3000",
    _TD3,
    "x86_64-cel_seastone_2-r0",
    f"{_LEAF} roce",
    (Run(1, 32, _QSFP_100_50), Run(33, 33, _SFP_10)),
)
_DS4000 = Row(
    "Celestica DS4000",
    "Broadcom TH3",
    "x86_64-cel_silverstone-r0",
    "acls roce",
    (Run(1, 32, _QSFPDD_400, pipelines="1111"), Run(33, 33, _SFP_10)),
    max_ports=144,
    per_pipeline=18,
)
_DS4101 = Row(
    "Celestica DS4101",
    "Broadcom TH4G",
    "x86_64-cel_ds4101-r0",
    "acls roce ecmpRoCEQPN",
    (Run(1, 32, _OSFP_2X400, pipelines="11"), Run(33, 34, _SFP_10)),
    max_ports=272,
    per_pipeline=16,
)
_DS5000 = Row(
    "Celestica DS5000",
    "Broadcom TH5",
    "x86-64-cls-ds5000-r0",
    "subinterfaces acls l3vni roce ecmpRoCEQPN",
    (Run(1, 64, _OSFP_800, pipelines="1221"), Run(65, 66, _SFP_1_25)),
    max_ports=320,
    per_pipeline=10,
)
_VS = Row(
    "Virtual Switch",
    "vs",
    "x86_64-kvm_x86_64-r0",
    "subinterfaces l2vni l3vni eslag mclag roce",
    (Run(1, 48, _SFP_25, group_of=4),),
    nos_type="sonic-bcm-vs",
)


def _clsp(row: Row, *runs: Run, nos_type: str = "sonic-cls-plus-broadcom") -> Row:
    """The row of a model under SONiC CLS+, which has no limits of ports."""
    return replace(
        row,
        runs=runs or row.runs,
        nos_type=nos_type,
        max_ports=0,
        per_pipeline=0,
        setting="include_clsp_profiles",
    )


ROWS: dict[str, Row] = {
    "dell-s5232f-on": Row(
        "Dell S5232F-ON",
        _TD3,
        "x86_64-dellemc_s5232f_c3538-r0",
        f"{_LEAF} roce",
        (Run(1, 31, _QSFP_100_ALL), Run(32, 32, _WHOLE_100), Run(33, 34, _SFP_10)),
    ),
    "dell-s5248f-on": Row(
        "Dell S5248F-ON",
        _TD3,
        "x86_64-dellemc_s5248f_c3538-r0",
        f"{_LEAF} roce",
        (Run(1, 48, _SFP_25, group_of=4), Run(49, 56, _QSFP_100_ALL)),
    ),
    "dell-z9332f-on": Row(
        "Dell Z9332F-ON",
        "Broadcom TH3",
        "x86_64-dellemc_z9332f_d1508-r0",
        "acls roce",
        (Run(1, 32, _QSFPDD_400_ALL, pipelines="1111"), Run(33, 34, _SFP_10)),
        max_ports=144,
        per_pipeline=18,
    ),
    "celestica-ds2000": _DS2000,
    "celestica-ds3000": _DS3000,
    "celestica-ds4000": _DS4000,
    "celestica-ds4101": _DS4101,
    "celestica-ds5000": _DS5000,
    "edgecore-dcs203": Row(
        "Edgecore DCS203",
        "Broadcom TD3-X7 2.0T",
        "x86_64-accton_as7326_56x-r0",
        f"{_LEAF} roce",
        (Run(1, 48, _SFP_25, group_of=12), Run(49, 55, _QSFP_100), Run(56, 56, _WHOLE_100), Run(57, 58, _SFP_10)),
    ),
    "edgecore-dcs204": Row(
        "Edgecore DCS204",
        _TD3,
        "x86_64-accton_as7726_32x-r0",
        f"{_LEAF} roce",
        (Run(1, 31, _QSFP_100_ALL), Run(32, 32, _WHOLE_100), Run(33, 34, _SFP_10)),
    ),
    "edgecore-dcs240": Row(
        "Edgecore DCS240",
        "Broadcom TD4",
        "x86_64-accton_as9726_32d-r0",
        f"{_VXLAN} roce",
        (Run(1, 32, _QSFP56DD_400, pipelines="1111"), Run(33, 34, _SFP_10)),
        per_pipeline=18,
    ),
    "edgecore-dcs501": Row(
        "Edgecore DCS501", "Broadcom TH", "x86_64-accton_as7712_32x-r0", "acls", (Run(1, 32, _QSFP_100),)
    ),
    "edgecore-eps202": Row(
        "Edgecore EPS202",
        "Broadcom TD3-X3",
        "x86_64-accton_as4630_54pe-r0",
        "acls l2vni l3vni eslag",
        (Run(1, 48, _RJ45_1), Run(49, 52, _SFP_1_25), Run(53, 54, _QSFP_100)),
        nos_type="sonic-bcm-campus",
    ),
    "edgecore-eps203": Row(
        "Edgecore EPS203",
        "Broadcom TD3-X3",
        "x86_64-accton_as4630_54npe-r0",
        "acls l2vni l3vni eslag mclag",
        (Run(1, 36, _RJ45_2), Run(37, 48, _RJ45_10), Run(49, 52, _SFP_1_25), Run(53, 54, _QSFP_100)),
        nos_type="sonic-bcm-campus",
        is_leaf_only=True,
    ),
    "supermicro-sse-c4632sb": replace(_DS3000, display_name="Supermicro SSE-C4632SB"),
    "vs": _VS,
    "celestica-ds2000-clsp": _clsp(_DS2000),
    "celestica-ds3000-clsp": _clsp(_DS3000, Run(1, 32, _QSFP_100), Run(33, 33, _SFP_10)),
    "celestica-ds4000-clsp": _clsp(_DS4000, Run(1, 32, _QSFPDD_400), Run(33, 33, _SFP_10)),
    "celestica-ds4101-clsp": _clsp(_DS4101, Run(1, 32, _OSFP_2X400), Run(33, 34, _SFP_10)),
    "celestica-ds5000-clsp": _clsp(_DS5000, Run(1, 64, _OSFP_800_CLSP), Run(65, 66, _SFP_1_25)),
    "vs-clsp": _clsp(replace(_VS, display_name="Virtual Switch CLS+"), nos_type="sonic-cls-plus-vs"),
    "cumulus-vx": Row(
        "Cumulus VX",
        "vs",
        "x86_64-kvm_x86_64-r0",
        "subinterfaces l2vni l3vni eslag mclag roce",
        (Run(1, 32, _VIRTUAL_100), Run(33, 33, _SFP_10)),
        nos_type="cumulus-vx",
        setting="include_cumulus_profiles",
    ),
}
"""The built-in profiles by name."""
