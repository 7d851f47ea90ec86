"""What a plan keeps of the files that it reads: bytes once, and of plain resources nothing that can be read again."""

import pickle
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from typing import Any

import pytest
from small_fabric import OPTIONS, managed

from fgd_sync.model.change import Write
from fgd_sync.model.diagnostic import Diagnostic, Related
from fgd_sync.model.location import Location
from fgd_sync.model.spread import Item, Result, Spread, Steps, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.places import with_positions
from fgd_sync.planning.plan import plan
from fgd_sync.planning.read import read
from fgd_sync.planning.read_each import read_each

VPC = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
  namespace: default
spec: # as ordered
  ipv4Namespace: default
  subnets:
    default:
      subnet: 10.9.0.0/24
      vlan: 1009
  vlanNamespace: default
"""
ODD = VPC.replace("  namespace:", "  annotations:\n    fgd.githedgehog.com/ignore: VPC-012\n  namespace:")
FILES = {
    **managed(),
    "managed/vpcs/web.yaml": VPC.format(name="web").encode(),
    "raw/two.yaml": f"{VPC.format(name='a')}---\n# of b\n{VPC.format(name='b')}".encode(),
    "raw/odd.yaml": f"{ODD.format(name='odd')}---\n{VPC.format(name='c')}".encode(),
}


class _Sent:
    """Does work here, and sends the results as helpers do."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], _costs: Sequence[int], /
    ) -> Iterable[Result]:
        return [pickle.loads(pickle.dumps(work(item))) for item in items]

    def beside(self, work: Callable[[], Result], cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        return in_turn.beside(work, cost)

    def steps(self, works: Sequence[Callable[[], Any]], cost: int, /) -> AbstractContextManager[Steps]:
        return in_turn.steps(works, cost)


@pytest.mark.parametrize("spread", [in_turn, _Sent()], ids=["here", "by helpers"])
def test_bytes_that_stay_as_they_are_are_held_once(spread: Spread) -> None:
    tree = Tree({path: bytes(bytearray(data)) for path, data in FILES.items() if path.startswith("managed/")})
    paths = [path for path in tree.files if path.endswith(".yaml")]
    readings = list(read_each(paths, tree, OPTIONS, spread, write=True))
    assert len(readings) > 10
    for reading in readings:
        assert [item.written is tree.files[reading.path] for item in reading.candidates] == [True], reading.path


@pytest.mark.parametrize("spread", [in_turn, _Sent()], ids=["here", "by helpers"])
def test_what_is_let_go_is_read_again_as_it_was(spread: Spread) -> None:
    paths = [path for path in FILES if path.startswith(("managed/", "raw/")) and path.endswith(".yaml")]
    readings = read_each(paths, Tree(FILES), OPTIONS, spread, write=True)
    found = list(chain.from_iterable(reading.candidates for reading in readings))
    held = list(chain.from_iterable(read(path, FILES[path], OPTIONS, write=True).candidates for path in paths))
    let_go = {item.ref.name for item in found if item.is_let_go and item.ref}
    assert {"web", "a", "b", "c"} < let_go
    assert "odd" not in let_go
    assert list(map(_told, found)) == list(map(_told, held))


@pytest.mark.parametrize("spread", [in_turn, _Sent()], ids=["here", "by helpers"])
def test_files_are_read_together_as_one_by_one(spread: Spread) -> None:
    texts = [VPC.format(name=f"v{number}") for number in range(130)]
    texts = [text + "---\n" + VPC.format(name="w") if number % 7 == 3 else text for number, text in enumerate(texts)]
    texts = [text + "  a: [\n" if number % 11 == 5 else text for number, text in enumerate(texts)]
    files = {f"raw/{number}.yaml": text.encode() for number, text in enumerate([*texts, "", "# nothing\n"])}
    options = replace(OPTIONS, impact=True)
    found = list(read_each(list(files), Tree(files), options, spread, write=True))
    assert [item.sha256 for item in found] == [sha256(data).hexdigest() for data in files.values()]
    alone = [read(path, data, options, write=True) for path, data in files.items()]
    for one, other in zip(found, alone, strict=True):
        assert list(map(_told, one.candidates)) == list(map(_told, other.candidates))
        assert one._replace(candidates=(), sha256="") == other._replace(candidates=())


def test_nothing_is_let_go_that_a_summary_of_changes_looks_at() -> None:
    options = replace(OPTIONS, impact=True)
    (reading,) = read_each(["raw/two.yaml"], Tree(FILES), options, in_turn)
    assert [item.is_let_go for item in reading.candidates] == [False, False]


def test_a_plan_is_the_same_whoever_reads_the_files() -> None:
    here, sent = plan(Tree(FILES), OPTIONS), plan(Tree(FILES), OPTIONS, spread=_Sent())
    assert here == sent
    assert any(isinstance(change, Write) for change in here.changes)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "a lone CR"])
def test_findings_are_placed_while_they_are_read_as_they_are_in_the_end(mark: str, end: str) -> None:
    slips = ["  surplus: 1\n", "", "  # ünusual\n  x: {y: 1}\n", "  a: [\n", "", "  vlanNamespace: default\n"]
    texts = [VPC.format(name=f"a{number}") + slip for number, slip in enumerate(slips)]
    data = (mark + "---\n".join(texts).replace(" # as ordered\n", f" # as ordered{end}")).encode()
    reading = read("raw/a.yaml", data, OPTIONS)
    assert len(reading.diagnostics) > 3
    assert any(item.location.excerpt for item in reading.diagnostics)
    unread = {number for number, _ in reading.unread}
    bare = [_without_place(item, keep_position=item.location.document in unread) for item in reading.diagnostics]
    expected = with_positions(bare, {"raw/a.yaml": data}, OPTIONS)
    assert with_positions(reading.diagnostics, {}, OPTIONS) == expected


def _without_place(item: Diagnostic, *, keep_position: bool) -> Diagnostic:
    def bare(place: Location) -> Location:
        return replace(place, position=place.position if keep_position else None, excerpt="")

    related = tuple(Related(other.message, bare(other.location)) for other in item.related)
    return replace(item, location=bare(item.location), related=related)


def _told(item: Candidate) -> tuple[object, ...]:
    """All that there is to know of a candidate."""
    return item.origin, item.ref, item.verdict, item.findings, item.written, item.form, item.cleaned, item.canonical
