"""Some points of the campaign of faults and of the soak, in seconds; `make faults` and `make soak` go through all of them."""

import subprocess
import sys
from pathlib import Path

import pytest
from fault_campaign import attempt, points, reference
from file_faults import missing
from stage import stage

from redis_server import require_redis

SOAK = Path(__file__).parents[1] / "bench" / "soak.py"
CHOSEN = {
    "desk": [
        ("kill after", "rename", ".journal/index"),
        ("disk full", "open", ".journal/new-9"),
        ("EACCES", "open", "raw/1.yaml"),
    ],
    "init": [("kill after", "rename", ".journal/index")],
    "push": [("killed", "push", ""), ("lost", "git POST", "git-receive-pack")],
}
"""By mode: what goes wrong, and how the call, command or request begins and ends at which it does."""


@pytest.mark.parametrize("mode", CHOSEN)
def test_what_goes_wrong_once_is_made_good_by_a_plain_run(mode: str, fast: Path) -> None:
    require_redis()
    if missing():
        pytest.skip(missing())
    fast.mkdir(parents=True)
    with stage(mode, fast) as on:
        first, second, requests = reference(on)
        every = list(points(on, ("file", "git", "net"), requests))
        for kind, start, end in CHOSEN[mode]:
            point = next(
                item for item in every if item.kind == kind and item.what.startswith(start) and item.what.endswith(end)
            )
            came = attempt(on, point, (first, second))
            assert (came.unclean, came.lost) == ([], []), str(point)
            assert came.met, f"{point} was not met"


def test_nothing_grows_over_some_syncs() -> None:
    done = subprocess.run([sys.executable, str(SOAK), "12", "--desk"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
