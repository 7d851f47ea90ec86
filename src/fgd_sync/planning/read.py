"""One file to its candidates: reads, judges, and gives the findings their place in the file.

A file is read and judged without regard to any other, so that files can be read in any order, or side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fgd_sync.model import code
from fgd_sync.model.diagnostic import Diagnostic, Related, diagnose
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Location, Route
from fgd_sync.model.resource import Ref
from fgd_sync.planning.judge import Candidate, Verdict, judge
from fgd_sync.planning.options import Options
from fgd_sync.planning.secrecy import is_harmless, report_secrets, seen_secrets, with_secrets
from fgd_sync.planning.usual import Told, usual
from fgd_sync.yamldoc.document import Document, Problem, Source
from fgd_sync.yamldoc.parse import parse_alone, parse_anyhow


class Reading(NamedTuple):
    """What a file holds. `broken`: the file as a whole could not be read; then there are no candidates.

    `documents` counts the documents that are not empty; `unread` are the texts of those that could not be parsed,
    with their number in the file. `is_harmless`: it was looked for secrets, and there is none. `starts`: where its
    documents begin, see `Source`. `sha256`: the digest of its bytes, if whoever read it found that, too.
    """

    path: str
    candidates: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: int
    unread: tuple[tuple[int, str], ...] = ()
    broken: bool = False
    is_harmless: bool = False
    starts: tuple[int, ...] = ()
    sha256: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether every document is a valid resource, and there is one."""
        for item in self.candidates:
            if item.verdict is not Verdict.VALID:
                return False
        return bool(self.candidates) and not self.broken and not self.unread

    @property
    def is_readable(self) -> bool:
        """Whether all of the file could be parsed."""
        return not self.broken and not self.unread

    @property
    def is_empty(self) -> bool:
        """Whether the file has no document, or only comments."""
        return not self.broken and not self.documents

    def having(self, verdict: Verdict) -> tuple[Candidate, ...]:
        """The candidates with that verdict."""
        candidates = self.candidates
        if len(candidates) == 1:  # as in most files
            return candidates if candidates[0].verdict is verdict else ()
        return tuple([item for item in candidates if item.verdict is verdict])


def read(path: str, data: bytes, options: Options, *, write: bool = False) -> Reading:
    """Read and judge one file; with `write` also make the bytes of its resources."""
    (found,) = look([path], {path: data}, options, write=write)
    return found if isinstance(found, Reading) else reading_of(path, found.candidate(path, options))


def look(paths: Sequence[str], files: Mapping[str, bytes], options: Options, *, write: bool) -> list[Reading | Told]:
    """The same for many; of a file with one resource, of which there is nothing to say, only what is told of it."""
    alone = [parse_alone(files[path], options.reading_limits) for path in paths]
    found = [(path, item) for path, item in zip(paths, alone, strict=True) if item and is_harmless(item)]
    told = dict(zip([path for path, _ in found], usual(found, options, write=write), strict=True))
    return [
        told.get(path) or _read(path, files[path], item, options, write=write)
        for path, item in zip(paths, alone, strict=True)
    ]


def reading_of(path: str, candidate: Candidate, sha256: str = "") -> Reading:
    """The reading of a file that holds one resource, of which there is nothing to say."""
    return Reading(path, (candidate,), (), 1, (), False, True, (), sha256)


def _read(path: str, data: bytes, alone: Document | None, options: Options, *, write: bool) -> Reading:
    """`alone`: the one document of the file, of which more is to be said."""
    source = Source((alone,)) if alone else parse_anyhow(data, options.reading_limits)
    secrets = seen_secrets(data, source.documents)
    if source.problem or not source.documents:
        problems = [_diagnose_problem(source.problem, Location(path))] if source.problem else []
        return Reading(path, (), (*report_secrets(path, secrets), *problems), 0, broken=bool(problems))
    pieces = list(with_secrets(source.documents, secrets))
    known = [] if alone else [document for document, held in pieces if not (held or document.problem)]
    told = usual([(path, document) for document in known], options, write=write)
    usuals = {item.document: item.candidate(path, options) for item in told if item}
    candidates: list[Candidate] = []
    unread: list[tuple[int, str]] = []
    diagnostics: list[Diagnostic] = []
    for document, held in pieces:
        found: list[Candidate] = []
        if document.problem:
            unread.append((document.index, document.text))
            diagnostics.append(_diagnose_problem(document.problem, Location(path, document.index)))
        elif document.index in usuals:
            found = [usuals[document.index]]
        else:
            found = list(judge(document, path, options, write=write, suspect=bool(held)))
        candidates += found
        if held or "\\" in document.text:
            diagnostics += report_secrets(path, held, found, document.line)
    diagnostics += (place(item, candidate) for candidate in candidates for item in candidate.findings)
    if diagnostics and not secrets:
        from fgd_sync.planning.places import placed  # only where there is something to say

        diagnostics = placed(path, data, source.documents, diagnostics)
    parts = tuple(candidates), tuple(diagnostics), len(source.documents), tuple(unread)
    return Reading(path, *parts, is_harmless=not secrets, starts=source.starts)


def place(finding: Finding, candidate: Candidate, others: Mapping[Ref, Candidate] | None = None) -> Diagnostic:
    """A finding about a candidate as a diagnostic about the file it came from; `others` are what it may point to."""
    known = others if others is not None else {candidate.ref: candidate} if candidate.ref else {}
    related = tuple(
        Related(item.message, _location(known[item.ref], item.route)) for item in finding.related if item.ref in known
    )
    return diagnose(
        finding.code,
        finding.message,
        _location(candidate, finding.route, at_key=finding.at_key),
        rule=finding.rule,
        related=related,
        severity=finding.severity,
        remedy=finding.remedy,
        ref=candidate.ref,
    )


def managed_notices(managed: Sequence[Reading]) -> Iterator[Diagnostic]:
    """What is to be said of managed files that hold nothing."""
    for reading in managed:
        if reading.is_empty:
            yield diagnose(
                code.NO_RESOURCES,
                "the managed file is empty or holds only comments; it is left alone",
                Location(reading.path),
                remedy="Delete it, or write the resource into it again.",
            )


def _location(candidate: Candidate, route: Route, *, at_key: bool = False) -> Location:
    origin = candidate.origin
    return Location(origin.path, origin.document, (*candidate.prefix, *route), at_key)


def _diagnose_problem(problem: Problem, location: Location) -> Diagnostic:
    where = Location(location.path, location.document, position=problem.position)
    related = tuple(
        Related(text[:1].lower() + text[1:], Location(location.path, location.document, position=position))
        for text, position in problem.related
    )
    return diagnose(problem.code, problem.what, where, rule=problem.rule, related=related, remedy=problem.remedy)
