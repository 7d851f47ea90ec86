"""What `kubectl get -o yaml` (or json) printed, as the resources that a cluster has. Pure.

Takes the bytes of any number of files. Nothing is guessed of what is not there: a list has all objects of the kinds in
it, a single object says nothing of others. What cannot be read fails as a whole, so that it never looks like drift.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fgd_sync.fabric.profiles import builtin
from fgd_sync.model.code import CLUSTER_EXPORT_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KIND_BY_ID, Kind, ref_of
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.clean import clean
from fgd_sync.planning.foreign import group_of
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.parse import parse

_MEGABYTE = 1024 * 1024
_LIMITS = Limits(512 * _MEGABYTE, 512 * _MEGABYTE, 100_000)
"""An export may be one document with all that a cluster has."""

_LIST = "List"
_GIVEN_BY_FABRIC = {("GatewayGroup", "default")}
"""Objects that the controllers make by themselves, besides the built-in switch profiles."""


@dataclass(frozen=True, slots=True)
class Export:
    """What a cluster has. `whole`: the kinds of which all objects are here; of others only those here are known.

    `ignored` counts the objects that are none of a fabric's resources, by kind. `empty`: so many lists were empty and
    did not say of what.
    """

    resources: Mapping[Ref, JsonObject] = field(default_factory=dict)
    whole: frozenset[Kind] = frozenset()
    ignored: Mapping[str, int] = field(default_factory=dict)
    empty: int = 0

    def tells(self, ref: Ref) -> bool:
        """Whether it is known if the cluster has a resource."""
        return ref in self.resources or KIND_BY_ID[ref.group, ref.kind] in self.whole


@dataclass(slots=True)
class _Collection:
    resources: dict[Ref, JsonObject] = field(default_factory=dict)
    whole: set[Kind] = field(default_factory=set)
    ignored: Counter[str] = field(default_factory=Counter)
    empty: int = 0

    def add(self, body: JsonObject, *, in_list: bool) -> None:
        """Note one object; a later one of the same name takes the place of an earlier one."""
        kind = KIND_BY_ID.get((group_of(body), body["kind"]))
        if kind is None:
            self.ignored[body["kind"]] += 1
            return
        if in_list:
            self.whole.add(kind)
        cleaned = clean(body, None).body
        ref = ref_of(kind, cleaned)
        if ref is None:
            raise FgdError(CLUSTER_EXPORT_INVALID, f"a {kind.name} has no name")
        if _is_given(kind, ref.name):
            self.ignored[f"{kind.name} that the fabric brings along"] += 1
        else:
            self.resources[ref] = cleaned


def read_export(files: Iterable[tuple[str, bytes]], kinds: Iterable[Kind] = ()) -> Export:
    """The objects of all files together, cleaned of what servers add; `kinds` are whole whatever the files look like.

    Raises FgdError CLUSTER_EXPORT_INVALID, naming the file, where one is not what kubectl prints.
    """
    found = _Collection(whole=set(kinds))
    for name, data in files:
        try:
            _read(data, found)
        except FgdError as failure:
            raise FgdError(failure.code, f"{name}: {failure.message}", remedy=failure.remedy) from None
    return Export(found.resources, frozenset(found.whole), found.ignored, found.empty)


def _read(data: bytes, found: _Collection) -> None:
    source = parse(data, _LIMITS)
    problem = source.problem or next((item.problem for item in source.documents if item.problem), None)
    if problem:
        where = f" (line {problem.position.line})" if problem.position else ""
        raise FgdError(CLUSTER_EXPORT_INVALID, f"{problem.what}{where}")
    if not source.documents:
        raise FgdError(CLUSTER_EXPORT_INVALID, "there is nothing in it")
    for document in source.documents:
        _require_object(document.value)
        body: JsonObject = document.value
        if body["kind"].endswith(_LIST) and isinstance(body.get("items"), list):
            _read_list(body, found)
        else:
            found.add(body, in_list=False)


def _read_list(body: JsonObject, found: _Collection) -> None:
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and metadata.get("continue"):
        raise FgdError(CLUSTER_EXPORT_INVALID, "it is only a part of a list (metadata.continue is set)")
    of = body["kind"].removesuffix(_LIST)
    kind = KIND_BY_ID.get((group_of(body), of))
    if kind:
        found.whole.add(kind)
    elif not body["items"]:
        found.empty += 1
    for item in _items(body, of):
        _require_object(item)
        found.add(item, in_list=True)


def _items(body: JsonObject, kind: str) -> Iterator[Any]:
    """The items of a list; those of a list of one kind, as the API gives it, need not repeat the kind."""
    for item in body["items"]:
        named = kind and isinstance(item, dict) and "kind" not in item
        yield {"apiVersion": body["apiVersion"], "kind": kind, **item} if named else item


def _require_object(value: Any) -> None:
    if not (isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("apiVersion", "kind"))):
        raise FgdError(CLUSTER_EXPORT_INVALID, "it holds something else than objects of Kubernetes, or is cut off")


def _is_given(kind: Kind, name: str) -> bool:
    """Whether a fabric has the object without anybody asking for it."""
    return (kind.name == "SwitchProfile" and builtin(name) is not None) or (kind.name, name) in _GIVEN_BY_FABRIC
