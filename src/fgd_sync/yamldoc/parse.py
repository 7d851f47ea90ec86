"""Source files to documents: values as the cluster reads them, with their comments, or with what is wrong.

Takes the bytes of one file and never raises for what is in them. PyYAML is imported on first use.
"""

from collections.abc import Collection, Container, Iterator, Sequence

from fgd_sync.model.code import INVALID_YAML, TOO_LARGE, TOO_MANY_DOCUMENTS
from fgd_sync.model.location import Position
from fgd_sync.model.value import replace
from fgd_sync.yamldoc.decode import decode, find_forbidden
from fgd_sync.yamldoc.document import Document, Problem, Source
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.lines import count_lines, position_at
from fgd_sync.yamldoc.plain import read_plain
from fgd_sync.yamldoc.split import Piece, cut, is_one, with_neighbours

_DEFAULT = Limits()


def parse(data: bytes, limits: Limits = _DEFAULT, only: Container[int] | None = None) -> Source:
    """Read one file: YAML or JSON, any number of documents, as `sigs.k8s.io/yaml` in its strict form does.

    A document that cannot be used carries its problem and leaves the others alone. Empty documents are left out;
    their comments go to a neighbour. `only`: the numbers of the documents to be read, where not all are of interest.
    """
    alone = parse_alone(data, limits) if only is None or 0 in only else None
    return Source((alone,)) if alone else parse_anyhow(data, limits, only)


def parse_alone(data: bytes, limits: Limits) -> Document | None:
    """The document of a file that is one document in plain blocks, as most are; None for any other."""
    text = decode(data) if len(data) <= limits.max_file_bytes else ""
    if not isinstance(text, str) or not is_one(text) or not limits.max_documents:
        return None
    found = read_plain(text, limits)
    return found and Document(0, found.value, found.notes, text, 1, None, found.filled)


def parse_anyhow(data: bytes, limits: Limits, only: Container[int] | None = None) -> Source:
    """What `parse` gives, for any file."""
    if len(data) > limits.max_file_bytes:
        message = f"The file has {len(data)} bytes; at most {limits.max_file_bytes} are read."
        return Source((), Problem(TOO_LARGE, message, Position(1, 1)))
    text = decode(data)
    if isinstance(text, Problem):
        return Source((), text)
    pieces = cut(text)
    if len(pieces) > limits.max_documents:
        message = f"The file holds {len(pieces)} documents; at most {limits.max_documents} are read."
        return Source((), Problem(TOO_MANY_DOCUMENTS, message, position_at(text, pieces[limits.max_documents].start)))
    if not pieces:
        return Source((), _unreadable_comments(text))
    starts = _starts(pieces) if len(pieces) > 1 and data.isascii() and "\r" not in text else ()
    return Source(tuple(_documents(pieces, limits, only)), starts=starts)


def _starts(pieces: list[Piece]) -> tuple[int, ...]:
    """Where pieces begin, if each is cut in the same way when it stands alone."""
    for piece in pieces:
        if piece.head or piece.foot or (piece.start and not piece.text.startswith("---\n")):
            return ()
    return tuple([piece.start for piece in pieces])


def part_of(data: bytes, starts: Sequence[int], index: int) -> bytes:
    """The bytes of one document of a file, which has these `starts`."""
    return data[starts[index] : starts[index + 1] if index + 1 < len(starts) else len(data)]


def parse_some(data: bytes, starts: Sequence[int], only: Collection[int], limits: Limits) -> Iterator[Document]:
    """Some documents of a file that was read before, in their order. `starts`: what was found then."""
    if not starts:
        yield from parse(data, limits, only).documents
        return
    line, last = 1, 0
    for index in sorted(only):
        line, last = line + data.count(b"\n", last, starts[index]), starts[index]
        for document in parse(part_of(data, starts, index), limits).documents:
            yield replace(document, index=index, line=line)


def _documents(pieces: list[Piece], limits: Limits, only: Container[int] | None) -> list[Document]:
    documents = []
    line = 1
    for index, piece in enumerate(pieces):
        if only is None or index in only:
            documents.append(_plain(index, piece, line, limits) or _any(index, piece, line, limits))
        line += count_lines(piece.text)
    return documents


def _plain(index: int, piece: Piece, line: int, limits: Limits) -> Document | None:
    """A document in plain blocks, as nearly all are; None: it is not."""
    if piece.head or piece.foot:
        return _plain_among_comments(index, piece, line, limits)
    found = read_plain(piece.core, limits)
    return found and Document(index, found.value, found.notes, piece.text, line, None, found.filled)


def _plain_among_comments(index: int, piece: Piece, line: int, limits: Limits) -> Document | None:
    """A document in plain blocks with comments of empty documents around it."""
    is_plain = piece.core.startswith("---\n") and not piece.foot
    found = read_plain(piece.text, limits) if is_plain else None
    if found:  # what stands above the marker reads like what stands between it and the first key, a line in between
        return Document(index, found.value, found.notes, piece.text, line, None, found.filled)
    found = None if find_forbidden(piece.text) else read_plain(piece.core, limits)
    return found and Document(index, found.value, with_neighbours(piece, found.comments), piece.text, line, None)


def _any(index: int, piece: Piece, line: int, limits: Limits) -> Document:
    from fgd_sync.yamldoc.read import read_piece  # 30 ms with PyYAML, seldom needed

    value, comments, problem = read_piece(piece, line, limits)
    return Document(index, value, comments, piece.text, line, problem)


def _unreadable_comments(text: str) -> Problem | None:
    found = find_forbidden(text)
    return Problem(INVALID_YAML, found[1], position_at(text, found[0])) if found else None
