"""The index of git vouches for files that are as git saw them, and for no others; the plan is that of reading all."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fgd_sync.adapters.file_ids import FileIds
from fgd_sync.adapters.git_index import vouching
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.sealed import Sealed
from fgd_sync.adapters.shelf import Cache
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.model.config import FabricSettings, IngestionSettings
from fgd_sync.model.tree import Tree
from fgd_sync.planning.options import Options
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from git_world import git

SETTINGS = IngestionSettings()
OPTIONS = Options("north", Catalogue(load), Context(FabricSettings()), SETTINGS)
TEXT = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {0}\n  namespace: default\nspec:\n"
    "  description: {1} # $Id: 0123456789012345678901234567890123456789 $\n"
)
NAMES = [f"server-{number:02d}" for number in range(30)]


@pytest.fixture(scope="module")
def rest() -> dict[str, bytes]:
    """A fabric in which nothing is to be done."""
    start = Tree({".hnp/manifest.yaml": b"fabric_name: north\n"})
    files = dict(start.after(plan(start, OPTIONS).changes).files)
    files |= {f"managed/servers/{name}.yaml": TEXT.format(name, "rack 1").encode() for name in NAMES}
    assert not plan(Tree(files), OPTIONS).changes
    return files


class Runner:
    """A repository whose work tree is checked out anew for each run, and what runs hand on."""

    def __init__(self, root: Path, files: dict[str, bytes]) -> None:
        self.root, self.work, self.files = root, root / "work", files
        self.origin = root / "origin"
        self.origin.mkdir()
        git(self.origin, "init", "-q", "-b", "main")
        self.commit({f"north/{path}": data for path, data in files.items()})
        self.plan()

    def commit(self, files: dict[str, bytes]) -> None:
        for path, data in files.items():
            place = self.origin / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        git(self.origin, "add", *(files or ["-A"]))
        git(self.origin, "commit", "-q", "-m", "x")

    def check_out(self, *settings: str) -> Path:
        """A fresh clone, as if its files had been written some time before its index."""
        subprocess.run(["rm", "-rf", str(self.work)], check=True)
        git(self.root, "clone", "-q", *(word for setting in settings for word in ("-c", setting)), "origin", "work")
        self.age()
        return self.work

    def age(self) -> None:
        """Let the index be written later than the files."""
        later = (self.work / ".git/index").stat().st_mtime_ns + 10**9
        os.utime(self.work / ".git/index", ns=(later, later))

    def plan(self) -> int:
        """Plan what is checked out, which gives what reading all gives; how many files were not read."""
        if not self.work.exists():
            self.check_out()
        cache = Cache(Sealed(str(self.root / "cache"), b"k" * 32), Look(), self.work)
        tree = LocalWorkspace(cache).read(self.work / "north", SETTINGS)
        read = getattr(tree.files, "_data", tree.files)
        number = len(tree.files) - len(read)
        whole = LocalWorkspace().read(self.work / "north", SETTINGS)
        assert plan(tree, OPTIONS) == plan(whole, OPTIONS)
        assert dict(tree.files) == dict(whole.files)
        return number


@pytest.fixture
def runner(tmp_path: Path, rest: dict[str, bytes]) -> Runner:
    return Runner(tmp_path, rest)


def path_of(name: str) -> str:
    return f"north/managed/servers/{name}.yaml"


def test_of_a_fresh_checkout_only_what_differs_is_read(runner: Runner) -> None:
    runner.check_out()
    assert runner.plan() == len(runner.files)
    runner.commit({path_of("server-03"): TEXT.format("server-03", "rack 2").encode()})
    runner.commit({path_of("server-99"): TEXT.format("server-99", "rack 2").encode()})
    (runner.origin / path_of("server-05")).unlink()
    runner.commit({})
    runner.check_out()
    assert runner.plan() == len(runner.files) - 2


def same_size(runner: Runner) -> None:
    """Edit a file without another size, and set its time back."""
    place = runner.work / path_of("server-03")
    before = place.stat()
    place.write_bytes(place.read_bytes().replace(b"rack 1", b"rack 2"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def hidden(word: str) -> Callable[[Runner], None]:
    """Edit a file that git is told not to look at."""

    def edit(runner: Runner) -> None:
        git(runner.work, "update-index", word, path_of("server-03"))
        same_size(runner)
        runner.age()

    return edit


def intended(runner: Runner) -> None:
    """A file that is to be added some day."""
    (runner.work / path_of("server-98")).write_bytes(TEXT.format("server-98", "rack 2").encode())
    git(runner.work, "add", "-N", path_of("server-98"))
    runner.age()


def conflict(runner: Runner) -> None:
    for number in (1, 2):
        git(runner.work, "checkout", "-q", "-B", f"b{number}", "origin/main")
        (runner.work / path_of("server-03")).write_bytes(TEXT.format("server-03", f"rack 1{number}").encode())
        git(runner.work, "commit", "-qam", "x")
    with pytest.raises(subprocess.CalledProcessError):
        git(runner.work, "merge", "-q", "b1")
    runner.age()


def staged(runner: Runner) -> None:
    """An edit that was added to the index is known by its content."""
    same_size(runner)
    git(runner.work, "add", "-A")
    runner.age()


def link(runner: Runner) -> None:
    (runner.work / path_of("server-03")).unlink()
    (runner.work / path_of("server-03")).symlink_to("server-04.yaml")


def folder(runner: Runner) -> None:
    (runner.work / path_of("server-03")).unlink()
    (runner.work / path_of("server-03")).mkdir()


def untracked(runner: Runner) -> None:
    (runner.work / path_of("server-97")).write_bytes(TEXT.format("server-97", "x").encode())


EDITS: dict[str, Callable[[Runner], None]] = {
    "same size": same_size,
    "assumed unchanged": hidden("--assume-unchanged"),
    "skipped": hidden("--skip-worktree"),
    "to be added": intended,
    "conflict": conflict,
    "staged": staged,
    "deleted": lambda runner: (runner.work / path_of("server-03")).unlink(),
    "replaced by a link": link,
    "replaced by a folder": folder,
    "not tracked": untracked,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_was_edited_after_the_checkout_is_read(runner: Runner, edit: Callable[[Runner], None]) -> None:
    runner.check_out()
    edit(runner)
    runner.plan()


def test_what_was_edited_at_the_moment_of_the_checkout_is_read(runner: Runner) -> None:
    """It could change once more without another time."""
    runner.check_out()
    newest = max((runner.work / path_of(name)).stat().st_ctime_ns for name in NAMES)
    os.utime(runner.work / ".git/index", ns=(newest, newest))
    assert runner.plan() == 0


ATTRIBUTES = {
    "line ends": b"* text eol=crlf\n",
    "ident": b"*.yaml ident\n",
    "encoding": b"*.yaml working-tree-encoding=UTF-16\n",
    "encoding of the same size": b"*.yaml working-tree-encoding=IBM037\n",
    "macro": b"[attr]odd working-tree-encoding=IBM037\n*.yaml odd\n",
    "filter": b"*.yaml filter=turned\n",
}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        *((".gitattributes", text) for text in ATTRIBUTES.values()),
        ("north/managed/servers/.gitattributes", ATTRIBUTES["encoding of the same size"]),
    ],
)
def test_attributes_of_a_pull_request_that_convert_files_have_all_read(runner: Runner, text: bytes, place: str) -> None:
    runner.commit({place: text})
    runner.check_out("filter.turned.smudge=tr 1 2", "filter.turned.clean=tr 2 1")
    assert runner.plan() <= 5, "the few files that are not converted"


def test_attributes_that_convert_nothing_are_no_reason_to_read(runner: Runner) -> None:
    runner.commit({".gitattributes": b"* text=auto\n*.yaml diff=yaml\narchive-log.yaml merge=union\n"})
    runner.check_out()
    assert runner.plan() == len(runner.files)


@pytest.mark.parametrize("place", [".gitattributes", ".git/info/attributes"])
def test_attributes_that_are_others_than_at_the_checkout_have_all_read(runner: Runner, place: str) -> None:
    runner.commit({".gitattributes": b"* text=auto\n"})
    (runner.check_out() / ".git/info").mkdir(exist_ok=True)
    file = runner.work / place
    file.write_bytes(b"* text\n")
    assert runner.plan() == 0
    file.unlink()
    assert (runner.plan() == 0) is (place == ".gitattributes")
    file.symlink_to("elsewhere")
    assert runner.plan() == 0


def test_line_ends_that_only_a_setting_asks_for_have_files_read(runner: Runner) -> None:
    (runner.origin / "north/.hnp/.gitattributes").unlink()
    runner.commit({})
    runner.check_out("core.autocrlf=true")
    assert runner.plan() == sum(not data for data in runner.files.values()), "an empty file has no line ends"


@pytest.mark.parametrize("words", [("--index-version", "4"), ("--split-index",)], ids=["version 4", "split"])
def test_an_index_of_another_form_vouches_for_nothing(runner: Runner, words: tuple[str, ...]) -> None:
    runner.check_out()
    git(runner.work, "update-index", *words)
    runner.age()
    assert runner.plan() == 0


def test_an_index_of_a_repository_with_other_ids_vouches_for_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", "work")
    (tmp_path / "work/a.yaml").write_bytes(b"a: 1\n")
    git(tmp_path / "work", "add", "-A")
    assert vouching(str(tmp_path / "work"), FileIds.of({"a.yaml": b"a: 1\n"})) is None


def test_an_index_that_is_damaged_cut_or_a_link_vouches_for_nothing(runner: Runner) -> None:
    index = runner.check_out() / ".git/index"
    good = index.read_bytes()
    ids = FileIds.of(runner.files)
    assert vouching(str(runner.work / "north"), ids)
    turned = good[:200] + bytes([good[200] ^ 1]) + good[201:]
    for data in (good[:-1], good[:40], b"", turned, good[:-20] + bytes(20), os.urandom(3000)):
        index.write_bytes(data)
        assert vouching(str(runner.work / "north"), ids) is None
    index.unlink()
    index.symlink_to(runner.origin / ".git/index")
    assert vouching(str(runner.work / "north"), ids) is None
    index.unlink()
    os.mkfifo(index)
    assert vouching(str(runner.work / "north"), ids) is None


def test_no_file_that_is_vouched_for_is_opened(runner: Runner) -> None:
    runner.check_out()
    watch = (
        "import sys\nfrom pathlib import Path\nopened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        "from fgd_sync.adapters.listing import Look\nfrom fgd_sync.adapters.sealed import Sealed\n"
        "from fgd_sync.adapters.shelf import Cache\nfrom fgd_sync.adapters.workspace import LocalWorkspace\n"
        "from fgd_sync.model.config import IngestionSettings\n"
        "root = Path(sys.argv[1])\ncache = Cache(Sealed(str(root / 'cache'), b'k' * 32), Look(), root / 'work')\n"
        "tree = LocalWorkspace(cache).read(root / 'work/north', IngestionSettings())\n"
        "assert tree.files.resting and not tree.files.changed\n"
        "print(*(path for path in opened if path.endswith('.yaml')))\n"
    )
    done = subprocess.run([sys.executable, "-c", watch, str(runner.root)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_other_work_trees_of_a_repository_have_an_index_of_their_own(runner: Runner) -> None:
    runner.check_out()
    git(runner.work, "worktree", "add", "-q", "../other")
    other = runner.root / "other"
    index = Path(git(other, "rev-parse", "--path-format=absolute", "--git-path", "index"))
    later = index.stat().st_mtime_ns + 10**9
    os.utime(index, ns=(later, later))
    knows = vouching(str(other / "north"), FileIds.of(runner.files))
    assert knows
    path = f"managed/servers/{NAMES[0]}.yaml"
    assert knows(path, (other / "north" / path).lstat())
    assert not knows(path, (runner.work / "north" / path).lstat())
    assert stat.S_ISREG((other / "north" / path).lstat().st_mode)
