"""Whatever stops a run at whatever moment, the directory is as before or as planned, and nothing is left lying about."""

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_world import (  # fmt: skip
    BEFORE,
    CHANGES,
    KEEP,
    SCENARIOS,
    SPREADS,
    Saboteur,
    build,
    failing,
    interrupt,
    is_all_but,
    kill,
    outcomes,
    real,
    sabotaged,
    state,
)

from fgd_sync.adapters.journal import make, recover
from fgd_sync.adapters.leftovers import INDEX
from fgd_sync.model import code
from fgd_sync.model.change import Move, Write
from fgd_sync.model.failure import FgdError

DRIVER = Path(__file__).with_name("crash_driver.py")


@pytest.mark.parametrize(("scenario", "how"), [*((name, "alone") for name in SCENARIOS), ("sync", "apart")])
def test_kill_at_every_call(scenario: str, how: str, fast: Path, request: pytest.FixtureRequest) -> None:
    stride = "1" if request.config.getoption("--campaign") == "long" else "400"
    command = [sys.executable, str(DRIVER), scenario, str(fast), stride, how]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    print(result.stdout)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_error_at_every_call(scenario: str, number: int, fast: Path) -> None:
    old, new = outcomes(scenario, fast)
    refused = 0
    for step in range(10_000):
        build(fast, SCENARIOS[scenario][0])
        saboteur = Saboteur(step, failing(number))
        error = attempt(fast, scenario, saboteur)
        if error:
            refused += 1
            assert error.code.exit is code.Exit.FILES, f"call {step} ({saboteur.last}): {error.message}"
            assert state(fast) == old, f"call {step} ({saboteur.last})"
        else:
            recover(fast)
            assert is_all_but(state(fast), new, saboteur.kept), f"call {step} ({saboteur.last})"
        if saboteur.count <= step:
            break
    print(f"{scenario}: {step} calls with {errno.errorcode[number]}, {refused} of them fatal to the run")
    assert refused > 10


@pytest.mark.parametrize("how", SPREADS)
@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_interrupt_at_every_call(
    scenario: str, afterwards: bool, how: str, fast: Path, pytestconfig: pytest.Config
) -> None:
    if how == "apart" and pytestconfig.getoption("--campaign") != "long":
        pytest.skip("only in the long campaign")
    old, new = outcomes(scenario, fast)
    seen = []
    for step in range(10_000):
        build(fast, SCENARIOS[scenario][0])
        saboteur = Saboteur(step, interrupt, afterwards=afterwards)
        with contextlib.suppress(KeyboardInterrupt), sabotaged(saboteur):
            make(fast, SCENARIOS[scenario][1], KEEP, SPREADS[how])
        recover(fast)
        assert state(fast) in (old, new), f"call {step} ({saboteur.last})"
        seen.append(state(fast) == old)
        if saboteur.count <= step:
            break
    print(f"{scenario}: {len(seen)} interrupts")
    assert {True, False} == set(seen)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_disk_that_is_full_from_some_call_on(scenario: str, fast: Path) -> None:
    old, new = outcomes(scenario, fast)
    for step in range(10_000):
        build(fast, SCENARIOS[scenario][0])
        saboteur = Saboteur(step, failing(errno.ENOSPC), forever=True)
        error = attempt(fast, scenario, saboteur)
        assert error is None or "the disk is full" in error.message
        recover(fast)
        assert state(fast) in (old, new), f"call {step} ({saboteur.last})"
        if saboteur.count <= step:
            break
    print(f"{scenario}: full from each of {step} calls on")


SOURCES = [item.source for item in CHANGES if isinstance(item, Move) and item.before is not None]


@pytest.mark.parametrize("source", SOURCES)
def test_an_edit_of_a_source_is_seen_before_anything_is_decided(source: str, fast: Path) -> None:
    """Whenever the run is killed, a recovery finds nothing that it would have to carry out."""
    build(fast, BEFORE)
    (fast / source).write_bytes(BEFORE[source][1].upper())
    old, looks = state(fast), list[str]()

    def look(name: str) -> None:
        looks.append(name)
        with pytest.raises(FileNotFoundError):
            real["stat"](fast / INDEX)

    with pytest.raises(FgdError, match=f"{source} has changed") as caught, sabotaged(Saboteur(0, look, forever=True)):
        make(fast, CHANGES, KEEP)
    assert caught.value.code is code.PLAN_OUTDATED
    assert len(looks) > 20
    assert state(fast) == old


def attempt(directory: Path, scenario: str, saboteur: Saboteur) -> FgdError | None:
    """Make the changes of a scenario under sabotage; how that failed."""
    try:
        with sabotaged(saboteur):
            make(directory, SCENARIOS[scenario][1], KEEP)
    except FgdError as error:
        return error
    return None


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    place = tmp_path / "tiny"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    yield place / "world" / "fabric"
    subprocess.run(["umount", str(place)], check=True)


def test_full_disk_leaves_everything_as_it_was(tiny: Path) -> None:
    build(tiny, {"raw/a.yaml": (0o644, b"a: 1\n")})
    old = state(tiny)
    changes = [Write(f"managed/vpcs/{number}.yaml", b"x" * 4096, None) for number in range(200)]
    with pytest.raises(FgdError, match="the disk is full") as caught:
        make(tiny, changes)
    assert caught.value.code.exit is code.Exit.FILES
    assert state(tiny) == old


def test_what_fits_the_disk_once_need_not_fit_twice(tiny: Path) -> None:
    build(tiny, {"raw/a.yaml": (0o644, b"a: 1\n")})
    make(tiny, [Write(f"managed/vpcs/{number}.yaml", b"x" * 4096, None) for number in range(40)])
    assert len(list((tiny / "managed/vpcs").iterdir())) == 40


def test_read_only_directory(tmp_path: Path) -> None:
    place = tmp_path / "place"
    fabric = place / "fabric"
    build(fabric, SCENARIOS["sync"][0])
    old = state(fabric)
    if os.geteuid() == 0:
        command = ["mount", "--bind", "-o", "ro", str(place), str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("a read-only mount is not possible here")
    else:
        fabric.chmod(0o555)
        (fabric / ".hnp").chmod(0o555)
    try:
        with pytest.raises(FgdError) as caught:
            make(fabric, CHANGES, KEEP)
        assert recover(fabric) is False
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", str(place)], check=True)
    assert caught.value.code is code.DIRECTORY_PERMISSION_DENIED
    assert {path: item[1] for path, item in state(fabric).items()} == {path: item[1] for path, item in old.items()}


def test_a_source_that_was_edited_is_seen_by_a_process_of_its_own(fast: Path) -> None:
    build(fast, SCENARIOS["sync"][0])
    (fast / "raw/a.yaml").write_bytes(b"name: b\n")
    old = state(fast)
    with pytest.raises(FgdError, match=r"raw/a\.yaml has changed") as caught:
        make(fast, CHANGES, KEEP, SPREADS["apart"])
    assert caught.value.code is code.PLAN_OUTDATED
    assert state(fast) == old


@pytest.mark.parametrize("act", [kill, failing(errno.EIO)], ids=["killed", "error"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_other_process_lost_at_any_call(
    scenario: str, act: Callable[[str], None], fast: Path, pytestconfig: pytest.Config
) -> None:
    """Whatever it has done, or begun, this process completes."""
    _, new = outcomes(scenario, fast)
    us, lost = os.getpid(), 0
    stride = 1 if pytestconfig.getoption("--campaign") == "long" else 17

    def act_apart(name: str) -> None:
        if os.getpid() != us:
            act(name)

    for step in range(0, 10_000, stride):
        build(fast, SCENARIOS[scenario][0])
        with sabotaged(saboteur := Saboteur(step, act_apart)):
            make(fast, SCENARIOS[scenario][1], KEEP, SPREADS["apart"])
        assert state(fast) == new, f"call {step}"
        assert recover(fast) is False
        lost += 1
        if saboteur.count <= step:
            break
    print(f"{scenario}: lost at {lost} calls")
    assert lost > 3


def test_a_path_that_a_move_frees_is_written_after_it(fast: Path) -> None:
    build(fast, {"raw/a": (0o644, b"a\n")})
    make(fast, [Move("raw/a", "raw/b", b"a\n"), Write("raw/a", b"new\n", None)], KEEP, SPREADS["apart"])
    assert {name: (fast / name).read_bytes() for name in ("raw/a", "raw/b")} == {"raw/a": b"new\n", "raw/b": b"a\n"}
