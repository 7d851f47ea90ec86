"""What a fabric is to become by a sync, said a second time in the simplest way: from bytes, with another YAML reader.

Every document that the actors write is a Server whose description is a token of its own, or a text with a token.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

import yaml

Files = Mapping[str, bytes]
TOKEN = re.compile(rb"token-\d+")
MANIFEST, LOG = ".hnp/manifest.yaml", ".hnp/archive-log.yaml"


def tokens(files: Files) -> set[bytes]:
    """The tokens of all documents, wherever they are. The tool's own records do not count."""
    return {token for path, data in files.items() if not path.startswith(".hnp/") for token in TOKEN.findall(data)}


@dataclass(frozen=True)
class Document:
    """One document: the name of its Server ("" if it is none), its token, and whether the fabric would take it."""

    name: str
    token: str
    valid: bool


@cache
def documents(data: bytes) -> tuple[Document, ...]:
    """The documents of a file, each read by itself, as the actors put them together."""
    return tuple(item for text in data.split(b"---\n") for item in _read(text))


def _read(text: bytes) -> Iterator[Document]:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        yield Document("", "", valid=False)
        return
    if value is not None:
        yield _document(value)


def _document(value: object) -> Document:
    if not isinstance(value, dict) or value.get("kind") != "Server":
        return Document("", "", valid=False)
    spec = value["spec"]
    return Document(value["metadata"]["name"], next(iter(spec.values())), valid=set(spec) == {"description"})


@dataclass
class Expected:
    """What a sync makes of some files.

    `managed`: the token of each resource that is managed for certain. `doubtful`: names that stand in several managed
    files, or in one that is not valid: what becomes of them is for the planner to say. `brought`: names that come in
    from raw/. `lost`: tokens that may go, because a newer document takes the place of theirs.
    """

    managed: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    brought: set[str] = field(default_factory=set)
    lost: set[bytes] = field(default_factory=set)


def expected(files: Files) -> Expected:
    """What a sync makes of the files of a fabric."""
    there, doubtful = _managed(files)
    coming: dict[str, set[str]] = defaultdict(set)
    for _, item in _sources(files):
        if item.valid:
            coming[item.name].add(item.token)
    brought = {name: min(found) for name, found in coming.items() if len(found) == 1}
    made = Expected({**there, **brought}, doubtful, set(brought))
    made.lost = set(_replaced(files, made.brought))
    return made


def _managed(files: Files) -> tuple[dict[str, str], set[str]]:
    """The tokens of what is managed for certain, and the names about which only the planner can say.

    A file with something invalid, or with a resource that stands elsewhere too, may stay where it is; then so may all
    else that it holds, and whatever has its place taken by it.
    """
    held = {path: documents(data) for path, data in files.items() if path.startswith("managed/servers/")}
    found = [item for items in held.values() for item in items]
    counts = Counter(item.name for item in found)
    doubtful = {item.name for item in found if not item.valid or counts[item.name] > 1}
    for _ in held:
        for path, items in held.items():
            names = {item.name for item in items}
            if names & doubtful or not all(item.valid for item in items):
                doubtful |= names | {path.rpartition("/")[2].removesuffix(".yaml")}
    return {item.name: item.token for item in found if item.name not in doubtful}, doubtful


def _sources(files: Files) -> Iterator[tuple[str, Document]]:
    """The documents that come in: not those of a file that is still as it was when it was taken in and left there."""
    kept = _kept(files)
    for path, data in files.items():
        if path.startswith("raw/") and path.endswith(".yaml") and kept.get(path) != sha256(data).hexdigest():
            for item in documents(data):
                yield path, item


def _kept(files: Files) -> dict[str, str]:
    """The digest of each source that was left in place when it was taken in last."""
    return _kept_by(files.get(LOG, b"operations: []"))


@cache
def _kept_by(log: bytes) -> dict[str, str]:
    if b"kept: true" not in log:
        return {}
    last = {record["source"]: record for record in yaml.safe_load(log)["operations"]}
    return {path: record["sha256"] for path, record in last.items() if record.get("kept")}


def _replaced(files: Files, brought: set[str]) -> Iterator[bytes]:
    """The tokens of resources that a newer document replaces, and of drafts that their own file brings anew."""
    for path, data in files.items():
        if path.startswith("managed/"):
            yield from (item.token.encode() for item in documents(data) if item.name in brought)
        elif path.startswith("unmanaged/"):
            anew = {item.name for item in documents(files.get(path.replace("unmanaged/", "raw/", 1), b""))}
            names = {item.name for item in documents(data)} - {""}
            yield from TOKEN.findall(data) if anew and names <= anew else ()


def managed_files(files: Files) -> dict[str, list[str]]:
    """Of each resource, the managed files that describe it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, data in files.items():
        if path.startswith("managed/") and path.endswith(".yaml"):
            for item in documents(data):
                found[item.name].append(path)
    return found


def judge(before: Files, after: Files) -> None:
    """Raise AssertionError unless a sync may have made the files `after` of `before`."""
    wanted = expected(before)
    there = managed_files(after)
    for name, token in wanted.managed.items():
        if name in wanted.doubtful:
            continue
        path = f"managed/servers/{name}.yaml"
        assert there.get(name) == [path], f"{name} is managed in {there.get(name)}"
        assert [item.token for item in documents(after[path])] == [token], f"{name} holds something else"
    unknown = there.keys() - wanted.managed.keys() - wanted.doubtful
    assert not unknown, f"nobody asked for {unknown}"
    gone = tokens(before) - tokens(after) - wanted.lost
    assert not gone, f"lost: {gone}"
    assert after.get(LOG, b"").startswith(before.get(LOG, b"").removesuffix(b" []\n")), "the log was rewritten"
