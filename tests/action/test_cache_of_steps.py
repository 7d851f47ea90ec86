"""A step hands on what it found, says the same with and without that, and believes nothing that others planted."""

import shutil
from pathlib import Path

import pytest
from scenes import SERVER, WRONG, Scene

from forge.forge import Forge
from runner import events
from runner.job import Outcome
from runner.launchers import Launcher

KEY = "sixteen-letters-and-more"
FOLDER = ".fgd-cache"
INPUTS = {"cache-dir": FOLDER, "cache-key": KEY, "comment": "false", "check-run": "false"}


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    """A fabric that a first sync brings into form."""
    made = Scene(forge, forge.repository(), launcher, tmp_path)
    names = [f"server-{number:02d}" for number in range(8)]
    files = {f"north/managed/servers/{name}.yaml": SERVER.format(name) for name in names}
    made.repository.commit({"north/.hnp/manifest.yaml": "fabric_name: north\n", **files})
    return made


def run(scene: Scene, kept: Path, inputs: dict[str, str]) -> Outcome:
    """A job for a push, with the folder of the cache handed on as actions/cache does."""
    job = scene.job(events.push(scene.repository))
    place = job.folders.workspace / FOLDER
    if kept.exists():
        shutil.copytree(kept, place)
    done = job.run(inputs)
    if place.exists():
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(place, kept)
    return done


def said(done: Outcome) -> tuple[object, ...]:
    """What does not differ from run to run."""
    outputs = {name: text for name, text in done.outputs.items() if name not in ("sync-id", "report")}
    return done.status, outputs, [item.message for item in done.annotations]


def kept_files(kept: Path) -> list[Path]:
    return sorted(kept.glob("fabrics/*"))


def test_what_a_run_found_serves_the_next(scene: Scene, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    made = run(scene, kept, INPUTS)
    assert made.outputs["changed"] == "true", made.told
    tip = scene.repository.tip()
    first, second, plain = (run(scene, kept, inputs) for inputs in (INPUTS, INPUTS, {}))
    assert said(first) == said(second) == said(plain), second.told
    assert len(kept_files(kept)) == 1
    assert scene.repository.tip() == tip
    assert not any(path.startswith(FOLDER) for path in scene.repository.paths())
    assert second.told.count(KEY) == second.told.count(f"::add-mask::{KEY}") == 1


def test_what_somebody_with_another_key_left_is_not_believed(scene: Scene, tmp_path: Path) -> None:
    """A fork has no secret: it cannot make a wrong file pass, whatever it leaves in the folder."""
    kept = tmp_path / "kept"
    for _ in range(2):
        run(scene, kept, {**INPUTS, "cache-key": "another-key-of-a-fork"})
    assert kept_files(kept)
    scene.repository.commit({"north/managed/servers/server-03.yaml": WRONG})
    assert run(scene, kept, INPUTS).outputs["errors"] == "1"


def test_a_link_in_place_of_the_folder_is_not_followed(scene: Scene, tmp_path: Path) -> None:
    """As a pull request may bring it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    job = scene.job(events.push(scene.repository))
    (job.folders.workspace / FOLDER).symlink_to(elsewhere)
    done = job.run(INPUTS)
    assert done.status == 0, done.told
    assert any("is a link" in item.message for item in done.annotations)
    assert not list(elsewhere.iterdir())


def test_a_key_that_could_be_guessed_is_told(scene: Scene, tmp_path: Path) -> None:
    done = run(scene, tmp_path / "kept", {**INPUTS, "cache-key": "short"})
    assert done.status == 0, done.told
    assert not (tmp_path / "kept").exists()
    assert any("less than 16 characters" in item.message for item in done.annotations)


def test_a_large_fabric_is_known_by_what_a_sync_left_in_a_ref(
    scene: Scene, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--campaign") == "short":
        pytest.skip("makes a fabric of thousands of files; run with --campaign long")
    names = [f"many-{number:04d}" for number in range(3000)]
    scene.repository.commit({f"north/managed/servers/{name}.yaml": SERVER.format(name) for name in names})
    nowhere, inputs = tmp_path / "none", {name: text for name, text in INPUTS.items() if name != "cache-dir"}
    without = {name: text for name, text in inputs.items() if name != "cache-key"}
    for given in (without, without):
        run(scene, nowhere, given)
    assert not scene.repository.refs("refs/fgd/memory/")
    found = [run(scene, nowhere, given) for given in (without, inputs, inputs)]
    left = scene.repository.refs("refs/fgd/memory/")
    assert len(left) == 1
    assert len({repr(said(done)) for done in found}) == 1
    assert found[2].seconds < found[0].seconds
    scene.repository.commit({"north/managed/servers/server-03.yaml": WRONG})
    wrong = [
        run(scene, nowhere, given) for given in (without, inputs, {**inputs, "cache-key": "another-key-of-a-fork"})
    ]
    assert len({repr(said(done)) for done in wrong}) == 1
    assert wrong[1].outputs["errors"] == "1"
    job = scene.job(events.push(scene.repository))
    assert job.run({**inputs, "mode": "check"}).outputs["errors"] == "1"
