import random

import pytest

from fgd_sync.adapters.intent import Effect, effect
from fgd_sync.adapters.safe_path import are_plain, check_path, check_paths
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.failure import FgdError

PATHS = ("raw/a.yaml", "raw/b.yaml", "managed/c.yaml", "managed/d.yaml")


class LaterWrite(Write):
    """A write that is followed like one of a path that was met before."""


class LaterMove(Move):
    """A move of the same sort."""


def slowly(changes: list[Change]) -> list[Change]:
    """The changes, none of which is taken for the first of its path."""
    return [
        LaterWrite(item.path, item.data, item.before)
        if isinstance(item, Write)
        else LaterMove(item.source, item.target, item.before, item.sha256)
        if isinstance(item, Move)
        else item
        for item in changes
    ]


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


def outcome(changes: list[Change]) -> Effect | str:
    try:
        return effect(changes)
    except FgdError as failure:
        return failure.message


def test_the_first_changes_of_paths_come_to_the_same_as_later_ones() -> None:
    chance = random.Random(7)
    outcomes = list[bool]()
    for _ in range(3000):
        held: dict[str, bytes | None] = dict.fromkeys(PATHS, b"0") if chance.random() < 0.5 else {}
        changes = [some(chance, held) for _ in range(chance.randrange(1, 6))]
        found = outcome(changes)
        assert found == outcome(slowly(changes)), changes
        if isinstance(found, Effect):
            assert found.moves == effect(slowly(changes)).moves
        outcomes.append(isinstance(found, Effect))
    assert 300 < sum(outcomes) < 2700


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
