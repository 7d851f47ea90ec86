"""The cabling of a fabric as one picture: Externals and spines above, the other switches as cards with their servers.

A card shows which spines a switch is joined with as one small square for each spine, so that a hundred switches need no
hundred lines; a small fabric has the lines too. What the picture says stands in the tables below it as well.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fgd_sync.model.topology import Plug, SwitchNode, Topology
from fgd_sync.model.value import dataclass, field
from fgd_sync.render.escape import cut
from fgd_sync.render.site.html import Html, tag, text
from fgd_sync.render.tally import number

_CARD, _GAP, _COLUMNS = 196, 14, 6
_LINE, _PAD, _ROW_GAP = 18, 10, 34
_SQUARE = 10
_ACROSS = (_CARD - 2 * _PAD) // (_SQUARE + 3)
_MOST_SERVERS = 12
_LONGEST = 26


@dataclass(frozen=True, slots=True)
class _Square:
    """One spine, on a card: whether the switch has a cable to it, and in words."""

    is_on: bool
    words: str


@dataclass(frozen=True, slots=True)
class _Card:
    """One box of the picture: a heading with a line below it, squares, and further lines.

    `vpcs`: the VPCs that are attached there. `joined`: the spines that lines lead to.
    """

    name: str
    kind: str
    note: str
    squares: Sequence[_Square] = ()
    lines: Sequence[str] = ()
    vpcs: str = ""
    joined: Sequence[str] = field(default=())

    @property
    def height(self) -> int:
        """How high the box is."""
        return 2 * _PAD + 2 * _LINE + self.strip + len(self.lines) * _LINE

    @property
    def strip(self) -> int:
        """How high its squares are."""
        return -(-len(self.squares) // _ACROSS) * (_SQUARE + 4)


def picture(found: Topology) -> Html:
    """The picture; a sentence where there is nothing to draw."""
    if not found.switches:
        return tag("p", text("The fabric has no switches to draw."))
    rows = list(_rows(found))
    parts, height = _drawn_rows(rows)
    width = _GAP + min(_COLUMNS, max(len(cards) for _, cards in rows)) * (_CARD + _GAP)
    servers = number(len({plug.device for plug in found.servers}), "server")
    words = f"{number(len(found.spines), 'spine')}, {len(found.leaves)} other switches, {servers}"
    size = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    shown = tag("svg", tag("title", text(words)), *parts, role="img", class_="topology", **size)
    return tag("div", shown, class_="scroll", tabindex="0", role="region", aria_label="Topology")


def _rows(found: Topology) -> Iterator[tuple[str, list[_Card]]]:
    """The rows of the picture from above, with their titles; empty ones are left out."""
    outside = [*_outside(found.externals, "External"), *_outside(found.gateways, "Gateway")]
    rows = (
        ("Externals and gateways", outside),
        ("Spines", [_spine(place, node, found) for place, node in enumerate(found.spines, 1)]),
        ("Leaves" if found.spines else "Switches", _leaves(found)),
    )
    return ((title, cards) for title, cards in rows if cards)


def _outside(plugs: Sequence[Plug], kind: str) -> Iterator[_Card]:
    at: dict[str, dict[str, None]] = defaultdict(dict)
    for plug in plugs:
        at[plug.device][f"at {plug.switch}"] = None
    return (_Card(name, kind.lower(), kind, lines=tuple(lines)) for name, lines in at.items())


def _spine(place: int, node: SwitchNode, found: Topology) -> _Card:
    leaves = {item.name for item in found.leaves}
    counts = [count for name, count in node.links if name in leaves]
    words = f"{len(counts)} leaves, {number(sum(counts), 'cable')}" if counts else "no cable to a leaf"
    return _Card(node.name, "spine", f"{place} · {words}")


def _leaves(found: Topology) -> list[_Card]:
    servers: dict[str, dict[str, str]] = defaultdict(dict)
    for plug in found.servers:
        servers[plug.switch][plug.device] = plug.type
    vpcs: dict[str, set[str]] = defaultdict(set)
    for item in found.memberships:
        for name in item.switches:
            vpcs[name].add(item.vpc)
    return [_leaf(node, found, servers[node.name], sorted(vpcs[node.name])) for node in found.leaves]


def _leaf(node: SwitchNode, found: Topology, servers: Mapping[str, str], vpcs: Sequence[str]) -> _Card:
    links, spines = dict(node.links), [item.name for item in found.spines]
    squares = [_Square(name in links, f"{number(links.get(name, 0), 'cable')} to {name}") for name in spines]
    peers = [f"{name}: {number(count, 'cable')}" for name, count in node.links if name not in spines]
    shown = [f"{name} · {sort}" if sort else name for name, sort in servers.items()]
    more = [f"and {len(shown) - _MOST_SERVERS} more servers"] if len(shown) > _MOST_SERVERS else []
    note = " · ".join(filter(None, (node.role, node.group)))
    joined = [name for name in spines if name in links]
    return _Card(node.name, "leaf", note, squares, (*peers, *shown[:_MOST_SERVERS], *more), " ".join(vpcs), joined)


def _drawn_rows(rows: Sequence[tuple[str, list[_Card]]]) -> tuple[list[Html], int]:
    """All rows, with lines between them where each fits into one line of cards; and the height of it all."""
    parts: list[Html] = []
    feet: dict[str, tuple[int, int]] = {}
    has_lines = all(len(cards) <= _COLUMNS for _, cards in rows)
    top = _GAP
    for title, cards in rows:
        parts.append(tag("text", text(title), x=_GAP, y=top + 12, class_="row"))
        top += _LINE
        for start in range(0, len(cards), _COLUMNS):
            line = cards[start : start + _COLUMNS]
            for place, card in enumerate(line):
                left = _GAP + place * (_CARD + _GAP)
                middle = left + _CARD // 2
                parts += [_cable(feet[name], (middle, top)) for name in card.joined if has_lines]
                feet[card.name] = (middle, top + card.height)
                parts.append(_drawn(card, left, top))
            top += max(card.height for card in line) + _GAP
        top += _ROW_GAP if has_lines else 0
    return parts, top


def _cable(start: tuple[int, int], end: tuple[int, int]) -> Html:
    half = (start[1] + end[1]) // 2
    return tag("path", d=f"M{start[0]} {start[1]}C{start[0]} {half} {end[0]} {half} {end[0]} {end[1]}", class_="cable")


def _drawn(card: _Card, left: int, top: int) -> Html:
    x, first = left + _PAD, top + _PAD + 12
    below = first + _LINE + 10 + card.strip
    words = [
        tag("title", text(f"{card.name} {card.note}")),
        tag("rect", x=left, y=top, width=_CARD, height=card.height, rx=6),
        tag("text", text(cut(card.name, _LONGEST)), x=x, y=first, class_="name"),
        tag("text", text(cut(card.note, _LONGEST + 4)), x=x, y=first + _LINE, class_="note"),
    ]
    squares = (_drawn_square(square, place, x, first + _LINE + 8) for place, square in enumerate(card.squares))
    lines = (
        tag("text", text(cut(line, _LONGEST + 2)), x=x, y=below + 10 + place * _LINE)
        for place, line in enumerate(card.lines)
    )
    return tag("g", *words, *squares, *lines, class_=f"card {card.kind}", data_vpcs=card.vpcs or None)


def _drawn_square(square: _Square, place: int, left: int, top: int) -> Html:
    return tag(
        "rect",
        tag("title", text(square.words)),
        x=left + place % _ACROSS * (_SQUARE + 3),
        y=top + place // _ACROSS * (_SQUARE + 4),
        width=_SQUARE,
        height=_SQUARE,
        class_="square on" if square.is_on else "square",
    )
