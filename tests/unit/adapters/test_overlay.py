from pathlib import Path

import pytest

from fgd_sync.adapters import journal
from fgd_sync.adapters.carry_out import CarryOut
from fgd_sync.adapters.intent import effect
from fgd_sync.adapters.overlay import Overlay
from fgd_sync.adapters.root import Root
from fgd_sync.model.change import Delete, Move, Write
from fgd_sync.model.tree import Obstacle

CHANGES = (
    Write("managed/x.yaml", b"new x", b"x"),
    Write("managed/n.yaml", b"n", None),
    Delete("raw/d.yaml", b"d"),
    Move("raw/m.yaml", "raw/m.yaml.archived", b"m"),
    Move("raw/big.yaml", "unmanaged/big.yaml", None),
)
BEFORE = {"managed/x.yaml": b"x", "raw/d.yaml": b"d", "raw/m.yaml": b"m"}
AFTER = {"managed/x.yaml": b"new x", "managed/n.yaml": b"n", "raw/m.yaml.archived": b"m"}


@pytest.mark.parametrize("done", [False, True], ids=["still to be made", "made since it was read"])
@pytest.mark.parametrize("missed", [False, True], ids=["read whole", "moved files missed"])
def test_what_was_read_becomes_what_will_be(tmp_path: Path, done: bool, missed: bool) -> None:
    for name, data in {**BEFORE, "raw/big.yaml": b"big"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    files, obstacles = dict(BEFORE), {"raw/big.yaml": Obstacle.TOO_LARGE}
    if missed and done:
        del files["raw/m.yaml"], obstacles["raw/big.yaml"]
    with Root(tmp_path) as root:
        wanted = effect(CHANGES)
        intent = journal._intent(root, wanted, frozenset())
        journal._stage_and_decide(root, wanted, intent)
        if done:
            CarryOut(root, intent).run()
        Overlay(root, files, obstacles).lay(intent)
    assert files == AFTER
    assert obstacles == {"unmanaged/big.yaml": Obstacle.TOO_LARGE}
