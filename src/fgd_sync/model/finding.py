"""A finding inside one resource, before its place in a file is known: what schemas and rules produce."""

from fgd_sync.model.code import VALIDATION_FAILED, Code, Severity
from fgd_sync.model.location import Route
from fgd_sync.model.resource import Ref
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in another resource of the fabric, with what is to be said about it."""

    ref: Ref
    route: Route
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at `route` of a resource. `at_key`: the key that ends the route is at fault, not its value."""

    message: str
    route: Route
    code: Code = VALIDATION_FAILED
    rule: str = ""
    severity: Severity = Severity.ERROR
    at_key: bool = False
    remedy: str = ""
    related: tuple[Pointer, ...] = ()
