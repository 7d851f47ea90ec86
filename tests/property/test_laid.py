"""Comments laid into what is written of a document stand where the emitter writes them."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.adapters.packaged import load
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import read
from fgd_sync.planning.written import written_alone
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.laid import Ground, entries_of

OPTIONS = Options("north", Catalogue(load), Context())
PATHS = ["raw/a.yaml", "managed/servers/a-0.yaml"]
DOCUMENTS = [
    """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
spec:
  subnets:
    b10:
      vlan: 1001
      subnet: 10.0.1.0/24

    b2:
      subnet: 10.0.2.0/24
      vlan: 1002
  permit:
  - - b10
    - b2
metadata:
  name: vpc-1
  namespace: default
""",
    """metadata:
  namespace: default
  name: a--eslag--b--c
  annotations:
    "z/z": x
kind: Connection
apiVersion: wiring.githedgehog.com/v1beta1
spec:
  eslag:
      links:
        - switch:
            port: b/E1/1
          server:
            port: a/enp1
        - server: {port: a/enp2}
          switch:
            port: c/E1/1
""",
]


@cache
def _teach(text: str, path: str) -> None:
    for _ in range(4):
        read(path, text.encode(), OPTIONS, write=True)


remarks = st.tuples(
    st.integers(0, 25),
    st.sampled_from([-1, 0, 0, 1, 2, 2, 4, 4, 6, 9]),
    st.sampled_from([*["#", "# a", "# 1"] * 5, ""]),
)


def _remarked(text: str, said: list[tuple[int, int, str]]) -> str:
    lines = text.split("\n")
    for at, column, comment in said:
        if column < 0 and lines[at % len(lines)]:
            lines[at % len(lines)] += f" {comment}" if "#" not in lines[at % len(lines)] else ""
        else:
            lines.insert(at % len(lines), " " * max(column, 0) + comment)
    return "\n".join(lines)


@given(st.sampled_from(DOCUMENTS), st.sampled_from(PATHS), st.lists(remarks, min_size=1, max_size=8))
def test_comments_anywhere(text: str, path: str, said: list[tuple[int, int, str]]) -> None:
    _teach(text, path)
    (found,) = read(path, _remarked(text, said).encode(), OPTIONS, write=True).candidates
    assert found.written == written_alone(found.canonical, found.origin, OPTIONS.fabric)


WRITTEN = "a:\n  x: 1\nl:\n- b: 2\n  c: 3\n"


@pytest.mark.parametrize(
    ("shape", "comments", "laid"),
    [
        ([(0, 0), (3, -1), (7, 0)], ["# h", "# e", "# f"], "# h\na:\n  x: 1\nl:\n- b: 2 # e\n  c: 3\n# f\n"),
        ([(3, 2), (4, 0), (8, 1)], ["#m", "#n", "#o"], "#n\na:\n  x: 1\n#o\nl:\n- b: 2\n  #m\n  c: 3\n"),
        ([(2, 2)], ["# no line for itself"], ""),
    ],
)
def test_what_is_laid_where(shape: list[tuple[int, int]], comments: list[str], laid: str) -> None:
    ground = Ground(entries_of("l:\n- c: 3\n  b: 2\n\na:\n  x: 1\n"), entries_of(WRITTEN))
    assert ground.laid(WRITTEN, tuple(shape), comments) == laid


@pytest.mark.parametrize("text", ["a: |\n  b\n", "a: 1\n- b\n", "", "- a\nb: c\n"])
def test_of_other_texts_nothing_is_known(text: str) -> None:
    assert entries_of(text) == ()
