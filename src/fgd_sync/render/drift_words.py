"""A row of a table of drift in words: who has the resource, who has it otherwise, and what is different."""

from collections.abc import Sequence

from fgd_sync.model.drift import FabricDrift, Row, Standing, Where
from fgd_sync.model.report import FabricReport
from fgd_sync.render.field_changes import in_words
from fgd_sync.render.tally import number

NAMES = {Where.GIT: "git", Where.NETBOX: "NetBox", Where.CLUSTER: "the cluster"}
HEADS = {Where.GIT: "git", Where.NETBOX: "NetBox", Where.CLUSTER: "cluster"}
CELLS = {
    Standing.PRESENT: "yes",
    Standing.ABSENT: "no",
    Standing.DIFFERENT: "different",
    Standing.UNREADABLE: "unreadable",
    Standing.NOT_COMPARED: "-",
}
"""What stands in a column of the table."""


def status(row: Row) -> str:
    """The row as one word for software: `in_sync`, `different`, `missing`, `unreadable`, or `only_in_git` and so on."""
    if row.is_in_sync:
        return "in_sync"
    if row.those(Standing.UNREADABLE):
        return "unreadable"
    there = row.those(Standing.PRESENT, Standing.DIFFERENT)
    if not row.those(Standing.ABSENT):
        return "different"
    return f"only_in_{there[0]}" if len(there) == 1 else "missing"


def told(row: Row) -> str:
    """The row in words: `only in git`, `not in NetBox, different in the cluster`."""
    there = row.those(Standing.PRESENT, Standing.DIFFERENT)
    gone, otherwise = row.those(Standing.ABSENT), row.those(Standing.DIFFERENT)
    words = ["its file cannot be read"] if row.those(Standing.UNREADABLE) else []
    if gone and len(there) == 1:
        words.append(f"only in {NAMES[there[0]]}")
    elif gone:
        words.append(f"not in {_listed(gone)}")
    words += [f"different in {_listed(otherwise)}"] if otherwise else []
    return ", ".join(words) or "in sync"


def _listed(those: Sequence[Where]) -> str:
    return " and ".join(NAMES[where] for where in those)


def field_lines(row: Row, where: Where) -> list[tuple[str, str, str]]:
    """What somebody has otherwise than git: field, git's value, the other one; "" stands for: it is not there."""
    lines = (in_words(item) for item in row.fields.get(where, ()))
    return [(line.field, line.old, line.new) for line in lines]


def headline(item: FabricDrift) -> str:
    """How it stands with a fabric: `3 of 46 resources differ`."""
    if item.failure:
        return "could not be compared"
    if len(item.asked) < 2:
        return "nothing to compare with"
    if not item.drifted:
        return f"in sync, {number(len(item.rows), 'resource')}"
    verb = "differs" if len(item.drifted) == 1 else "differ"
    return f"{len(item.drifted)} of {number(len(item.rows), 'resource')} {verb}"


def together(fabrics: Sequence[FabricReport]) -> str:
    """How it stands with all fabrics of a run: `3 resources not the same everywhere`; "" where nothing was compared."""
    tables = [fabric.drift for fabric in fabrics if fabric.drift and len(fabric.drift.asked) > 1]
    if not tables:
        return ""
    count = sum(len(item.drifted) for item in tables)
    others = " and ".join(NAMES[where] for where in dict.fromkeys(where for item in tables for where in item.asked[1:]))
    if not count:
        return f"git and {others} are in sync"
    return f"{number(count, 'resource')} not the same in git and {others}"


def asked(item: FabricDrift) -> str:
    """Who was compared: `git, NetBox (plugin), the cluster`."""
    netbox = f" ({item.netbox})" if item.netbox else ""
    return ", ".join(f"{NAMES[where]}{netbox if where is Where.NETBOX else ''}" for where in item.asked)
