"""Many files to their candidates, with no more in memory than a plan needs of them.

Of a valid resource that has a form, rules on several resources look at no more than that: what it says is let go, and
read from the bytes of its file again if somebody asks all the same. Bytes that are those of the file are not held
twice. It also spares helpers to send what nobody needs. A summary of what a change touches looks into all resources.
"""

from collections.abc import Iterator, Sequence

from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.resource import Origin, Ref
from fgd_sync.model.spread import Spread
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.clean import clean
from fgd_sync.planning.judge import Candidate, Content, Verdict
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import Reading, read
from fgd_sync.planning.suppress import asks_for_silence
from fgd_sync.rules.plain import Form
from fgd_sync.yamldoc.parse import parse, part_of

_Light = tuple[int, tuple[str, ...], Form | None, bytes | None]
"""A candidate whose content is let go: its document, its ref, its form, and its bytes; None: those of the file."""

_Rest = tuple[tuple[Diagnostic, ...], tuple[tuple[int, str], ...], bool, bool, tuple[int, ...]]
_Parcel = tuple[int, Sequence[_Light | Candidate], _Rest]
"""A reading without what whoever has the file knows; of nearly all files it consists of plain values only."""


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

    def work(path: str) -> _Parcel:
        return _packed(read(path, files[path], options, write=write), files[path], options, is_kept=is_kept)

    parcels = spread(work, paths, [len(files[path]) for path in paths])
    return (_unpacked(path, files[path], parcel, options) for path, parcel in zip(paths, parcels, strict=True))


def _packed(reading: Reading, data: bytes, options: Options, *, is_kept: bool) -> _Parcel:
    parts = [
        item if is_kept or not _can_be_let_go(item, options) else _light(item, data) for item in reading.candidates
    ]
    rest = reading.diagnostics, reading.unread, reading.broken, reading.is_harmless, reading.starts
    return reading.documents, parts, rest


def _can_be_let_go(item: Candidate, options: Options) -> bool:
    """Whether nobody is expected to look into a resource."""
    if item.verdict is not Verdict.VALID or item.prefix or item.findings:
        return False
    return (item.form is not None or options.schemas_only) and not asks_for_silence(item.cleaned or {})


def _light(item: Candidate, data: bytes) -> _Light:
    assert item.ref is not None
    return item.origin.document, tuple(item.ref), item.form, None if item.written == data else item.written


def _unpacked(path: str, data: bytes, parcel: _Parcel, options: Options) -> Reading:
    documents, parts, (diagnostics, unread, broken, is_harmless, starts) = parcel
    file = _File(data, options, starts)
    candidates = tuple([_candidate(part, path, file) for part in parts])
    return Reading(path, candidates, diagnostics, documents, unread, broken, is_harmless, starts)


def _candidate(part: _Light | Candidate, path: str, file: "_File") -> Candidate:
    if isinstance(part, Candidate):
        return replace(part, written=file.data) if part.written == file.data else part
    document, ref, form, written = part
    return Candidate(
        Origin(path, document),
        (),
        Verdict.VALID,
        "",
        (),
        Ref(*ref),
        file,
        file.data if written is None else written,
        file.options.form.shape,
        None,
        form,
    )


@dataclass(slots=True)
class _File:
    """A file that is read again if somebody asks for what was let go of it."""

    data: bytes
    options: Options
    starts: tuple[int, ...]
    contents: dict[int, Content] | None = None

    def content(self, document: int) -> Content:
        """What is in one of its documents, and its comments."""
        contents = self.contents
        if contents is None:
            contents = self.contents = {} if self.starts else dict(self._read(self.data))
        if document not in contents:
            part = part_of(self.data, self.starts, document)
            contents.update((document, content) for _, content in self._read(part))
        return contents[document]

    def _read(self, data: bytes) -> Iterator[tuple[int, Content]]:
        for document in parse(data, self.options.reading_limits).documents:
            if isinstance(document.value, dict) and not document.problem:
                cleaned = clean(document.value, document.notes, document.filled)
                yield document.index, (cleaned.body, cleaned.remarks)
