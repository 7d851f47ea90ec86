"""The budgets of the code: a look at a function or module must be enough to understand it."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "fgd_sync"
MODULES = sorted(SOURCE.rglob("*.py"))

LONGEST_FUNCTION, P90_FUNCTION, MEDIAN_FUNCTION = 50, 25, 8
LONGEST_MODULE = 350
POSITIONAL = 4

TABLES = {
    "model/code.py": "one table of codes, read from top to bottom",
    "rules/external_acl.py": "one list, mostly the examples of its rules",
}
"""Modules over the limit, each with its reason."""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its decorators and docstring left out."""
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


LENGTHS = {f"{name_of(path)}:{node.lineno} {node.name}": length(node) for path in MODULES for node in functions(path)}


def test_no_function_is_too_long() -> None:
    over = {name: lines for name, lines in LENGTHS.items() if lines > LONGEST_FUNCTION}
    assert not over, f"functions of more than {LONGEST_FUNCTION} lines"


def test_most_functions_are_short() -> None:
    lines = sorted(LENGTHS.values())
    assert statistics.median(lines) <= MEDIAN_FUNCTION
    assert lines[len(lines) * 9 // 10] <= P90_FUNCTION, "the longest tenth of the functions grew"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_too_long(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST_MODULE or name_of(path) in TABLES, f"{lines} lines: split it by topic"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_calls_stay_readable(path: Path) -> None:
    over = [
        f"{node.name} takes {len(names)}"
        for node in functions(path)
        if len(
            names := [item.arg for item in (*node.args.posonlyargs, *node.args.args) if item.arg not in ("self", "cls")]
        )
        > POSITIONAL
        and not _is_command(node)
    ]
    assert not over, f"more than {POSITIONAL} positional parameters: make the rest keyword-only"


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """click passes the options of a command by name."""
    return any("click" in ast.unparse(item) for item in node.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "no docstring"
