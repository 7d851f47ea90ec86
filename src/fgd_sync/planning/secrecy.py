"""What becomes of a resource whose text looks as if it held a secret: it is not managed, unless it is let off.

Takes what was read and where secrets were seen; gives diagnostics. Nothing here repeats a secret.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fgd_sync.model.code import FINDING_IGNORED, SECRET_FOUND, Severity
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.location import Location, Position
from fgd_sync.model.secrets import find_secrets, may_hold_secret, secrets_in
from fgd_sync.planning.suppress import IGNORE, REASON, ignored
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.emit import emit

if TYPE_CHECKING:
    from fgd_sync.planning.judge import Candidate

Seen = tuple[Position, str]
"""Where a secret stands in the file, and what it looks like."""

_REMEDY = (
    f"{SECRET_FOUND.remedy} If it is none, say so in the annotations {IGNORE}: {SECRET_FOUND.id} and {REASON}: why."
)


def seen_secrets(data: bytes, documents: Sequence[Document]) -> list[Seen]:
    """The secrets of a file with these documents."""
    return [] if documents and all(map(is_harmless, documents)) else list(find_secrets(data))


def is_harmless(document: Document) -> bool:
    """Whether a document certainly holds no secret: neither what stands around its values, nor they, nor its comments.

    No mark of a secret reaches from a key into its value, or from that into a comment, since a blank is between them,
    nor from one document into the next, since that begins on a line of its own.
    """
    filled = document.filled
    if filled is None or not filled.cells or filled.outline.once(_may_ask_for_secrets):
        return not may_hold_secret(document.text.encode())
    return not may_hold_secret(filled.cells.encode())


def _may_ask_for_secrets(blank: Any) -> bool:
    return may_hold_secret(emit(blank).encode())


def with_secrets(documents: Sequence[Document], secrets: Sequence[Seen]) -> Iterator[tuple[Document, list[Seen]]]:
    """Each document of a file, which has one at least, with the secrets that stand in its lines."""
    if not secrets or len(documents) == 1:
        for document in documents:
            yield document, list(secrets)
        return
    ends = [*(document.line for document in documents[1:]), None]
    for document, end in zip(documents, ends, strict=True):
        first = 0 if document.index == documents[0].index else document.line
        yield document, [item for item in secrets if first <= item[0].line and (end is None or item[0].line < end)]


def is_secret(text: str) -> bool:
    """Whether a text looks as if it held a secret."""
    return bool(secrets_in(text.encode("utf-8", "replace")))


def holds_secret(candidate: "Candidate") -> bool:
    """Whether what is kept of a candidate, or would be written of it, looks as if it held a secret."""
    return is_secret(candidate.text) or (candidate.cleaned is not None and is_secret(emit(*candidate.canonical)))


def report_secrets(
    path: str, secrets: Iterable[Seen], found: Sequence["Candidate"] = (), line: int = 1
) -> Iterator[Diagnostic]:
    """The findings on the secrets of a document that begins at `line` and gave these candidates."""
    holders = [item for item in found if item.ref is not None and holds_secret(item)]
    ref = holders[0].ref if len(holders) == 1 else None
    reasons = [reason_of(item) for item in holders]
    seen = list(secrets) or ([(Position(line, 1), "a secret, written with escapes")] if holders else [])
    for position, what in seen:
        where, message = Location(path, position=position), f"this looks like {what}"
        if holders and all(reasons):
            words = f"{message} (ignored: {reasons[0]})"
            yield diagnose(FINDING_IGNORED, words, where, severity=Severity.NOTICE, ref=ref)
        elif holders:
            yield diagnose(SECRET_FOUND, message, where, severity=Severity.ERROR, remedy=_REMEDY, ref=ref)
        else:
            yield diagnose(SECRET_FOUND, message, where)


def reason_of(candidate: "Candidate") -> str:
    """Why a candidate is let off; "" if it is not."""
    let_off = ignored(candidate.cleaned or {})
    return let_off.reason if SECRET_FOUND.id in let_off.rules else ""
