"""Old versions and old forms of resources, brought to the current version where that is certain.

Takes a draft; changes it and gives what was done, and as errors what a human must decide.
"""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import GATEWAY_GROUP, KIND_BY_ID, VPC_GROUP, WIRING_GROUP, Kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft, find
from fgd_sync.planning.old_forms import ALWAYS, STEPS
from fgd_sync.planning.steps import impossible, upgraded

OLD_VERSIONS = {
    VPC_GROUP: ("v1alpha2", "v1alpha1"),
    WIRING_GROUP: ("v1alpha2", "v1alpha1"),
}
"""Versions that documents of today's shape, or an older one, carry. v1alpha1 never existed; documents name it."""

_OLD_PEERING, _PEERING = (GATEWAY_GROUP, "Peering"), (GATEWAY_GROUP, "GatewayPeering")


def upgrade(draft: Draft) -> Iterator[Finding]:
    """Bring a resource of a known kind to its current version and form; anything else is left alone."""
    group, _, version = _text(draft, "apiVersion").partition("/")
    kind = KIND_BY_ID.get((group, _text(draft, "kind")))
    if (group, draft.body.get("kind")) == _OLD_PEERING:
        kind = KIND_BY_ID[_PEERING]
        yield from _rename_peering(draft)
        yield from _bring_up(draft, kind, version, is_old=True)
    elif kind is not None:
        yield from _bring_up(draft, kind, version, is_old=version != kind.version)


def may_upgrade(body: JsonObject) -> bool:
    """Whether a document may be changed or complained of, whatever its values are but the kind and the version."""
    group, _, version = body["apiVersion"].partition("/")
    kind = KIND_BY_ID.get((group, body["kind"]))
    return kind is None or version != kind.version or any(find(body, step.old) for step in ALWAYS.get(kind.name, ()))


def _rename_peering(draft: Draft) -> Iterator[Finding]:
    draft.put(("kind",), _PEERING[1])
    yield upgraded(draft, ("kind",), f"the kind {_OLD_PEERING[1]} is called {_PEERING[1]} now: renamed")


def _bring_up(draft: Draft, kind: Kind, version: str, *, is_old: bool) -> Iterator[Finding]:
    if version != kind.version:
        if version not in OLD_VERSIONS.get(kind.group, ()):
            yield _unknown_version(draft, kind, version)
            return
        draft.put(("apiVersion",), kind.api_version)
        yield upgraded(draft, ("apiVersion",), f"{kind.group}/{version} is not served: written as {kind.version}")
    for step in (STEPS if is_old else ALWAYS).get(kind.name, ()):
        for route in draft.find(step.old):
            yield from step.apply(draft, route)


def _unknown_version(draft: Draft, kind: Kind, version: str) -> Finding:
    given = f"version {version}" if version else "version in the apiVersion"
    return impossible(
        draft,
        ("apiVersion",),
        f"no {given} of {kind.group} is known; the current one is {kind.version}",
        f"Write `apiVersion: {kind.api_version}`; `fgd schemas show {kind.name}` lists its fields.",
    )


def _text(draft: Draft, key: str) -> str:
    value = draft.body.get(key)
    return value if isinstance(value, str) else ""
