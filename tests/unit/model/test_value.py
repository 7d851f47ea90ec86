"""Our quick frozen dataclass does what that of the standard library does."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from functools import cached_property
from typing import Any

import pytest

from fgd_sync.model.location import Position
from fgd_sync.model.value import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Quick:
    """A value."""

    name: str
    count: int = 3
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="x", repr=False)
    note: str = field(default="", compare=False)

    @property
    def loud(self) -> str:
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """A value."""

    name: str
    count: int = 3
    tags: list[str] = dataclasses.field(default_factory=list)
    secret: str = dataclasses.field(default="x", repr=False)
    note: str = dataclasses.field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class One:
    """A value with one field."""

    only: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """A value without fields."""


@dataclass(slots=True)
class Counter:
    """A value that changes."""

    name: str
    count: int = 0


@dataclass(frozen=True)
class Kept:
    """A value that remembers."""

    number: int

    @cached_property
    def doubled(self) -> list[int]:
        return [self.number] * 2


@pytest.mark.parametrize(
    "call",
    [
        lambda make: repr(make("a")).partition("(")[2],
        lambda make: repr(make("a", 4, ["t"], secret="s", note="n")).partition("(")[2],
        lambda make: make("a") == make("a", note="other"),
        lambda make: make("a") == make("a", 4),
        lambda make: make("a") == ("a", 3, [], "x", ""),
        lambda make: dataclasses.asdict(make("a", tags=["t"])),
        lambda make: dataclasses.replace(make("a"), count=5).count,
        lambda make: [item.name for item in dataclasses.fields(make)],
        lambda make: make.__match_args__,
        lambda make: make("a").tags is make("a").tags,
        lambda make: hasattr(make("a"), "__dict__"),
        lambda make: copy.deepcopy(make("a", tags=["t"])).tags,
        lambda make: pickle.loads(pickle.dumps(make("a", 9, ["t"], "s", "n"))) == make("a", 9, ["t"], "s", "n"),
    ],
)
def test_it_answers_as_the_dataclass_of_the_library(call: Any) -> None:
    assert call(Quick) == call(Plain)


@pytest.mark.parametrize("make", [Quick, Plain])
def test_it_is_frozen(make: Any) -> None:
    value = make("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        value.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del value.name


@pytest.mark.parametrize("make", [Quick, Plain])
def test_it_refuses_wrong_arguments(make: Any) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument: 'name'"):
        make()
    with pytest.raises(TypeError, match="unexpected keyword argument 'nmae'"):
        make(nmae="a")


def test_the_first_values_of_a_class_are_made_like_the_later_ones() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        """A value."""

        name: str
        tags: list[str] = field(default_factory=list)
        note: str = "n"

    many = [Fresh("a", note="m") for _ in range(5)]
    assert all(one == many[0] and (one.name, one.tags, one.note) == ("a", [], "m") for one in many)
    assert many[0].tags is not many[1].tags
    assert Fresh("a", ["t"], "m") != many[0]


@pytest.mark.parametrize("values", [(), ("a", 1, [], "s", "n", "more")])
@pytest.mark.parametrize("named", [{"name": "b"}, {"nmae": "b"}])
def test_arguments_that_do_not_fit_are_refused_from_the_first_value_on(values: Any, named: Any) -> None:
    @dataclass(slots=True)
    class Fresh:
        """A value."""

        name: str
        count: int = 3

    if values or "nmae" in named:
        for _ in range(4):
            with pytest.raises(TypeError, match="__init__"):
                Fresh(*values, **named)
    assert Fresh("a", count=4).count == 4


def test_values_can_be_keys() -> None:
    assert {One((1,)): "a", Empty(): "b", Position(1, 2): "c"}[One((1,))] == "a"
    assert hash(One((1,))) == hash(((1,),))
    assert Empty() == Empty()


def test_values_of_one_field_and_none_go_through_a_pickle() -> None:
    assert pickle.loads(pickle.dumps((One((7,)), Empty()))) == (One((7,)), Empty())


def test_it_replaces_as_the_library_does() -> None:
    assert replace(Quick("a", note="n"), count=5, tags=["t"]) == Quick("a", 5, ["t"], note="n")
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        replace(Quick("a"), size=1)  # type: ignore[call-arg] # what is tried


def test_one_that_is_not_frozen_is_changed_in_place_and_is_no_key() -> None:
    counter = Counter("a")
    counter.count += 1
    assert repr(counter) == "Counter(name='a', count=1)"
    assert counter == pickle.loads(pickle.dumps(counter)) != Counter("a")
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_ordered_ones_are_sorted_by_their_fields() -> None:
    places = [Position(2, 1), Position(1, 3), Position(1, 2)]
    assert sorted(places) == [places[2], places[1], places[0]]
    assert Position(1, 2) <= Position(1, 2) < Position(1, 3)
    with pytest.raises(TypeError, match="not supported"):
        assert Position(1, 2) < (1, 3)  # type: ignore[operator] # what is tried


def test_one_without_slots_keeps_what_was_found_once() -> None:
    kept = Kept(2)
    assert kept.doubled is kept.doubled
    assert kept == Kept(2)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'number'"):
        kept.number = 3  # type: ignore[misc] # what is tried


def test_what_it_does_not_do_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="give a `default_factory`"):

        @dataclass(frozen=True, slots=True)
        class _Odd:
            """A value."""

            name: str = dataclasses.field(default="", init=False)

    with pytest.raises(TypeError, match="has a base"):

        @dataclass(frozen=True, slots=True)
        class _Late(One):
            """A value."""


def test_defining_one_is_much_quicker() -> None:
    program = (
        "import sys, time, dataclasses; from fgd_sync.model import value\n"
        "def seconds(make):\n"
        "    start = time.process_time()\n"
        "    for _ in range(50):\n"
        "        make(frozen=True, slots=True)(type('V', (), {'__annotations__': {'a': int, 'b': str, 'c': str},"
        " '__doc__': 'v', '__module__': '__main__'}))\n"
        "    return time.process_time() - start\n"
        "pairs = [(seconds(value.dataclass), seconds(dataclasses.dataclass)) for _ in range(5)]\n"
        "sys.exit(min(quick for quick, _ in pairs) * 5 > min(plain for _, plain in pairs))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
