"""Imports `pathlib` without `urllib.parse`, which takes a third of the time and serves `Path.as_uri` alone.

While it is imported something else stands in the place of that module, and what is taken from that imports the module
when it is called. Python from 3.13 on does without. Imports next to nothing.
"""

import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NAME = "urllib.parse"


class _Later(ModuleType):
    """Stands for a module of functions."""

    def __getattr__(self, name: str) -> "Callable[..., Any]":
        if name.startswith("__"):
            raise AttributeError(name)

        def function(*values: object, **named: object) -> object:
            from importlib import import_module

            return getattr(import_module(_NAME), name)(*values, **named)

        return function


def import_pathlib() -> None:
    """Have `pathlib` imported."""
    if _NAME in sys.modules or "pathlib" in sys.modules:
        return
    sys.modules[_NAME] = _Later(_NAME)
    try:
        import pathlib  # noqa: F401 - so that it is there
    finally:
        del sys.modules[_NAME]
