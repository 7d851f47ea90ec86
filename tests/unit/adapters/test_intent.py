import random
from collections.abc import Callable

import pytest

from fgd_sync.adapters.intent import Effect, _each_alone, _followed, effect
from fgd_sync.adapters.safe_path import are_plain, check_path, check_paths
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.failure import FgdError

PATHS = ("raw/a.yaml", "raw/b.yaml", "managed/c.yaml", "managed/d.yaml")


def some(chance: random.Random, held: dict[str, bytes | None]) -> Change:
    """Any change; most fit what the paths hold by then."""
    path, other = chance.choice(PATHS), chance.choice(PATHS)
    data = held.get(path) if chance.random() < 0.9 else b"odd"
    kind = chance.randrange(3)
    if kind == 0:
        held[path] = chance.choice((b"1", b"2"))
        return Write(path, held[path] or b"", data)
    if kind == 1:
        held[path] = None
        return Delete(path, data or b"")
    held[path], held[other] = None, data
    return Move(path, other, data if chance.random() < 0.8 else None, chance.choice(("", "digest")))


def outcome(changes: list[Change], effect: Callable[[list[Change]], Effect | None]) -> Effect | str | None:
    try:
        return effect(changes)
    except FgdError as failure:
        return failure.message


def test_changes_that_do_not_meet_come_to_the_same_as_when_they_are_followed() -> None:
    chance, alone = random.Random(7), 0
    for _ in range(5000):
        held: dict[str, bytes | None] = dict.fromkeys(PATHS, b"0") if chance.random() < 0.5 else {}
        changes = [some(chance, held) for _ in range(chance.randrange(1, 6))]
        followed = outcome(changes, _followed)
        assert outcome(changes, effect) == followed, changes
        found = _each_alone(changes)
        assert found in (None, followed), changes
        alone += found is not None
    assert 500 < alone < 4500


@pytest.mark.parametrize("alphabet", ["a/", "a./", "a-_/", "a/\n", "a/\0é.-\n", "Zz09_-./"])
def test_many_paths_are_plain_if_each_is(alphabet: str) -> None:
    from fgd_sync.adapters.safe_path import _PLAIN

    chance = random.Random(alphabet)
    for _ in range(2000):
        paths = ["".join(chance.choices(alphabet, k=chance.randrange(6))) for _ in range(chance.randrange(1, 4))]
        assert are_plain(paths) == all(_PLAIN.fullmatch(path) for path in paths), paths


def test_one_path_among_many_that_may_not_be_written() -> None:
    fine = [f"managed/vpcs/{number}.yaml" for number in range(2500)]
    check_paths([*fine, ".hnp/manifest.yaml", "raw/é.yaml"])
    for path in ("../x", ".git/config", "raw//x", "", "raw/x\0"):
        with pytest.raises(FgdError) as alone:
            check_path(path)
        with pytest.raises(FgdError) as among:
            check_paths([*fine, path, *fine])
        assert among.value.code is code.UNSAFE_PATH
        assert among.value.message == alone.value.message
