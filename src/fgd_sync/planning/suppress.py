"""Rules that a resource asks to be let off, by an annotation with a reason: their findings become notices.

    metadata:
      annotations:
        fgd.githedgehog.com/ignore: VPC-012, ADV-011
        fgd.githedgehog.com/ignore-reason: the lab keeps its management network elsewhere

Only rules of the fabric can be ignored, and what looks like a secret and is none (FGD_1010): not the schema, not what
cannot be read, not names that no file could have, not a resource that is described twice.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from fgd_sync.model import code
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass, replace
from fgd_sync.rules.registry import RULES

IGNORE = "fgd.githedgehog.com/ignore"
REASON = "fgd.githedgehog.com/ignore-reason"
_NAMES = frozenset({"META-001", "META-002"})
"""Rules on names, which are also file names here."""

_SEPARATORS = pattern(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Ignored:
    """The rules that a resource is let off, and why; none without a reason."""

    rules: tuple[str, ...] = ()
    reason: str = ""


def ignored(body: JsonObject) -> Ignored:
    """What a resource is let off. Rules that cannot be ignored are left out."""
    names, reason = _named(body), _annotation(body, REASON).strip()
    return Ignored(tuple(filter(_can_be_ignored, names)), reason) if names and reason else Ignored()


def silenced(findings: Iterable[Finding], body: JsonObject) -> Iterator[Finding]:
    """The findings of rules on a resource, those that it is let off as notices."""
    let_off = ignored(body)
    for item in findings:
        yield _as_notice(item, let_off.reason) if item.rule in let_off.rules else item


def _as_notice(finding: Finding, reason: str) -> Finding:
    message = f"{finding.message} (ignored: {reason})"
    return replace(finding, message=message, code=code.FINDING_IGNORED, severity=Severity.NOTICE, remedy="")


def misuse(body: JsonObject) -> Iterator[Finding]:
    """What is wrong with the annotations themselves: no reason, or names that mean nothing here."""
    annotations = _annotations(body)
    if not isinstance(annotations.get(IGNORE), str):
        if REASON in annotations:
            yield _warning("the reason stands without a rule", f"Add {IGNORE} with the id of the rule.", REASON)
        return
    names = _named(body)
    if not names:
        yield _warning("no rule is named", "Write the ids of the rules, such as VPC-012, or remove the annotation.")
    elif not _annotation(body, REASON).strip():
        yield Finding(
            f"{', '.join(names)} cannot be ignored without a reason",
            _route(IGNORE),
            remedy=f"Say why in the annotation {REASON}, or remove {IGNORE}.",
        )
    for name in names:
        if not _can_be_ignored(name):
            yield _not_ignorable(name)


def unused(body: JsonObject, used: Collection[str]) -> Iterator[Finding]:
    """The rules that a resource is let off and does not break; `used` are those that it breaks."""
    for name in ignored(body).rules if asks_for_silence(body) else ():
        if name not in used:
            yield _warning(f"unused suppression: the resource does not break {name}", f"Take {name} out of {IGNORE}.")


def _not_ignorable(name: str) -> Finding:
    from fgd_sync.rules.coverage import coverage_rows  # only for names that mean nothing here

    known = [row.id for row in coverage_rows()]
    if name in known:
        text = f"{name} cannot be ignored: it is not a rule on what the fabric accepts, but on what can be managed"
        return _warning(text, "Correct what it reports instead.")
    from fgd_sync.schema.nearest import nearest  # only where a name means nothing

    near = nearest(name, known) or nearest(name.upper(), known)
    return _warning(f"there is no rule {name}", f"Did you mean {near}?" if near else "docs/rules.md lists the rules.")


def _can_be_ignored(name: str) -> bool:
    return (name in RULES and name not in _NAMES) or name == code.SECRET_FOUND.id


def _warning(message: str, remedy: str, annotation: str = IGNORE) -> Finding:
    which = code.IGNORE_WITHOUT_EFFECT
    return Finding(message, _route(annotation), which, severity=which.severity, remedy=remedy)


def _named(body: JsonObject) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(_annotation(body, IGNORE)))))


def _annotation(body: JsonObject, name: str) -> str:
    value = _annotations(body).get(name)
    return value if isinstance(value, str) else ""


def _annotations(body: JsonObject) -> dict[str, Any]:
    metadata = body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return annotations if isinstance(annotations, dict) else {}


def is_about_silence(body: JsonObject) -> bool:
    """Whether there is anything to be said of what a resource asks to be let off."""
    return not {IGNORE, REASON}.isdisjoint(_annotations(body))


def asks_for_silence(body: JsonObject) -> bool:
    """Whether a resource names rules that it is to be let off."""
    return IGNORE in _annotations(body)


def _route(annotation: str) -> Route:
    return ("metadata", "annotations", annotation)
