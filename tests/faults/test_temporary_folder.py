"""A temporary folder is gone after its block, whichever call of its removal fails once."""

import errno
from contextlib import ExitStack
from pathlib import Path

import pytest
from fault_world import Saboteur, failing, sabotaged

from fgd_sync.adapters.scratch import temporary_folder


def test_an_error_at_any_call_leaves_no_temporary_folder(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(fast))
    for step in range(100):
        saboteur = Saboteur(step, failing(errno.EIO))
        leave = ExitStack()
        folder = leave.enter_context(temporary_folder())
        (folder / "objects/info").mkdir(parents=True)
        (folder / "objects/pack").write_bytes(b"x")
        with sabotaged(saboteur):
            leave.close()
        assert list(fast.iterdir()) == [], f"call {step} ({saboteur.last})"
        if saboteur.count <= step:
            break
    assert step > 5
