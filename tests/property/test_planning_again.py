"""Planning after a change, built upon what was found before, gives the very plan that planning anew gives."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.adapters.packaged import load
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Tree
from fgd_sync.planning.again import again
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG, managed_path
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import RULES, Context, Rule, Scope
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.emit import emit
from remembered import MemoryFiles

CATALOGUE = Catalogue(load)
OPTIONS = Options("north", CATALOGUE, Context(FabricSettings(gateway=True)), impact=True)
STAMP = Stamp("2026-01-02T03:04:05Z", "sync-1")
SURROUNDINGS = (Path(__file__).parents[1] / "rules" / "surroundings.yaml").read_text(encoding="utf-8")
FABRIC_RULES = [rule for rule in RULES.values() if rule.scope is not Scope.DOCUMENT]


def files_of(documents: Iterable[Any]) -> dict[str, bytes]:
    """The managed files of some resources."""
    found = {}
    for body in documents:
        group, meta = body["apiVersion"].partition("/")[0], body["metadata"]
        ref = Ref(group, body["kind"], meta.get("namespace", "default"), meta["name"])
        if (group, body["kind"]) in KIND_BY_ID:
            found[managed_path(ref, "default")] = emit(body).encode()
    return found


def documents_of(text: str) -> list[Any]:
    return [body for body in yaml.safe_load_all(text) if body and "fgd" not in body]


AROUND = files_of(documents_of(SURROUNDINGS))


def at_rest(files: dict[str, bytes], options: Options) -> Tree:
    """The directory with these files after a sync."""
    tree = Tree(files)
    for _ in range(3):
        made = plan(tree, options)
        if not made.changes:
            return tree
        tree = tree.after(seal(made, STAMP, tree.files.get(ARCHIVE_LOG)))
    raise AssertionError("it does not come to rest")


def remembered(tree: Tree, options: Options) -> MemoryFiles:
    """The files of a directory at rest, planned once."""
    files = MemoryFiles(tree)
    plan(Tree(files), options)
    return files


def step(tree: Tree, before: MemoryFiles | None, options: Options) -> tuple[MemoryFiles, bool]:
    """Plan with what is remembered and without; whether it could be built upon."""
    files = MemoryFiles(tree, before)
    known = Tree(files, tree.obstacles)
    is_built_upon = again(files, known, options) is not None
    assert plan(known, options) == plan(tree, options)
    return files, is_built_upon


@pytest.mark.parametrize("rule", FABRIC_RULES, ids=lambda rule: rule.id)
def test_a_rule_is_broken(rule: Rule) -> None:
    """A fabric at rest is edited so that it breaks the rule, compared with nothing and with what there was before."""
    good, bad = files_of(documents_of(rule.before or rule.good)), files_of(documents_of(rule.bad))
    context = Context(OPTIONS.context.settings, {} if rule.default_on else {rule.id: "error"})
    options = replace(OPTIONS, context=context)
    first = at_rest({**bad, **AROUND, **good}, options)
    known = remembered(first, options)
    second = Tree({**first.files, **bad})
    assert step(second, known, options)[1]
    base = {path: first.files[path] for path in second.files if second.files[path] != first.files[path]}
    step(second, known, replace(options, base=base))


@pytest.mark.parametrize("rule", FABRIC_RULES[::8], ids=lambda rule: rule.id)
def test_a_rule_is_kept_again(rule: Rule) -> None:
    """A fabric rests although it breaks a rule, and is put right."""
    good, bad = files_of(documents_of(rule.good)), files_of(documents_of(rule.bad))
    first = at_rest({**good, **AROUND, **bad}, OPTIONS)
    assert step(Tree({**first.files, **good}), remembered(first, OPTIONS), OPTIONS)[1]


PLACES = {
    "rename": "managed/servers/renamed-{}.yaml",
    "double": "managed/vpcs/double-{}.yaml",
    "drop in": "raw/dropped-{}.yaml",
    "archive": "raw/archived-{}.yaml.archived",
    "set aside": "unmanaged/aside-{}.yaml",
    "stray": "stray-{}.yaml",
    "leave out": "raw/ignored-{}.txt",
}
"""How a file comes to be elsewhere, and where."""

VALUES = re.compile(r"(?<=[:\-/ ])([\w.]+(?:[-/][\w.]+)*)$", re.MULTILINE)


@st.composite
def edits(draw: st.DrawFn, paths: list[str]) -> tuple[str, str, int, int]:
    """A file to edit, how, which of its values, and which value of another file to put there."""
    inside = ["copy", "copy", "copy", "number", "comment", "break", "ignore", "swap", "same", "drop", "empty"]
    how = draw(st.sampled_from([*inside, "delete", "delete", "restore", "rename", *PLACES]))
    return draw(st.sampled_from(paths)), how, draw(st.integers(0, 40)), draw(st.integers(0, 10_000))


def changed(files: dict[str, bytes], path: str, how: str, place: int, other: int) -> dict[str, bytes]:
    """The files after one of them was edited, deleted, restored, renamed or copied elsewhere."""
    if how == "restore":
        return {**files, path: REST.files[path]}
    if path not in files:
        return files
    if how in PLACES:
        files = {**files, PLACES[how].format(other % 3): files[path]}
    elif how != "delete":
        return {**files, path: edited(files, path, how, place, other)}
    return {name: data for name, data in files.items() if name != path} if how in ("delete", "rename") else files


def edited(files: dict[str, bytes], path: str, how: str, place: int, other: int) -> bytes:
    """The bytes of a file after an edit."""
    text = files[path].decode("utf-8", "replace")
    found = list(VALUES.finditer(text))
    if how == "break":
        return (text + "}: [\n").encode()
    if how == "comment":
        return f"# {other}\n{text}".encode()
    if how == "ignore":
        note = "  annotations:\n    fgd.githedgehog.com/ignore: VPC-012\n    fgd.githedgehog.com/ignore-reason: so\n"
        return text.replace("metadata:\n", f"metadata:\n{note}", 1).encode()
    if how == "swap":
        return files[sorted(files)[other % len(files)]]
    if how == "drop":
        lines = text.splitlines(keepends=True)
        return "".join(line for number, line in enumerate(lines) if number != place % len(lines)).encode()
    if how == "empty":
        return b"# nothing\n" if other % 2 else b""
    if how == "same" or not found:
        return text.encode()
    spot = found[place % len(found)]
    value = str(other % 5000)
    if how == "copy":
        everywhere = [
            m.group(1) for name in sorted(files) for m in VALUES.finditer(files[name].decode("utf-8", "replace"))
        ]
        value = everywhere[other % len(everywhere)] if everywhere else value
    return (text[: spot.start(1)] + value + text[spot.end(1) :]).encode()


REST = at_rest(AROUND, OPTIONS)
MANAGED = sorted(path for path in REST.files if path.startswith("managed/") and path.endswith(".yaml"))


def base_of(files: dict[str, bytes]) -> dict[str, bytes]:
    """What the files at rest were that differ or are gone, and that new ones were not there."""
    old = {path: data for path, data in REST.files.items() if files.get(path) != data}
    return old | {path: b"" for path in files if path.startswith("managed/") and path not in REST.files}


@settings(max_examples=settings().max_examples // 20)
@given(st.lists(st.tuples(st.lists(edits(MANAGED), min_size=1, max_size=3), st.booleans()), min_size=1, max_size=4))
def test_any_edits_in_any_order(steps: list[tuple[list[tuple[str, str, int, int]], bool]]) -> None:
    tree = REST
    known = remembered(tree, OPTIONS)
    for changes, compares in steps:
        files = dict(tree.files)
        for path, how, place, other in changes:
            files = changed(files, path, how, place, other)
        tree = Tree(files)
        base = base_of(files) if compares else {}
        after, _ = step(tree, known, replace(OPTIONS, base=base))
        known = after if after.kept else known


def test_a_folder_that_the_plan_itself_empties_is_kept() -> None:
    path = "managed/ipv4namespaces/default.yaml"
    server = next(name for name in MANAGED if "/servers/" in name)
    tree = Tree({**REST.files, path: REST.files[server], server: b"".join(REST.files[server].splitlines(True)[1:])})
    assert not step(tree, remembered(REST, OPTIONS), OPTIONS)[1]


def test_only_what_is_concerned_is_read_and_examined() -> None:
    known = remembered(REST, OPTIONS)
    path = next(path for path in MANAGED if "/servers/" in path)
    tree = Tree({**REST.files, path: REST.files[path] + b"# moved\n"})
    files = MemoryFiles(tree, known)
    plan(Tree(files), OPTIONS)
    assert path in files.read
    assert len(files.read) < len(tree.files) / 2


MAKER = run_path(str(Path(__file__).parents[1] / "bench" / "fabric_maker.py"))
LARGE = at_rest(files_of(documents_of("---\n".join(MAKER["documents"](240)))), OPTIONS)
KINDS = ("vpcs", "connections", "vpcattachments", "switches", "servers")


@pytest.fixture(scope="module")
def large() -> MemoryFiles:
    return remembered(LARGE, OPTIONS)


@pytest.mark.parametrize("how", ["copy", "number", "delete"])
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_like_the_one_that_changed_few_are_read(kind: str, how: str, large: MemoryFiles) -> None:
    """Even if each of them could have got in its way, and some now do."""
    paths = [path for path in sorted(LARGE.files) if path.startswith(f"managed/{kind}/")]
    for number, path in enumerate(paths[::20]):
        others = {name: LARGE.files[name] for name in paths}
        edited = others if how == "delete" else changed(others, path, how, 3 + 2 * number, 7 + number)
        tree = Tree({**LARGE.files, **edited})
        tree = Tree({name: data for name, data in tree.files.items() if how != "delete" or name != path})
        files, is_built_upon = step(tree, large, OPTIONS)
        assert is_built_upon or kind == "switches"
        assert len(files.read) < len(LARGE.files) / 3 or not is_built_upon


@pytest.mark.parametrize(
    ("how", "compares"),
    [("delete", False), ("delete", True), ("rename", True), ("archive", False), ("set aside", True)],
)
@pytest.mark.parametrize("path", MANAGED[::9])
def test_what_came_and_went_is_built_upon(path: str, how: str, compares: bool) -> None:
    """Without all being planned anew; and so is what comes back."""
    known = remembered(REST, OPTIONS)
    files = changed(dict(REST.files), path, how, 0, 1)
    options = replace(OPTIONS, base=base_of(files)) if compares else OPTIONS
    after, is_built_upon = step(Tree(files), known, options)
    folder = path.rpartition("/")[0]
    stays = sum(name.startswith(folder) for name in REST.files) > 1
    assert is_built_upon == (stays or how not in ("delete", "rename"))
    assert step(REST, after if after.kept else known, OPTIONS)[1] or not stays


def test_what_is_suggested_for_a_name_depends_on_which_names_there_are_and_on_nothing_else() -> None:
    server = {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {"name": "rack-7"}}
    ends = {"server": {"port": "rack-17/enp1"}, "switch": {"port": "leaf-01/E1/7"}}
    cable = {**server, "kind": "Connection", "metadata": {"name": "c"}, "spec": {"unbundled": {"link": ends}}}
    first = at_rest({**AROUND, **files_of([server, cable])}, OPTIONS)
    path = "managed/servers/rack-7.yaml"
    written = first.files[path]
    texts = {
        "is edited": written + b"spec:\n  description: edited\n",
        "cannot be read": b"a: [",
        "is invalid": written + b"spec:\n  descripion: edited\n",
        "has another name": written.replace(b"rack-7", b"rack-1"),
        "has no resource": b"",
    }
    for what, data in texts.items():
        assert data != written, what
        files, is_built_upon = step(Tree({**first.files, path: data}), remembered(first, OPTIONS), OPTIONS)
        assert is_built_upon, what
        assert ("managed/connections/c.yaml" in files.read) == (what not in ("is edited", "is invalid")), what
        step(first, files, OPTIONS)
    suggested = {item.remedy for item in plan(first, OPTIONS).diagnostics if item.rule == "CONN-026"}
    assert suggested == {"Did you mean rack-7? If not, add it to the fabric."}
