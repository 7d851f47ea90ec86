import pytest
from small_fabric import OPTIONS

from fgd_sync.model.change import Move, Write
from fgd_sync.model.plan import Fate, Plan, SourceOutcome
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import EMPTY_LOG, Stamp, canonical_log, read_mapping, seal, sha256
from fgd_sync.planning.plan import plan
from fgd_sync.yamldoc.emit import emit

OWN = b'version: "2"\noperations:\n- time: "2026-01-02T03:04:05Z"\n  source: raw/a.yaml\n  targets:\n  - path: x\n'


def test_a_log_as_we_write_it_is_taken_as_it_is() -> None:
    assert canonical_log(OWN) is OWN
    assert canonical_log(EMPTY_LOG) is EMPTY_LOG


@pytest.mark.parametrize(
    "data",
    [OWN[:-8] + b'"cut off', OWN + b"<<<<<<< HEAD\n- a: 1\n=======\n- b: 2\n>>>>>>> topic\n", OWN + b"nonsense\n"],
    ids=["cut off", "merged by hand", "nonsense"],
)
def test_a_log_that_cannot_be_read_any_more_is_seen(data: bytes) -> None:
    """To what cannot be read, records would be appended for ever, and none of them found again."""
    assert canonical_log(data) is None


def test_records_are_written_as_any_yaml_whatever_files_are_called() -> None:
    names = ["a", "50 %", "cell-1", "a: b #c", "two\nlines", "ünï", "on", "'\\"]
    writes = [Write(f"managed/{name}", b"x", None) for name in names]
    sources = [
        SourceOutcome(f"raw/{name}", Fate.ARCHIVED, count, count, "0" * 64, tuple(item.path for item in writes[:count]))
        for count, name in enumerate(names)
    ]
    moved = [
        SourceOutcome(f"raw/{name}.yml", Fate.PARTLY, 1, 1, "1e5", (writes[0].path,), f"unmanaged/{name}")
        for name in names
    ]
    plan = Plan("north", "", (*writes, Move("raw/x", "raw/y", b"")), (), (), (*sources, *moved))
    *_, log = seal(plan, Stamp("2026-01-02T03:04:05Z", "10"), None)
    assert isinstance(log, Write)
    records = read_mapping(log.data)
    assert records
    assert emit(records).encode() == log.data
    assert [item["source"] for item in records["operations"]] == [item.path for item in (*sources, *moved)]
    assert [len(item.get("targets", ())) for item in records["operations"]] == [*range(len(names)), *[1] * len(names)]


def test_the_digests_of_sources_are_handed_to_whoever_moves_them() -> None:
    server = b"apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: s}\nspec: {}\n"
    tree = Tree({"raw/a.yaml": server, "raw/b.yaml": server, "raw/c.yaml": b"a: [\n"})
    sealed = seal(plan(tree, OPTIONS), Stamp("2026-01-02T03:04:05Z", "10"), None)
    moved = {item.source: item.sha256 for item in sealed if isinstance(item, Move)}
    assert moved == {path: sha256(data) for path, data in tree.files.items()}
