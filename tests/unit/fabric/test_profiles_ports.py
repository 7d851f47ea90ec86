"""Which ports a switch has depends on its profile and on its breakout modes."""

import pytest

from fgd_sync.fabric.profiles import Profile, builtin
from fgd_sync.fabric.profiles_ports import SwitchPorts, in_ranges


def model(name: str) -> Profile:
    profile = builtin(name)
    assert profile is not None
    return profile


DELL = SwitchPorts(model("dell-s5248f-on"), {"E1/55": "4x25G", "E1/56": "3x10G"})


@pytest.mark.parametrize("name", ["M1", "E1/1", "E1/48", "E1/49", "E1/49/1", "E1/55", "E1/55/1", "E1/55/4", "E1/56"])
def test_ports_and_subports_of_the_chosen_mode_exist(name: str) -> None:
    assert DELL.has(name)


@pytest.mark.parametrize(
    "name", ["", "E1", "E1/0", "E1/57", "E2/1", "M2", "E1/1/1", "E1/49/2", "E1/55/5", "E1/55/0", "E1/55/01", "E1/56/1"]
)
def test_other_names_do_not_exist(name: str) -> None:
    assert not DELL.has(name)


def test_the_default_mode_of_the_profile_holds_where_the_switch_chooses_none() -> None:
    ports = SwitchPorts(model("celestica-ds4101"))
    assert (ports.mode("E1/1"), ports.sub_ports("E1/1"), ports.has("E1/1/2")) == ("2x400G", 2, True)
    assert (ports.mode("E1/33"), ports.sub_ports("E1/33"), ports.mode("E1/99")) == ("", None, "")


def test_a_breakout_port_is_the_same_as_its_first_subport() -> None:
    same = {name: DELL.canonical(name) for name in ("E1/1", "E1/55", "E1/55/1", "E1/55/2", "M1", "enp2s1")}
    assert same == {
        "E1/1": "E1/1",
        "E1/55": "E1/55/1",
        "E1/55/1": "E1/55/1",
        "E1/55/2": "E1/55/2",
        "M1": "M1",
        "enp2s1": "enp2s1",
    }


def test_a_mode_that_the_port_lacks_is_known_as_such() -> None:
    assert not DELL.is_settled()
    assert SwitchPorts(DELL.profile, {"E1/55": "4x25G"}).is_settled()
    assert not SwitchPorts(DELL.profile, {"E1/1": "4x25G"}).is_settled()


def test_ports_are_counted_after_breakout() -> None:
    assert SwitchPorts(model("vs")).count() == 48
    ports = SwitchPorts(model("celestica-ds4000"), {"E1/1": "8x25G", "E1/2": "8x25G", "E1/5": "2x100G"})
    assert ports.count() == 33 + 7 + 7 + 1
    assert ports.by_pipeline() == {"1": 18, "2": 5, **dict.fromkeys("345678", 4)}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ((), ""),
        (("E1/2", "E1/10", "E1/1", "E1/3"), "E1/1-3, E1/10"),
        (("2", "1", "3"), "1-3"),
        (("M1", "E1/5", "all"), "E1/5, M1, all"),
    ],
)
def test_names_are_written_in_ranges(names: tuple[str, ...], text: str) -> None:
    assert in_ranges(names) == text
