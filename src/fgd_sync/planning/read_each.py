"""Many files to their candidates, with no more in memory than a plan needs of them.

Of a valid resource that has a form, rules on several resources look at no more than that: what it says is let go, and
read from the bytes of its file again if somebody asks all the same. Bytes that are those of the file are not held
twice. It also spares helpers to send what nobody needs. A summary of what a change touches looks into all resources.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.resource import Origin, Ref
from fgd_sync.model.spread import Spread
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.clean import clean
from fgd_sync.planning.judge import Candidate, Content, Verdict
from fgd_sync.planning.normal_form import Shape
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import RAW
from fgd_sync.planning.read import Reading, look, reading_of
from fgd_sync.planning.suppress import asks_for_silence
from fgd_sync.planning.usual import Told
from fgd_sync.rules.plain import Form
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.parse import parse, part_of

_MOST, _ENOUGH = 50, 16_000
"""So many files are looked at together, or such with so many bytes: they fit into the processor's cache."""

_UNDER_RAW = f"{RAW}/"

_Light = tuple[int, tuple[str, str, str, str], Form | None, bytes | None]
"""What is told of a resource whose content is let go, see `Told`; no bytes: those of the file."""

_Lone = tuple[_Light, str]
"""The one resource of a file of which there is nothing to say, and the digest of the file, see `Reading`."""


class _Parcel(NamedTuple):
    """Any other reading, without what whoever has the file knows."""

    parts: Sequence[_Light | Candidate]
    diagnostics: tuple[Diagnostic, ...]
    documents: int
    unread: tuple[tuple[int, str], ...]
    broken: bool
    is_harmless: bool
    starts: tuple[int, ...]
    sha256: str


def read_each(
    paths: Sequence[str],
    tree: Tree,
    options: Options,
    spread: Spread,
    *,
    write: bool = False,
    lets_go: bool = True,
) -> Iterator[Reading]:
    """Read and judge files of a tree; with `write` also make the bytes of their resources.

    `lets_go`: most resources are expected not to be looked into.
    """
    files, is_kept = tree.files, not lets_go or options.impact

    def work(some: Sequence[str]) -> list[_Lone | _Parcel]:
        found = look(some, files, options, write=write)
        return [
            _sent(item, path, files[path], options, is_kept=is_kept) for path, item in zip(some, found, strict=True)
        ]

    contents = _Contents(files, options.reading_limits, options.form.shape)
    together = list(_together(paths, files))
    parcels = chain.from_iterable(spread(work, [some for some, _ in together], [cost for _, cost in together]))
    return (_unpacked(path, files[path], parcel, contents) for path, parcel in zip(paths, parcels, strict=True))


def _together(paths: Sequence[str], files: Mapping[str, bytes]) -> Iterator[tuple[list[str], int]]:
    """The files that are looked at together, and how many bytes they have."""
    some, cost = [], 0
    for path in paths:
        some.append(path)
        cost += len(files[path])
        if len(some) == _MOST or cost >= _ENOUGH:
            yield some, cost
            some, cost = [], 0
    if some:
        yield some, cost


def _sent(found: Reading | Told, path: str, data: bytes, options: Options, *, is_kept: bool) -> _Lone | _Parcel:
    if isinstance(found, Reading):
        return _packed(found, data, options, is_kept=is_kept)
    if is_kept:
        return _packed(reading_of(path, found.candidate(path, options)), data, options, is_kept=True)
    return (*found[:3], None if found.written == data else found.written), _digest(path, data)


def _digest(path: str, data: bytes) -> str:
    """The digest of a source; that of another file is seldom asked for."""
    return sha256(data) if path.startswith(_UNDER_RAW) else ""


def _packed(reading: Reading, data: bytes, options: Options, *, is_kept: bool) -> _Parcel:
    parts = [
        item if is_kept or not _can_be_let_go(item, options) else _light(item, data) for item in reading.candidates
    ]
    rest = reading.unread, reading.broken, reading.is_harmless, reading.starts
    return _Parcel(parts, reading.diagnostics, reading.documents, *rest, _digest(reading.path, data))


def _can_be_let_go(item: Candidate, options: Options) -> bool:
    """Whether nobody is expected to look into a resource."""
    if item.verdict is not Verdict.VALID or item.prefix or item.findings:
        return False
    return (item.form is not None or options.schemas_only) and not asks_for_silence(item.cleaned or {})


def _light(item: Candidate, data: bytes) -> _Light:
    assert item.ref is not None
    return item.origin.document, (*item.ref,), item.form, None if item.written == data else item.written


def _unpacked(path: str, data: bytes, parcel: _Lone | _Parcel, contents: "_Contents") -> Reading:
    if not isinstance(parcel, _Parcel):
        light, digest = parcel
        return reading_of(path, _candidate(light, path, data, contents), digest)
    if parcel.starts:
        contents.starts[path] = parcel.starts
    candidates = [
        _with_bytes_of(data, part) if isinstance(part, Candidate) else _candidate(part, path, data, contents)
        for part in parcel.parts
    ]
    return Reading(path, tuple(candidates), *parcel[1:])


def _with_bytes_of(data: bytes, item: Candidate) -> Candidate:
    return item._replace(written=data) if item.written == data else item


def _candidate(light: _Light, path: str, data: bytes, contents: "_Contents") -> Candidate:
    document, ref, form, written = light
    origin, made = Origin(path, document), data if written is None else written
    return Candidate(origin, (), Verdict.VALID, "", (), Ref(*ref), contents, made, contents.shape, None, form)


@dataclass(slots=True)
class _Contents:
    """Reads a file again if somebody asks for what was let go of it. `starts`: where the documents of some begin."""

    files: Mapping[str, bytes]
    limits: Limits
    shape: Shape
    starts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    known: dict[Origin, Content] = field(default_factory=dict)

    def content(self, origin: Origin) -> Content:
        """What is in a document, and its comments."""
        if origin not in self.known:
            self.known.update(self._read(origin))
        return self.known[origin]

    def _read(self, origin: Origin) -> Iterator[tuple[Origin, Content]]:
        path, data, starts = origin.path, self.files[origin.path], self.starts.get(origin.path)
        part = part_of(data, starts, origin.document) if starts else data
        for document in parse(part, self.limits).documents:
            if isinstance(document.value, dict) and not document.problem:
                cleaned = clean(document.value, document.notes, document.filled)
                yield origin if starts else Origin(path, document.index), (cleaned.body, cleaned.remarks)
