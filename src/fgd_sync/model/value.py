"""`dataclass`, `field` and `replace` as in the standard library, made faster: a tenth of the time to define a class.

A command defines a hundred of them before it does anything. The standard library compiles seven functions for each, and
its module takes longer to import than all of ours that a command needs. Here one function is compiled, `__init__`, and
only when several values are made; the others are shared or made of what is compiled already. To type checkers these are
the functions of the standard library; `fields` and `asdict` of the library work on what is made here.
"""

import sys
from collections.abc import Callable
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "field", "replace"]

_NOTHING: Any = type("_Nothing", (), {"__slots__": ()})()


class _Field:
    """What is said of a field besides its name and its type."""

    __slots__ = ("compare", "default", "make", "repr")

    def __init__(self, default: Any, make: Any = _NOTHING, *, repr: bool = True, compare: bool = True) -> None:  # noqa: A002 - as in the library
        self.default, self.make, self.repr, self.compare = default, make, repr, compare


_Fields = dict[str, _Field]
_Value = TypeVar("_Value")

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def field(*, default: Any = _NOTHING, default_factory: Any = _NOTHING, **others: bool) -> Any:
        """Say more of a field than its default. `repr`, `compare`: whether it takes part in these."""
        return _Field(default, default_factory, **others)

    def dataclass(*, frozen: bool = False, slots: bool = False, order: bool = False) -> Callable[[type], type]:
        """Make a dataclass of a class without bases and without `__post_init__`."""

        def decorate(cls: type) -> type:
            if cls.__bases__ != (object,):
                raise TypeError(f"{cls.__name__} has a base")
            return _made(cls, frozen=frozen, slots=slots, order=order)

        return decorate

    def replace(value: _Value, /, **changes: Any) -> _Value:
        """The same value with other contents of some fields."""
        for name in value.__match_args__:
            if name not in changes:
                changes[name] = getattr(value, name)
        return value.__class__(**changes)


def _made(cls: type, *, frozen: bool, slots: bool, order: bool) -> type:
    content = dict(cls.__dict__)
    names = tuple(cls.__annotations__)
    fields = {name: _field_of(content.get(name, _NOTHING)) for name in names}
    methods = {**_comparing(fields, frozen=frozen, order=order), **(_FROZEN if frozen else {})}
    shared = {"__repr__": _repr_of(fields), "__dataclass_fields__": _LibraryFields(fields), "__match_args__": names}
    added = {"__init__": _first_init(fields, frozen=frozen, slots=slots), **shared, **methods}
    if slots:
        kept = {name: item for name, item in content.items() if name not in fields and name not in _REMADE}
        return type(cls.__name__, (), {**added, **kept, "__slots__": names, "__qualname__": cls.__qualname__})
    for name, item in fields.items():
        added |= {name: item.default} if item.default is not _NOTHING else {}
    for name, item in added.items():
        if name in fields or name not in content:
            setattr(cls, name, item)
    return cls


_REMADE = ("__dict__", "__weakref__")


def _field_of(given: Any) -> _Field:
    if isinstance(given, _Field):
        return given
    foreign = sys.modules.get("dataclasses")
    if given.__class__.__hash__ is None or (foreign and isinstance(given, foreign.Field)):
        raise TypeError(f"{given!r} cannot be a default: give a `default_factory` to `field` of this module")
    return _Field(given)


def _first_init(fields: _Fields, *, frozen: bool, slots: bool) -> Callable[..., None]:
    """A constructor for a few values; then, or where arguments do not fit, it puts a compiled one in its own place."""
    made = 0

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: N807 - its name is shown
        nonlocal made
        made += 1
        cls = self.__class__
        if cls.__init__ is __init__:
            if made <= _FEW and _filled(self, fields, values, named):
                return
            cls.__init__ = _init(cls, fields, frozen=frozen, slots=slots)
        cls.__init__(self, *values, **named)

    return __init__


_FEW = 2
"""Of most classes a command makes no more values than that: to fill them in one by one is quicker than to compile."""


def _filled(value: Any, fields: _Fields, values: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Fill in the fields of a value; False if the arguments do not fit."""
    given = {**dict(zip(fields, values, strict=False)), **named}
    if len(given) < len(values) + len(named):
        return False
    for name, item in fields.items():
        if name in given:
            content = given.pop(name)
        elif item.make is not _NOTHING:
            content = item.make()
        elif item.default is not _NOTHING:
            content = item.default
        else:
            return False
        object.__setattr__(value, name, content)
    return not given


def _init(cls: type, fields: _Fields, *, frozen: bool, slots: bool) -> Callable[..., None]:
    """The constructor; where setting an attribute is refused it goes through the slots."""
    known: dict[str, Any] = {"_nothing": _NOTHING, "_set": object.__setattr__}
    parameters, lines = [], []
    for name, item in fields.items():
        value = name
        if item.default is not _NOTHING:
            known[f"_default_{name}"] = item.default
            parameters.append(f"{name}=_default_{name}")
        elif item.make is not _NOTHING:
            known[f"_make_{name}"] = item.make
            parameters.append(f"{name}=_nothing")
            value = f"_make_{name}() if {name} is _nothing else {name}"
        else:
            parameters.append(name)
        if not frozen:
            lines.append(f"    self.{name} = {value}")
        elif slots:
            known[f"_set_{name}"] = getattr(cls, name).__set__
            lines.append(f"    _set_{name}(self, {value})")
        else:
            lines.append(f"    _set(self, {name!r}, {value})")
    body = "\n".join(lines) or "    pass"
    exec(f"def __init__(self, {', '.join(parameters)}):\n{body}\n", known)  # noqa: S102 - as the standard library does
    function: Callable[..., None] = known["__init__"]
    function.__qualname__ = f"{cls.__qualname__}.__init__"
    return function


def _comparing(fields: _Fields, *, frozen: bool, order: bool) -> dict[str, Any]:
    """Equality, hash and order of the fields, and how to make the value again from a pickle."""
    everything = _values(list(fields))
    compared = _values([name for name, item in fields.items() if item.compare])

    def equal(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return {
        "__eq__": equal,
        "__hash__": (lambda self: hash(compared(self))) if frozen else None,
        "__reduce__": lambda self: (self.__class__, everything(self)),
        **(_ordering(compared) if order else {}),
    }


def _ordering(compared: Callable[[Any], tuple[Any, ...]]) -> dict[str, Any]:
    def method(compare: Callable[[Any, Any], bool]) -> Callable[[Any, object], Any]:
        def ordered(self: Any, other: object) -> Any:
            return compare(compared(self), compared(other)) if other.__class__ is self.__class__ else NotImplemented

        return ordered

    return {f"__{compare.__name__}__": method(compare) for compare in (lt, le, gt, ge)}


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda item: tuple([getattr(item, name) for name in names])


def _repr_of(fields: _Fields) -> Callable[[Any], str]:
    def __repr__(self: Any) -> str:  # noqa: N807 - its name is shown
        shown = (name for name, item in fields.items() if item.repr)
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    return __repr__


def _set(_self: Any, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


_FROZEN = {"__setattr__": _set, "__delattr__": _delete}


class _LibraryFields:
    """The fields as the standard library describes them, made when somebody asks."""

    __slots__ = ("_fields",)

    def __init__(self, fields: _Fields) -> None:
        self._fields = fields

    def __get__(self, instance: object, owner: type) -> Any:
        import dataclasses

        described = [(name, owner.__annotations__[name], _described(item)) for name, item in self._fields.items()]
        made: Any = dataclasses.make_dataclass(owner.__name__, described)
        owner.__dataclass_fields__ = made.__dataclass_fields__  # type: ignore[attr-defined]
        return made.__dataclass_fields__


def _described(item: _Field) -> Any:
    import dataclasses

    if item.make is not _NOTHING:
        return dataclasses.field(default_factory=item.make, repr=item.repr, compare=item.compare)
    if item.default is not _NOTHING:
        return dataclasses.field(default=item.default, repr=item.repr, compare=item.compare)
    return dataclasses.field(repr=item.repr, compare=item.compare)
