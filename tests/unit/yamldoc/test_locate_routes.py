"""Routes to lines and columns of the whole file."""

import pytest

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.locate import locate
from fgd_sync.yamldoc.parse import parse

FILE = """# head
first: 1
---
# about the second
base: &b
  mtu: 9100
  deep: {x: [1, 2]}
spec:
  <<: *b
  ports:
  - name: E1/1
    speed:
  - *b
  "quoted": text
last: *b
"""


def spot(route: Route, text: str = FILE) -> tuple[tuple[int, int], tuple[int, int]]:
    document = parse(text.encode()).documents[-1]
    found = locate(document, [route])[route]
    return (found.key.line, found.key.column), (found.value.line, found.value.column)


@pytest.mark.parametrize(
    ("route", "key", "value"),
    [
        ((), (5, 1), (5, 1)),
        (("base", "mtu"), (6, 3), (6, 8)),
        (("base", "deep", "x", 1), (7, 17), (7, 17)),
        (("spec", "ports", 0, "name"), (11, 5), (11, 11)),
        (("spec", "ports", 1), (13, 5), (13, 5)),
        (("spec", "ports", 1, "mtu"), (6, 3), (6, 8)),
        (("spec", "mtu"), (6, 3), (6, 8)),
        (("spec", "quoted"), (14, 3), (14, 13)),
        (("last", "deep", "x"), (7, 3 + 7), (7, 13)),
        (("spec", "ports", 7, "name"), (10, 3), (11, 3)),
        (("nowhere",), (5, 1), (5, 1)),
    ],
)
def test_a_route_is_found_where_it_is_written(route: Route, key: tuple[int, int], value: tuple[int, int]) -> None:
    assert spot(route) == (key, value)


def test_positions_count_characters_and_know_json() -> None:
    assert spot(("é😀", "b"), 'é😀: {"a": "😀", "b": 1}\n') == ((1, 16), (1, 21))
    text = '{\n\t"é": "\\ud83d\\ude00", "b": [1, 2]}\n'
    assert spot(("b", 1), text)[0] == (2, 32)


def test_in_a_document_with_a_problem_everything_is_at_the_problem() -> None:
    assert spot(("a",), "a: 1\nb: @\n") == ((2, 4), (2, 4))
