"""A hundred fabrics in one repository, a hundred runs at once against one branch: how they get along, next to a naive loop.

`python tests/bench/publish_race.py [--runs N] [--naive]`. Each run is a process of its own with its own clone and token,
and takes in one fabric. The naive loop commits in its clone, then fetches, rebases and pushes until a push succeeds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from forge.forge import Forge, serving_forge  # noqa: E402 (the path is set above)
from forge.repository import IDENTITY, Repository, environment  # noqa: E402

FGD = Path(sys.executable).with_name("fgd")
RESOURCE = """apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - from: 1000
    to: {last}
"""


@dataclass(frozen=True)
class Clone:
    """Where a run works, and with which token for which server."""

    fabric: str
    path: Path
    token: str
    server: str

    @property
    def environment(self) -> dict[str, str]:
        header = f"Authorization: Basic {b64encode(f'x-access-token:{self.token}'.encode()).decode()}"
        settings = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraheader", "GIT_CONFIG_VALUE_0": header}
        known = {**environment(), **IDENTITY, **settings, "GIT_TERMINAL_PROMPT": "0", "HOME": str(self.path.parent)}
        return {**known, "PATH": f"{FGD.parent}:{os.environ['PATH']}"}

    def git(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Figures:
    """How a race went. `attempts` are tries to push to the branch, by run."""

    name: str
    seconds: float
    attempts: Sequence[int]
    landed: int
    commits: int
    merges: int
    told: Sequence[str]

    def line(self) -> str:
        most, total = max(self.attempts, default=0), sum(self.attempts)
        middle = sorted(self.attempts)[len(self.attempts) // 2] if self.attempts else 0
        spread = f"{total} attempts, {middle} a run in the middle, {most} at most"
        return f"{self.name:12} {self.seconds:6.1f} s  {spread}; landed {self.landed}, commits {self.commits}, merges {self.merges}"


def world(forge: Forge, runs: int) -> Repository:
    """A repository with a fabric for each run, each with a file in raw/."""
    repository = forge.repository()
    files = {f"fabrics/f{number:03}/raw/new.yaml": RESOURCE.format(last=1999 + number) for number in range(runs)}
    repository.commit(dict(files), message="a hundred fabrics")
    return repository


def clones(forge: Forge, repository: Repository, runs: int, where: Path) -> list[Clone]:
    made = [
        Clone(f"fabrics/f{number:03}", where / f"{number:03}", forge.token(), forge.server_url)
        for number in range(runs)
    ]
    for clone in made:
        command = ["git", "clone", "-q", "--depth=1", forge.clone_url(repository), str(clone.path)]
        subprocess.run(command, env=clone.environment, check=True)
    return made


def ours(clone: Clone) -> str:
    """`fgd sync --publish`; what it says if it fails."""
    known = {name: value for name, value in clone.environment.items() if not name.startswith("GIT_CONFIG_")}
    known |= {"GITHUB_TOKEN": clone.token, "GITHUB_SERVER_URL": clone.server}
    known["HEDGEHOG_FGD_SYNC_TIMEOUT"] = "3000"  # all of them share the processors of one machine
    command = [str(FGD), "sync", "--publish", clone.fabric]
    done = subprocess.run(command, cwd=clone.path, env=known, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{clone.fabric}: exit {done.returncode}: {done.stdout}{done.stderr}"


def naive(clone: Clone) -> str:
    """Sync the files, commit, then fetch, rebase and push until it succeeds."""
    subprocess.run(
        [str(FGD), "sync", clone.fabric], cwd=clone.path, env=clone.environment, capture_output=True, check=False
    )
    clone.git("add", "-A")
    clone.git("commit", "-q", "-m", f"sync {clone.fabric}")
    while clone.git("push", "-q", "origin", "HEAD:main").returncode:
        clone.git("fetch", "-q", "origin", "main")
        clone.git("rebase", "-q", "FETCH_HEAD")
    return ""


RACES = {"fgd": ours, "naive loop": naive}


def race(name: str, runs: int) -> Figures:
    """Start all runs at once; wait for the last."""
    with tempfile.TemporaryDirectory() as folder, serving_forge(Path(folder) / "forge") as forge:
        repository = world(forge, runs)
        made = clones(forge, repository, runs, Path(folder))
        forge.git.requests.clear()
        began = time.monotonic()
        with ThreadPoolExecutor(runs) as pool:
            told = [said for said in pool.map(RACES[name], made) if said]
        seconds = time.monotonic() - began
        attempts = attempts_of(forge)
        landed = sum(len(_managed(repository, clone.fabric)) == 1 for clone in made)
        commits, merges = repository.log(), repository.git("rev-list", "--merges", "main").splitlines()
        return Figures(
            name, seconds, [attempts[clone.token] for clone in made], landed, len(commits) - 1, len(merges), told
        )


def attempts_of(forge: Forge) -> "Counter[str]":
    """How often each token began a push, those left out that were about locks and history only."""
    begun = Counter(item.credential for item in forge.git.requests if "service=git-receive-pack" in item.query)
    sent = (item for item in forge.git.requests if item.path.endswith("/git-receive-pack"))
    begun.subtract(item.credential for item in sent if b"refs/heads/main" not in item.body[:4000])
    return begun


def _managed(repository: Repository, fabric: str) -> list[str]:
    paths = repository.paths()
    return [path for path in paths if path.startswith(f"{fabric}/managed/") and not path.endswith(".gitkeep")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--naive", action="store_true", help="race the naive loop as well")
    options = parser.parse_args()
    status = 0
    for name in RACES if options.naive else ["fgd"]:
        figures = race(name, options.runs)
        print(figures.line(), *figures.told[:5], sep="\n", flush=True)
        status |= figures.landed != options.runs or bool(figures.told)
    return status


if __name__ == "__main__":
    sys.exit(main())
