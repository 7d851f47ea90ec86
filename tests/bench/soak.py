"""A thousand syncs of one repository, one after the other, with changes at random: nothing grows that should not.

`python tests/bench/soak.py [SYNCS] [--desk]` lets people add, edit, delete and spoil files, and syncs after each change: on
a branch of a server on loopback, or with `--desk` in the files of a clone. All syncs are done in one process. Ends with
status 1 if a result is wrong, or if time, memory, open files, temporary files or the repository grow beyond the limits.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from forge.forge import Forge, serving_forge  # noqa: E402 (the path is set above)
from forge.repository import IDENTITY, Repository, environment  # noqa: E402
from warm import Ended, Warm  # noqa: E402

SETTINGS = "fgd:\n  ingestion: {archive: remove}\n  sync: {timeout_seconds: 3000}\n"
RESOURCE = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {{name: {name}}}\nspec: {{description: {text}}}\n"
MANAGED = "north/managed/servers/{name}.yaml"
START, MOST, FEWEST = 40, 60, 25
"""So many resources there are at first, at most and at least."""

SLOWER, HISTORY_SECONDS = 1.3, 0.1
"""How much longer a sync may compute in the last tenth than in the first, besides what a full history costs each."""

MORE_MEMORY_KB, MORE_DESCRIPTORS = 30_000, 2
"""What the process may have more in the last tenth than in the first: memory, open files."""

STATE_BYTES = 3_000_000
"""What the history of one fabric may take after a thousand syncs, as docs/state.md says."""

QUERY_SECONDS = 0.5
QUERIES = (["history"], ["history", "--format", "json", "--limit", "1000"], ["status"])

Files = dict[str, str | None]


@dataclass
class People:
    """Who changes files: by `chance`, within limits. `known`: what should be managed, by name."""

    chance: random.Random
    known: dict[str, str] = field(default_factory=dict)
    spoilt: list[str] = field(default_factory=list)
    count: int = 0

    def start(self) -> Files:
        """The first files."""
        return {
            "north/.hnp/manifest.yaml": "fabric_name: north\n",
            "fgd_config.yaml": SETTINGS,
            "README.md": "Fabrics.\n",
            "north/raw/all.yaml": "---\n".join(self._new() for _ in range(START)),
        }

    def change(self, number: int) -> Files:
        """What they change before the sync of that number."""
        acts = [self._add, self._edit, self._edit, self._spoil, self._nothing]
        if len(self.known) > MOST:
            acts = [self._delete, self._edit]
        elif len(self.known) > FEWEST:
            acts += [self._delete, self._delete]
        return self.chance.choice(acts)(number)

    def _new(self) -> str:
        self.count += 1
        name, text = f"s{self.count}", f"d{self.chance.randrange(10**6)}"
        self.known[name] = text
        return RESOURCE.format(name=name, text=text)

    def _add(self, number: int) -> Files:
        return {f"north/raw/{number}/new.yaml": "---\n".join(self._new() for _ in range(self.chance.randint(1, 4)))}

    def _edit(self, number: int) -> Files:
        name = self.chance.choice(list(self.known))
        self.known[name] = f"e{number}"
        return {MANAGED.format(name=name): RESOURCE.format(name=name, text=self.known[name])}

    def _delete(self, number: int) -> Files:  # noqa: ARG002 - as the others
        gone = self.chance.sample(list(self.known), 2)
        for name in gone:
            del self.known[name]
        return {MANAGED.format(name=name): None for name in gone}

    def _spoil(self, number: int) -> Files:
        """Something that cannot be taken in, set aside and cleaned away later."""
        cleaned: Files = {f"north/unmanaged/{name}": None for name in self.spoilt}
        self.spoilt = [f"{number}.yaml"]
        bad = self.chance.choice(["a: [", "kind: Server\n", RESOURCE.format(name="x", text="d") + "  vlna: 1\n"])
        return {f"north/raw/{number}.yaml": bad, **cleaned}

    def _nothing(self, number: int) -> Files:
        return {"README.md": f"Fabrics, seen {number} times.\n"}


@dataclass
class Place:
    """Where the syncs are done: a clone of the server's repository, or that alone for the desk."""

    forge: Forge
    repository: Repository
    clone: Path
    desk: bool
    variables: Mapping[str, str]

    @property
    def words(self) -> list[str]:
        return ["sync", "north"] if self.desk else ["sync", "--publish", "north"]

    @property
    def where(self) -> Path:
        """The repository that holds the history."""
        return self.clone if self.desk else self.repository.path

    def put(self, files: Files) -> None:
        """Let people change files: in the clone, or on the branch."""
        if not self.desk:
            there = set(self.repository.paths()) if self.repository.resolve("main") else set()
            self.repository.commit({name: text for name, text in files.items() if text is not None or name in there})
            return
        for name, text in files.items():
            path = self.clone / name
            if text is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

    def managed(self) -> dict[str, str]:
        """The resources that are managed, by name: the text that tells them apart."""
        start = "north/managed/servers/"
        if self.desk:
            texts = {path.stem: path.read_text() for path in (self.clone / start).glob("*.yaml")}
        else:
            tree = self.repository.attempt("grep", "-h", "-E", "^  (description|name):", "main", "--", start).stdout
            lines = [line.split(": ")[1] for line in tree.decode().splitlines()]
            return dict(zip(lines[::2], lines[1::2], strict=True))
        return {name: text.partition("description: ")[2].strip() for name, text in texts.items()}

    def state_bytes(self) -> int:
        """What the history takes when it is packed."""
        words = ["rev-list", "--disk-usage", "--objects", "refs/fgd/state/north"]
        bare = self.where.parent / "measured.git"
        shutil.rmtree(bare, ignore_errors=True)
        run("git", "init", "-q", "--bare", str(bare), folder=self.where.parent)
        run("git", "fetch", "-q", str(self.where), "refs/fgd/state/north:refs/fgd/state/north", folder=bare)
        return int(run("git", *words, folder=bare))


def run(*words: str, folder: Path) -> str:
    known = {**environment(), **IDENTITY}
    return subprocess.run(words, cwd=folder, env=known, check=True, capture_output=True, text=True).stdout.strip()


@dataclass
class Figures:
    """What was measured, sync by sync."""

    ends: list[Ended] = field(default_factory=list)
    temporary: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    state: int = 0
    whole: int = 0
    queries: list[float] = field(default_factory=list)

    def tenths(self) -> list[list[Ended]]:
        """The syncs in ten parts, as far as there are enough."""
        size = max(1, len(self.ends) // 10)
        return [self.ends[start : start + size] for start in range(0, len(self.ends) - size + 1, size)]

    def show(self) -> None:
        """Print the figures."""
        print(f"{len(self.ends)} syncs, by tenths")
        for words, values in (
            ("computing, ms a sync", [1000 * middle(item.computing for item in part) for part in self.tenths()]),
            ("memory, MB", [middle(item.rss_kb for item in part) / 1000 for part in self.tenths()]),
        ):
            print(f"{words:24}", *(f"{value:6.0f}" for value in values))
        print(f"open files from {self.ends[0].descriptors} to {self.ends[-1].descriptors}")
        print(f"temporary files left: {max(self.temporary)} at most")
        print(f"the history takes {self.state / 1000:.0f} kB, and the whole repository {self.whole / 1000:.0f} kB")
        print(f"questions take {', '.join(f'{seconds * 1000:.0f} ms' for seconds in self.queries)} of computing")

    def verdict(self) -> list[str]:
        """What is beyond the limits."""
        first, last = self.tenths()[0], self.tenths()[-1]
        most = SLOWER * middle(item.computing for item in first) + HISTORY_SECONDS
        memory = middle(item.rss_kb for item in last) - middle(item.rss_kb for item in first)
        found = {
            "syncs take longer and longer": middle(item.computing for item in last) > most,
            "memory grows": memory > MORE_MEMORY_KB,
            "files stay open": last[-1].descriptors - first[0].descriptors > MORE_DESCRIPTORS,
            "temporary files are left": max(self.temporary) > 0,
            "the history is too large": self.state > STATE_BYTES,
            "questions are answered slowly": max(self.queries) > QUERY_SECONDS,
        }
        return [*self.wrong, *(words for words, is_so in found.items() if is_so)]


def middle(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def soak(place: Place, warm: Warm, syncs: int, folder: Path) -> Figures:
    """Change and sync, again and again."""
    people, figures = People(random.Random(7)), Figures()
    temporary = folder / "tmp"
    temporary.mkdir()
    variables = {**place.variables, "TMPDIR": str(temporary)}
    for number in range(syncs):
        place.put(people.start() if number == 0 else people.change(number))
        end = warm.run(place.words, place.clone, variables)
        figures.ends.append(end)
        figures.temporary.append(len(list(temporary.iterdir())))
        if end.status not in (0, 1) or place.managed() != people.known:
            figures.wrong.append(f"sync {number} ended wrong: {end.said[-500:]}")
            break
        if number % 50 == 49:
            run("git", "gc", "-q", "--prune=now", folder=place.where)
            print(f"{number + 1} syncs", flush=True, file=sys.stderr)
    figures.state = place.state_bytes()
    run("git", "gc", "-q", "--prune=now", folder=place.where)
    figures.whole = sum(path.stat().st_size for path in place.where.rglob("*.pack"))
    for words in QUERIES:
        end = warm.run([*words, *(["--local"] if place.desk else [])], place.clone, variables)
        figures.queries.append(end.computing)
        figures.wrong += [f"fgd {' '.join(words)}: {end.said}"] if end.status else []
    return figures


def lay(forge: Forge, folder: Path, *, desk: bool) -> Place:
    """A repository on the server, and a clone of it; for the desk a repository of its own."""
    repository, clone = forge.repository(), folder / "clone"
    run("git", "init", "-q", "-b", "main", str(clone), folder=folder)
    if not desk:
        run("git", "remote", "add", "origin", forge.clone_url(repository), folder=clone)
        (clone / "north").mkdir()
        (clone / "fgd_config.yaml").write_text(SETTINGS)
    known = {"GITHUB_TOKEN": forge.token(), "GITHUB_SERVER_URL": forge.server_url, "PATH": os.environ["PATH"]}
    return Place(forge, repository, clone, desk, {**environment(), **known})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("syncs", nargs="?", type=int, default=1000)
    parser.add_argument("--desk", action="store_true", help="sync the files of a clone instead of a branch")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving_forge(Path(name) / "forge") as forge:
        folder = Path(name)
        (folder / "said").mkdir()
        with Warm(folder / "said", lasting=True) as warm:
            figures = soak(lay(forge, folder, desk=options.desk), warm, options.syncs, folder)
    figures.show()
    verdict = figures.verdict()
    print(*verdict, sep="\n", end="\n" if verdict else "")
    return int(bool(verdict))


if __name__ == "__main__":
    sys.exit(main())
