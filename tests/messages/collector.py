"""Every text of three words or more that stands in the sources and is no documentation: what the program may print.

What is filled in is shown as `{…}` with the expression. Texts of one module are in the order in which they stand there.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from fgd_sync.render.escape import visible

_LEAST_WORDS = 3


def texts_of(source: str) -> Iterator[str]:
    """The texts of a module."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    other = {id(node) for node in (*_documentation(tree), *_no_words(tree))}
    found = [
        (node.lineno, node.col_offset, _text(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in other | inside
    ]
    for _, _, text in sorted(found):
        if len(text.split()) >= _LEAST_WORDS and any(letter.isalpha() for letter in text):
            yield visible(" ".join(text.split()))


def _documentation(tree: ast.AST) -> Iterator[ast.AST]:
    """Strings that stand alone: docstrings of modules, classes, functions and values."""
    return (
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _no_words(tree: ast.AST) -> Iterator[ast.AST]:
    """Strings that are no words for people: types, and regular expressions."""
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        is_pattern = isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "pattern"))
        yield from ast.walk(annotation) if annotation else ()
        yield from ast.walk(node) if is_pattern else ()


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    return f"{{{ast.unparse(node.value)}}}" if isinstance(node, ast.FormattedValue) else ""


def listing(package: Path) -> str:
    """The texts of all modules of a package, by module."""
    lines = []
    for path in sorted(package.rglob("*.py")):
        found = list(dict.fromkeys(texts_of(path.read_text(encoding="utf-8"))))
        if found:
            lines += [f"# {path.relative_to(package).as_posix()}", *(f"- {text}" for text in found), ""]
    return "\n".join(lines)
