"""What git and core NetBox agreed on: what a report may write to the inventory, and what a pull takes from it. Pure.

Objects of core NetBox hold a part of a resource, so what is kept are whole resources, in the same form as for records
of the plugin: of each the edits of its objects are changes of NetBox's.
"""

from collections.abc import Mapping, Sequence

from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.agreement import Base, Home, Seen, advanced, file_of, of_kind, read_base, ways_of, written_base
from fgd_sync.planning.core_side import side_of_core
from fgd_sync.planning.fields import with_fields
from fgd_sync.planning.meaning import tidied
from fgd_sync.planning.netbox_edits import Inspection
from fgd_sync.planning.netbox_inventory import KINDS
from fgd_sync.planning.netbox_keep import notes_of
from fgd_sync.planning.three_ways import Policy
from fgd_sync.planning.tracking import without_tracking


def home_of(url: str) -> Home:
    """Where the inventory of a fabric lies: a NetBox, apart from records that it may have of the same fabric."""
    return Home(f"{url.rstrip('/')}#core", 0)


def bases_of(files: Mapping[str, bytes], url: str) -> dict[str, Base]:
    """What was agreed on, by kind, as the files keep it. Numbers say nothing here: a resource is several objects."""
    home = home_of(url)
    return {kind: replace(read_base(files.get(file_of(kind)), kind, home), numbers={}) for kind in KINDS}


def told(bases: Mapping[str, Base], otherwise: Mapping[Ref, JsonObject]) -> dict[Ref, JsonObject]:
    """The resources that NetBox was told of last: those agreed on; where nothing is known, others."""
    if any(base.is_known for base in bases.values()):
        return {ref: body for base in bases.values() for ref, body in base.resources.items()}
    return {ref: body for ref, body in otherwise.items() if ref.kind in KINDS}


def taken_for_known(bases: Mapping[str, Base], earlier: Mapping[Ref, JsonObject]) -> dict[str, Base]:
    """The bases; where nothing is known, what git had earlier is taken for agreed, since NetBox was told of it."""
    if any(base.is_known for base in bases.values()):
        return dict(bases)
    return {kind: Base(of_kind(kind, earlier), is_known=True) for kind in bases}


@dataclass(frozen=True, slots=True)
class CoreDue:
    """The resources that an inventory is to be made of; `notes` say what waits for a pull or a person."""

    wanted: tuple[Record, ...]
    notes: tuple[str, ...] = ()


def core_due(
    records: Sequence[Record], there: Mapping[Ref, JsonObject], bases: Mapping[str, Base], policy: Policy
) -> CoreDue:
    """What a report may make of git's resources, given NetBox's: with NetBox's own edits, and none over them."""
    git = {item.ref: item for item in records}
    wanted: list[Record] = []
    notes: list[str] = []
    for ref in sorted({*git, *there}):
        item, netbox = git.get(ref), there.get(ref)
        body = without_tracking(item.body) if item else None
        ways = ways_of(ref, bases[ref.kind], netbox, body).settled(policy)
        notes += notes_of(ref, ways)
        if ways.clashes and netbox is not None:
            wanted.append(Record(ref, netbox))
        elif item and netbox is not None and ways.by_netbox:
            routes = [field.route for field in ways.by_netbox]
            wanted.append(replace(item, body=with_fields(item.body, routes, tidied(netbox))))
        elif item:
            wanted.append(item)
    return CoreDue(tuple(wanted), tuple(notes))


def core_agreed(
    bases: Mapping[str, Base], told_last: Mapping[Ref, JsonObject], found: Inspection, git: Mapping[Ref, JsonObject]
) -> dict[str, Base]:
    """What is agreed on after a report: `found` compares NetBox's objects with the resources it was told of last."""
    there = side_of_core(told_last, found).resources
    return {kind: advanced(bases[kind], Seen(of_kind(kind, there)), of_kind(kind, git)) for kind in KINDS}


def files_of(bases: Mapping[str, Base], url: str) -> dict[str, bytes]:
    """The files that keep what was agreed on."""
    return {file_of(kind): written_base(base, home_of(url)) for kind, base in bases.items()}
