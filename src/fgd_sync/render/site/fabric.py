"""The overview of one fabric: how it stands, its cabling as a picture, and the same in tables."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from fgd_sync.model.code import Severity
from fgd_sync.model.plan import Action
from fgd_sync.model.site import Site, SiteFabric
from fgd_sync.model.topology import Membership, Topology
from fgd_sync.render.drift_words import headline
from fgd_sync.render.site.html import Html, anchor, code, moment, table, tag, text
from fgd_sync.render.site.overview import state_of
from fgd_sync.render.site.picture import picture
from fgd_sync.render.state_text import ago
from fgd_sync.render.tally import number, tally


def fabric_overview(site: Site, fabric: SiteFabric) -> Iterator[Html]:
    """The content of the page."""
    yield tag("dl", *_facts(site, fabric), class_="facts")
    yield tag("h2", text("Topology"))
    yield _highlight(fabric.topology)
    yield picture(fabric.topology)
    yield tag(
        "p",
        text("A square stands for a spine, in the order above: it is filled where there is a cable."),
        class_="note",
    )
    yield tag("h2", text("VPCs"))
    yield _vpcs(fabric.topology)
    yield tag("h2", text("Switches"))
    yield _switches(fabric.topology)
    yield tag("h2", text("Resources by kind"))
    yield _kinds(fabric)


def _facts(site: Site, fabric: SiteFabric) -> Iterator[Html]:
    counts = tally([fabric.report])
    newest, at = fabric.newest, fabric.last_sync
    errors, warnings = (counts.severities[level] for level in (Severity.ERROR, Severity.WARNING))
    yield _fact("State", state_of(fabric))
    yield _fact("Last sync", moment(at), text(f" ({ago(at, site.made_at)} before this page)" if at else ""))
    if newest and newest.commit:
        yield _fact("Commit", code(newest.commit[:10]))
    yield _fact("Resources", anchor(text(counts.actions.total() - counts.actions[Action.DELETE]), "resources.html"))
    yield _fact("Problems", anchor(text(f"{number(errors, 'error')}, {number(warnings, 'warning')}"), "problems.html"))
    if fabric.drift is not None:
        yield _fact("Drift", anchor(text(headline(fabric.drift)), "drift.html"))
    if fabric.waiting:
        yield _fact("Waiting reports", text(fabric.waiting))


def _fact(name: str, *value: Html) -> Html:
    return tag("div", tag("dt", text(name)), tag("dd", *value))


def _highlight(found: Topology) -> Html:
    """A choice of VPCs to highlight in the picture; shown by the script that makes it work."""
    names = sorted({item.vpc for item in found.memberships})
    options = [tag("option", text("none"), value=""), *(tag("option", text(name), value=name) for name in names)]
    choice = tag("label", text("Highlight where a VPC is attached "), tag("select", *options, id="vpc-choice"))
    return tag("p", choice, class_="search", hidden=True)


def _vpcs(found: Topology) -> Html:
    at: dict[tuple[str, str, int, str], list[Membership]] = defaultdict(list)
    for item in found.memberships:
        at[item.vpc, item.subnet, item.vlan, item.cidr].append(item)
    rows = (
        [
            text(vpc),
            text(subnet),
            text(vlan or ""),
            code(cidr) if cidr else text(""),
            text(", ".join(sorted({name for item in items for name in item.servers}))),
            text(", ".join(sorted({name for item in items for name in item.switches}))),
        ]
        for (vpc, subnet, vlan, cidr), items in at.items()
    )
    return table("Where VPCs are attached", ("VPC", "Subnet", "VLAN", "Addresses", "Servers", "Switches"), rows)


def _switches(found: Topology) -> Html:
    servers: Counter[str] = Counter(switch for switch, _ in {(plug.switch, plug.device) for plug in found.servers})
    rows = (
        [
            text(item.name),
            text(item.role),
            text(item.group),
            text(item.profile),
            text(", ".join(f"{name} ({count})" for name, count in item.links)),
            text(servers[item.name] or ""),
        ]
        for item in found.switches
    )
    return table("Switches", ("Switch", "Role", "Redundancy", "Profile", "Joined with", "Servers"), rows)


def _kinds(fabric: SiteFabric) -> Html:
    inventory = fabric.report.plan.inventory if fabric.report.plan else ()
    counts = Counter(item.ref.kind for item in inventory if item.action is not Action.DELETE)
    return table(
        "Resources by kind", ("Kind", "Resources"), ([text(kind), text(counts[kind])] for kind in sorted(counts))
    )
