import pytest

from fgd_sync.planning.archive_log import EMPTY_LOG, canonical_log

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
