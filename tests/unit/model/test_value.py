"""Our quick frozen dataclass does what that of the standard library does."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from typing import Any

import pytest

from fgd_sync.model.location import Position
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Quick:
    """A value."""

    name: str
    count: int = 3
    tags: list[str] = dataclasses.field(default_factory=list)
    secret: str = dataclasses.field(default="x", repr=False)
    note: str = dataclasses.field(default="", compare=False)

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


def test_values_can_be_keys() -> None:
    assert {One((1,)): "a", Empty(): "b", Position(1, 2): "c"}[One((1,))] == "a"
    assert hash(One((1,))) == hash(((1,),))
    assert Empty() == Empty()


def test_values_of_one_field_and_none_go_through_a_pickle() -> None:
    assert pickle.loads(pickle.dumps((One((7,)), Empty()))) == (One((7,)), Empty())


def test_what_it_does_not_do_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="asks for what only the dataclass of the library does"):

        @dataclass(frozen=True, slots=True)
        class _Odd:
            """A value."""

            name: str = dataclasses.field(default="", init=False)


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
        "sys.exit(min(quick for quick, _ in pairs) * 2 > min(plain for _, plain in pairs))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
