"""What the image is built of: pinned, complete, and as GitHub asks for it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def pinned(name: str) -> dict[str, tuple[str, int]]:
    """Each requirement with its version and the number of its hashes."""
    text = (ROOT / "docker" / name).read_text().replace("\\\n", " ")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {
        row[0].split("==")[0]: (row[0].split("==")[1], len([word for word in row if word.startswith("--hash=")]))
        for row in rows
    }


def test_every_dependency_is_pinned_with_hashes_and_as_the_project_wants_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["redis"])]
    found = pinned("requirements.txt")
    for requirement in wanted:
        version, _ = found[re.sub(r"[-_.]+", "-", requirement.name).lower()]
        assert version in requirement.specifier, f"{requirement}: run `make requirements`"
    assert all(hashes for _, hashes in (*found.values(), *pinned("requirements-build.txt").values()))
    assert found["pyyaml"][1] > 10, "a hash for the wheel of each architecture"


def test_the_image_is_as_github_asks() -> None:
    instructions = re.findall(r"^([A-Z]+) ", DOCKERFILE, re.MULTILINE)
    assert not {"USER", "WORKDIR", "VOLUME", "ADD"} & set(instructions)
    assert re.search(r"^ARG BASE=\S+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)


def test_all_that_the_package_holds_is_there_when_the_image_is_built() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    for folder in build["force-include"]:
        assert f"COPY {folder} /build/source/{folder}" in DOCKERFILE
        assert f"!{folder}" in let_in


def test_the_manifest_and_the_image_fit() -> None:
    runs = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]
    assert (runs["using"], runs["args"]) == ("docker", ["action"])
    assert f"docker/{runs['post-entrypoint']} /usr/local/bin/{runs['post-entrypoint']}" in DOCKERFILE
    post = ROOT / "docker" / runs["post-entrypoint"]
    assert post.stat().st_mode & 0o111


def test_the_linter_of_dockerfiles_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed for this platform")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout
