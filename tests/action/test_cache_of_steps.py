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
