"""Compiled modules are found as Python finds them; what is not compiled, or not that of its source, is left to Python."""

import os
import py_compile
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from fgd_sync.cli.finder import Finder

FINDER = Finder("some")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "part.py"
    path.write_text("ANSWER = 41\n")
    return path


@pytest.mark.parametrize("mode", [PycInvalidationMode.TIMESTAMP, PycInvalidationMode.UNCHECKED_HASH])
def test_a_compiled_module_is_what_it_would_be_with_pythons_own_finder(source: Path, mode: PycInvalidationMode) -> None:
    py_compile.compile(str(source), invalidation_mode=mode)
    ours, theirs = (
        FINDER.find_spec("some.part", [str(source.parent)]),
        PathFinder.find_spec("part", [str(source.parent)]),
    )
    assert ours
    assert theirs
    assert (ours.origin, ours.cached, ours.has_location, ours.parent) == (str(source), theirs.cached, True, "some")
    module = module_from_spec(ours)
    assert ours.loader
    ours.loader.exec_module(module)
    assert (module.ANSWER, module.__file__) == (41, str(source))


def test_what_is_not_compiled_or_not_as_the_source_is_now_is_left_to_python(source: Path) -> None:
    where = [str(source.parent)]
    assert FINDER.find_spec("some.part", where) is None
    py_compile.compile(str(source), invalidation_mode=PycInvalidationMode.TIMESTAMP)
    assert FINDER.find_spec("some.part", where)
    os.utime(source, (1, 1))
    assert FINDER.find_spec("some.part", where) is None
    py_compile.compile(str(source), invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    assert FINDER.find_spec("some.part", where) is None
    py_compile.compile(str(source), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    source.unlink()
    assert FINDER.find_spec("some.part", where) is None


def test_other_packages_and_what_was_compiled_by_another_python_are_left_to_python(source: Path) -> None:
    where = [str(source.parent)]
    compiled = Path(py_compile.compile(str(source), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH) or "")
    assert FINDER.find_spec("someone.part", where) is None
    assert FINDER.find_spec("some", None) is None
    compiled.write_bytes(b"\0\0\r\n" + compiled.read_bytes()[4:])
    assert FINDER.find_spec("some.part", where) is None
