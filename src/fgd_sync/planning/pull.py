"""The plan of a pull: what was changed in NetBox is put into the managed files, and these are planned as any others.

A change that a schema or rule forbids is left out, and the others are planned without it. Only the files of the
resources that were changed in NetBox are written; what else a sync would do is left to the next one. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.code import PULL_CONFLICT, PULL_REFUSED, Severity
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.difference import ABSENT, differences
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Plan, ResourceChange
from fgd_sync.model.pulled import Pulled, PulledField, Verdict
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.agreement import ways_of
from fgd_sync.planning.changes import ABSENT as NO_FILE
from fgd_sync.planning.fields import found
from fgd_sync.planning.incoming import Incoming
from fgd_sync.planning.managed import managed_only
from fgd_sync.planning.meaning import tidied
from fgd_sync.planning.netbox_records import records_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import managed_path
from fgd_sync.planning.plan import Track, digest_of, plan
from fgd_sync.planning.pull_edits import created, is_single, updated
from fgd_sync.planning.sides import side_of_git
from fgd_sync.planning.three_ways import Field, Ways

_UNSEEN = "NetBox does not show the record any more, and its change log does not say that somebody deleted it"
_NOBODY = "it differs from git, and NetBox's change log does not say that somebody changed it there"
_PARTS = (("spec",), ("metadata", "labels"), ("metadata", "annotations"))
_NOT_IN_ORDER = "the file in git is not in order yet: sync the fabric first"
_NO_PLACE = "the place of its file is taken by another one"


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change that is to be made to one managed file: its bytes as they are and as they are to be."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class _Git:
    """The fabric in git: the managed files, the resources in them, and where each lies in normal form."""

    tree: Tree
    resources: Mapping[Ref, JsonObject]
    places: Mapping[Ref, ResourceChange]
    files: Mapping[str, bytes]
    namespace: str


def plan_pull(tree: Tree, options: Options, track: Track = iter, *, spread: Spread = in_turn) -> Plan:
    """Plan what `options.incoming` brings to the managed files of a fabric."""
    assert options.incoming is not None, "a pull has something to pull from"
    kept, plain = managed_only(tree), replace(options, incoming=None, base={})
    before = plan(kept, replace(plain, impact=False), track, spread=spread)
    git = _git(kept, before, options)
    seen = dict(_found(options.incoming, git))
    edits = {ref: edit for ref, (_, edit) in seen.items() if edit}
    made, refused = _as_far_as_valid(kept, before, edits, plain, spread=spread)
    pulled = [_judged(item, refused.get(ref)) for ref, (item, _) in seen.items()]
    return Plan(
        options.fabric,
        digest_of(tree),
        tuple(_changes(edits[ref] for ref in edits if ref not in refused)),
        (*made.diagnostics, *(note for item in pulled for note in _notes(item, git)), *_untaken(options.incoming, git)),
        tuple(_inventory(made, pulled)),
        (),
        made.impact,
        pulled=tuple(pulled),
    )


def _git(kept: Tree, before: Plan, options: Options) -> _Git:
    after = kept.after(before.changes)
    side = side_of_git(records_of(before, after))
    places = {item.ref: item for item in before.inventory}
    return _Git(kept, side.resources, places, after.files, options.namespace)


def _found(incoming: Incoming, git: _Git) -> Iterator[tuple[Ref, tuple[Pulled, _Edit | None]]]:
    """What was changed in NetBox, by resource, with the edit that it makes if it is to be taken."""
    for ref in sorted({*incoming.side.resources, *git.resources}):
        netbox, ours = incoming.side.resources.get(ref), git.resources.get(ref)
        if netbox is None and ours is not None and incoming.side.cannot_hold(ref, ours):
            continue
        ways = ways_of(ref, incoming.base(ref), netbox, ours).settled(incoming.policy)
        if ways.clashes:
            yield ref, (_pulled(ref, incoming, ways.clashes, Verdict.ASKED), None)
        elif ways.by_netbox:
            item, edit = _taken(ref, incoming, git, ways)
            if edit is None or edit.after != edit.before:
                yield ref, (item, edit)


def _taken(ref: Ref, incoming: Incoming, git: _Git, ways: Ways) -> tuple[Pulled, _Edit | None]:
    item = _pulled(ref, incoming, ways.by_netbox, Verdict.TAKEN)
    if not _is_by_people(item, incoming, git):
        reason = _UNSEEN if item.action is Action.DELETE else _NOBODY
        return replace(item, verdict=Verdict.ASKED, reason=reason), None
    if item.action is Action.CREATE:
        path = managed_path(ref, git.namespace)
        if path in git.tree.files or path in git.tree.obstacles:
            return replace(item, verdict=Verdict.REFUSED, reason=_NO_PLACE), None
        data = created(ref, incoming.side.resources[ref], _earlier(ref, incoming, git))
        return item, _Edit(path, None, data)
    path = git.places[ref].path
    before = git.tree.files.get(path)
    if before is None or not is_single(before):
        return replace(item, verdict=Verdict.REFUSED, reason=_NOT_IN_ORDER), None
    if item.action is Action.DELETE:
        return item, _Edit(path, before, None)
    return item, _Edit(path, before, updated(git.files[path], ways.by_netbox, incoming.side.resources[ref]))


def _is_by_people(item: Pulled, incoming: Incoming, git: _Git) -> bool:
    """Whether people made the fields what they are in NetBox, and not a report of ours that could not be recorded."""
    ref = item.ref
    if item.action is Action.CREATE and ref in incoming.base(ref).resources:  # It was changed, and git has it no more.
        return any(incoming.is_edit(ref, route) for route in _PARTS)
    sides = [tidied(body) for body in (incoming.side.resources.get(ref), git.resources.get(ref)) if body is not None]
    routes = [field.route for field in item.fields]
    written = (route for route in routes if not route or any(found(side, route) is not ABSENT for side in sides))
    return all(incoming.is_edit(ref, route) for route in written)


def _earlier(ref: Ref, incoming: Incoming, git: _Git) -> bytes | None:
    """The file of the resource that a record stood for before it was renamed."""
    number = incoming.numbers.get(ref)
    old = next((other for other, known in incoming.base(ref).numbers.items() if known == number), None)
    return git.files.get(git.places[old].path) if old is not None and old in git.places else None


def _pulled(ref: Ref, incoming: Incoming, fields: tuple[Field, ...], verdict: Verdict) -> Pulled:
    action = Action.UPDATE
    if fields[0].route == ():
        action = Action.CREATE if ref in incoming.side.resources else Action.DELETE
    told = (
        PulledField(
            item.route, _plain(item.base), _plain(item.netbox), _plain(item.git), incoming.editor(ref, item.route)
        )
        for whole in fields
        for item in (_parts(whole) if verdict is Verdict.ASKED else [whole])
    )
    return Pulled(ref, verdict, action, tuple(told), incoming.editor(ref))


def _plain(value: Any) -> Any:
    """A value as people are told of it; a whole resource without labels and annotations that it does not have."""
    if not isinstance(value, dict) or value.keys() != {"metadata", "spec"}:
        return value
    metadata = {key: item for key, item in value["metadata"].items() if item}
    return {**({"metadata": metadata} if metadata else {}), "spec": value["spec"]}


def _parts(field: Field) -> list[Field]:
    """Of a resource that one side deleted and the other changed, the fields that it changed."""
    left = field.git if field.netbox is ABSENT else field.netbox
    if field.route or not (isinstance(field.base, dict) and isinstance(left, dict)):
        return [field]
    changed = differences(field.base, left, into_lists=False)
    if left is field.netbox:
        return [Field(item.route, item.old, item.new, ABSENT) for item in changed]
    return [Field(item.route, item.old, ABSENT, item.new) for item in changed]


def _as_far_as_valid(
    kept: Tree, before: Plan, edits: dict[Ref, _Edit], options: Options, *, spread: Spread
) -> tuple[Plan, dict[Ref, Diagnostic]]:
    """The plan with as many of the edits as bring no new error, and why the others are left out."""
    known = {_identity(item) for item in before.errors}
    refused: dict[Ref, Diagnostic] = {}
    while True:
        left = {ref: edit for ref, edit in edits.items() if ref not in refused}
        if not left:
            return before, refused
        base = {edit.path: edit.before or NO_FILE for edit in left.values()}
        made = plan(_laid(kept, left), replace(options, base=base), spread=spread)
        new = [item for item in made.errors if _identity(item) not in known]
        if not new:
            return made, refused
        blamed = {ref: item for item in reversed(new) for ref in _culprits(item, left)}
        refused |= blamed or dict.fromkeys(left, new[0])


def _identity(item: Diagnostic) -> tuple[str, str, Ref | None, str]:
    return item.code.id, item.rule, item.ref, item.message


def _culprits(item: Diagnostic, edits: Mapping[Ref, _Edit]) -> list[Ref]:
    """The edits that a new error comes from: of the resource that it is about, or of those that it points to."""
    if item.ref is not None and item.ref in edits:
        return [item.ref]
    paths = {item.location.path, *(other.location.path for other in item.related)}
    pointed = [ref for ref, edit in edits.items() if edit.path in paths]
    return pointed or [ref for ref, edit in edits.items() if edit.after is None]


def _laid(kept: Tree, edits: Mapping[Ref, _Edit]) -> Tree:
    return kept.after(_changes(edits.values()))


def _changes(edits: Iterable[_Edit]) -> Iterator[Change]:
    for edit in edits:
        if edit.after is None:
            yield Delete(edit.path, edit.before or b"")
        else:
            yield Write(edit.path, edit.after, edit.before)


def _judged(item: Pulled, refusal: Diagnostic | None) -> Pulled:
    if refusal is None:
        return item
    return replace(item, verdict=Verdict.REFUSED, reason=f"{refusal.code.id} {refusal.rule} {refusal.message}")


def _notes(item: Pulled, git: _Git) -> Iterator[Diagnostic]:
    """What people are told of a change that is not taken, at the file that it would be in."""
    if item.verdict is Verdict.TAKEN:
        return
    place = git.places.get(item.ref)
    where = Location(place.path if place else managed_path(item.ref, git.namespace))
    if item.verdict is Verdict.REFUSED:
        words = f"{item.ref}: the change in NetBox is not taken: {item.reason}"
        yield diagnose(PULL_REFUSED, words, where, ref=item.ref)
    else:
        words = item.reason or "it was changed in NetBox and in git; nothing is written to it"
        yield diagnose(PULL_CONFLICT, f"{item.ref}: {words}", where, ref=item.ref)


def _untaken(incoming: Incoming, git: _Git) -> Iterator[Diagnostic]:
    """What people are told of what was changed in NetBox and is no change of a resource."""
    for ref, words in incoming.untaken:
        place = git.places.get(ref)
        where = Location(place.path if place else managed_path(ref, git.namespace))
        yield diagnose(PULL_REFUSED, words, where, ref=ref, severity=Severity.WARNING)


def _inventory(made: Plan, pulled: list[Pulled]) -> Iterator[ResourceChange]:
    """Every resource, with what the pull does to it; what a sync would do besides is not done."""
    taken = {item.ref: item.action for item in pulled if item.verdict is Verdict.TAKEN}
    for item in made.inventory:
        yield replace(item, action=taken.get(item.ref, Action.KEEP))
