"""A finding: what is wrong, where, by which rule, and what to do."""

from fgd_sync.model.code import Code, Severity
from fgd_sync.model.location import Location
from fgd_sync.model.resource import Ref
from fgd_sync.model.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class Related:
    """A further place that takes part in a finding, such as the other end of a conflict."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `severity` and `remedy` are those of the code unless given."""

    code: Code
    message: str
    location: Location
    rule: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR
    remedy: str = ""
    ref: Ref | None = None

    @property
    def is_error(self) -> bool:
        """Whether it fails the run."""
        return self.severity is Severity.ERROR


def diagnose(
    code: Code,
    message: str,
    location: Location,
    *,
    rule: str = "",
    related: tuple[Related, ...] = (),
    severity: Severity | None = None,
    remedy: str = "",
    ref: Ref | None = None,
) -> Diagnostic:
    """Make a diagnostic with the severity and remedy of its code where none is given."""
    return Diagnostic(code, message, location, rule, related, severity or code.severity, remedy or code.remedy, ref)


def sort_key(item: Diagnostic) -> tuple[str, int, int, int, str, str, str]:
    """Order of presentation: by file, document, line and column, then code, rule and text."""
    place, position = item.location, item.location.position
    line, column = (position.line, position.column) if position else (0, 0)
    return (place.path, line, column, place.document or 0, item.code.id, item.rule, item.message)


def with_location(item: Diagnostic, location: Location, related: tuple[Related, ...]) -> Diagnostic:
    """The same finding with its places looked up."""
    return replace(item, location=location, related=related)
