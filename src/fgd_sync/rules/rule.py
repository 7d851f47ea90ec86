"""What a rule is: one decorated generator whose docstring is its documentation, its example and its test.

A check takes the root of a resource, with the webhook's defaults filled in, and what it may know besides; it gives
findings. The docstring says why the rule exists, then shows a bad and a good example. An example leaves out what does
not matter (`apiVersion`, `kind`, `metadata`), may hold several documents, and may begin with settings
(`fgd: {fabric: …}`). A rule on changes or deletions shows first what there was before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.value import dataclass, field
from fgd_sync.rules.node import Node

OFF = "off"
_API_VERSION = {kind.name: kind.api_version for kind in KINDS}
_HEADINGS = ("Why:", "Before:", "Bad:", "Good:")


class Mark(StrEnum):
    """What a rule needs besides the document."""

    LOCAL = "LOCAL"
    REF = "REF"
    CONFIG = "CONFIG"
    PROFILE = "PROFILE"
    UPDATE = "UPDATE"


class Scope(StrEnum):
    """What a check is called for, and what it is given besides the resource."""

    DOCUMENT = "each resource, with the context"
    FABRIC = "each resource, with the fabric"
    CHANGE = "each resource that differs from its earlier version, with the fabric"
    DELETION = "each resource that is no longer there, with the fabric"


@dataclass(frozen=True, slots=True)
class Context:
    """What rules know besides resources: the installation, and which rules a user wants milder, harder or off.

    `severities` has `error`, `warning` or `off` by rule id.
    """

    settings: FabricSettings = field(default_factory=FabricSettings)
    severities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def release(self) -> str:
        """The release of the fabric, such as `26.03`."""
        return self.settings.release

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """What users chose, in a form that can be compared."""
        return tuple(sorted(self.severities.items()))


@dataclass(frozen=True, slots=True)
class Fabric:
    """What a rule over several resources knows: all of them, the context, and what there was before.

    `before` has the earlier versions of the resources that changed or are no longer there, and of no others.
    """

    index: Index
    context: Context
    before: Index = field(default_factory=lambda: Index(()))


Check = Callable[[Node, Any], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule. It holds for the kinds listed (none: all), from release `since` on and before `until` (empty: always).

    `about`: keys of which one must stand somewhere in the spec for the rule to have anything to say (none: always).
    `replaces`: the rules on the state of the fabric that say nothing of a place that a finding of this one points to.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    check: Check
    mark: Mark = Mark.LOCAL
    severity: Severity = Severity.ERROR
    since: str = ""
    until: str = ""
    default_on: bool = True
    scope: Scope = Scope.DOCUMENT
    replaces: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()

    @property
    def why(self) -> str:
        """What goes wrong when the rule is broken, in a sentence or two."""
        text = " ".join(self._section("Why:").split())
        return text[:1].upper() + text[1:]

    @property
    def before(self) -> str:
        """YAML that was there before, for a rule on changes or deletions; else empty."""
        return self._example("Before:") if self.scope in (Scope.CHANGE, Scope.DELETION) else ""

    @property
    def bad(self) -> str:
        """YAML that the rule refuses."""
        return self._example("Bad:")

    @property
    def good(self) -> str:
        """YAML that the rule accepts."""
        return self._example("Good:")

    def applies_to(self, kind: str, release: str) -> bool:
        """Whether the rule holds for a kind in a release."""
        in_time = self.since <= release and (not self.until or release < self.until)
        return in_time and (not self.kinds or kind in self.kinds)

    def severity_in(self, severities: Mapping[str, str]) -> Severity | None:
        """How bad a finding is, at most, to a user who chose these severities; None: the rule is off."""
        chosen = severities.get(self.id)
        if chosen == OFF or (chosen is None and not self.default_on):
            return None
        return Severity(chosen) if chosen else self.severity

    def _section(self, heading: str) -> str:
        from textwrap import dedent  # for explanations and tests only

        text = dedent("    " + (self.check.__doc__ or ""))
        after = text.partition(heading)[2]
        return min((after.partition(other)[0] for other in _HEADINGS), key=len)

    def _example(self, heading: str) -> str:
        from textwrap import dedent

        documents = dedent(self._section(heading).strip("\n")).strip().split("\n---\n")
        return "\n---\n".join(map(self._completed, documents)) + "\n"

    def _completed(self, document: str) -> str:
        lines = document.splitlines()
        if any(line.startswith("fgd:") for line in lines):
            return document
        kind = next((line.removeprefix("kind: ") for line in lines if line.startswith("kind: ")), "") or next(
            iter(self.kinds), "Server"
        )
        head = [f"apiVersion: {_API_VERSION[kind]}", f"kind: {kind}"]
        rest = [line for line in lines if not line.startswith("kind: ")]
        if not any(line.startswith("metadata:") for line in rest):
            head += ["metadata:", "  name: example"]
        return "\n".join([*head, *rest])


def rule(
    rule_id: str,
    title: str,
    *kinds: str,
    mark: Mark = Mark.LOCAL,
    severity: Severity = Severity.ERROR,
    since: str = "",
    until: str = "",
    default_on: bool = True,
    about: tuple[str, ...] = (),
) -> Callable[[Callable[[Node, Context], Iterator[Finding]]], Rule]:
    """Make a generator a rule that needs the document and at most the context."""

    def decorate(check: Callable[[Node, Context], Iterator[Finding]]) -> Rule:
        return Rule(rule_id, title, kinds, check, mark, severity, since, until, default_on, about=frozenset(about))

    return decorate


def fabric_rule(
    rule_id: str,
    title: str,
    *kinds: str,
    mark: Mark = Mark.REF,
    severity: Severity = Severity.ERROR,
    since: str = "",
    until: str = "",
) -> Callable[[Callable[[Node, Fabric], Iterator[Finding]]], Rule]:
    """Make a generator a rule that needs other resources of the fabric."""

    def decorate(check: Callable[[Node, Fabric], Iterator[Finding]]) -> Rule:
        return Rule(rule_id, title, kinds, check, mark, severity, since, until, scope=Scope.FABRIC)

    return decorate


def change_rule(
    rule_id: str, title: str, *kinds: str, replaces: tuple[str, ...] = ()
) -> Callable[[Callable[[Node, Fabric], Iterator[Finding]]], Rule]:
    """Make a generator a rule on the new version of a resource; `lookup.earlier` gives it the version before."""

    def decorate(check: Callable[[Node, Fabric], Iterator[Finding]]) -> Rule:
        return Rule(rule_id, title, kinds, check, Mark.UPDATE, scope=Scope.CHANGE, replaces=replaces)

    return decorate


def deletion_rule(
    rule_id: str, title: str, *kinds: str, replaces: tuple[str, ...]
) -> Callable[[Callable[[Node, Fabric], Iterator[Finding]]], Rule]:
    """Make a generator a rule on the last version of a resource that is no longer there."""

    def decorate(check: Callable[[Node, Fabric], Iterator[Finding]]) -> Rule:
        return Rule(rule_id, title, kinds, check, Mark.UPDATE, scope=Scope.DELETION, replaces=replaces)

    return decorate
