"""The budgets of the code: a look at a function or module must be enough to understand it."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "fgd_sync"
TEXTS = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}
MODULES = {name: ast.parse(text) for name, text in TEXTS.items()}

LONGEST_FUNCTION, P90_FUNCTION, MEDIAN_FUNCTION = 50, 25, 8
LONGEST_MODULE = 350
POSITIONAL = 4

TABLES = {
    "model/code.py": "one table of codes, read from top to bottom",
    "rules/external_acl.py": "one list, mostly the examples of its rules",
}
"""Modules over the limit, each with its reason."""


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
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


FUNCTIONS = {
    f"{name}:{node.lineno} {node.name}": node for name, module in MODULES.items() for node in functions(module)
}
LENGTHS = {name: length(node) for name, node in FUNCTIONS.items()}


def test_no_function_is_too_long() -> None:
    over = {name: lines for name, lines in LENGTHS.items() if lines > LONGEST_FUNCTION}
    assert not over, f"functions of more than {LONGEST_FUNCTION} lines"


def test_most_functions_are_short() -> None:
    lines = sorted(LENGTHS.values())
    assert statistics.median(lines) <= MEDIAN_FUNCTION
    assert lines[len(lines) * 9 // 10] <= P90_FUNCTION, "the longest tenth of the functions grew"


def test_no_module_is_too_long() -> None:
    lines = {name: len(text.splitlines()) for name, text in TEXTS.items() if name not in TABLES}
    over = {name: number for name, number in lines.items() if number > LONGEST_MODULE}
    assert not over, f"more than {LONGEST_MODULE} lines: split it by topic"


def test_calls_stay_readable() -> None:
    taken = {name: _positional(node) for name, node in FUNCTIONS.items() if not _is_command(node)}
    over = {name: number for name, number in taken.items() if number > POSITIONAL}
    assert not over, f"more than {POSITIONAL} positional parameters: make the rest keyword-only"


def _positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return sum(item.arg not in ("self", "cls") for item in (*node.args.posonlyargs, *node.args.args))


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """click passes the options of a command by name."""
    return any("click" in ast.unparse(item) for item in node.decorator_list)


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, module in MODULES.items() if not ast.get_docstring(module)]
    assert not silent, "no docstring"
