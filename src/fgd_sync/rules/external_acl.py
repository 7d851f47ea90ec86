"""Rules on the inbound ACL of an ExternalAttachment."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.external_attachment import KIND
from fgd_sync.rules.node import Node, view
from fgd_sync.rules.rule import Context, rule

_ACTIONS = ("permit", "deny", "discard", "transit")
_PROTOCOLS = ("ip", "tcp", "udp", "icmp")
_FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg")


@view
def statements(attachment: Node) -> Iterator[Node]:
    """The statements of the inbound ACL."""
    return (item for item in attachment.at("spec", "inboundACL", "statements").items if item.is_mapping)


def _flags(statement: Node) -> list[Node]:
    return [flag for flag in statement.at("tcpFilters").entries if flag.is_true]


@rule("EXTA-013", "Sequence numbers of an ACL are at least 10", KIND)
def sequence_range(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches keep lower numbers for themselves.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 5, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}]}
    """
    for statement in statements(attachment):
        seq = statement.at("seq")
        if seq.is_present and seq.number is not None and seq.number < 10:
            yield seq.finding(f"the sequence number {seq.number} is less than 10", "Begin with 10.")


@rule("EXTA-014", "Sequence numbers of an ACL differ", KIND)
def sequence_differs(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the number is the place of the statement; two cannot be at one place.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any}
              - {seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any}
              - {seq: 20, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}
    """
    places: dict[int, Node] = {}
    for statement in statements(attachment):
        seq = statement.at("seq")
        first = places.setdefault(seq.number, seq) if seq.number else seq
        if first is not seq:
            yield seq.finding(
                f"two statements have the sequence number {seq.number}",
                "Give each statement its own.",
                related=(first.pointer("used first"),),
            )


@rule("EXTA-015", "The action of an ACL statement is known", KIND)
def action(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches know permit, deny, discard and transit only.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: allow, protocol: ip, srcPrefix: any, dstPrefix: any}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}]}
    """
    yield from _one_of(attachment, "action", _ACTIONS)


@rule("EXTA-016", "The protocol of an ACL statement is known", KIND)
def protocol(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches know ip, tcp, udp and icmp only.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: any, srcPrefix: any, dstPrefix: any}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any}]}
    """
    yield from _one_of(attachment, "protocol", _PROTOCOLS)


def _one_of(attachment: Node, field: str, known: tuple[str, ...]) -> Iterator[Finding]:
    for statement in statements(attachment):
        node = statement.at(field)
        if isinstance(node.value, str) and node.text not in known:
            yield node.finding(f"an ACL has no {field} {node.text!r}", f"Choose one of {', '.join(known)}.")


@rule("EXTA-017", "The source of an ACL statement is `any` or a prefix", KIND)
def source(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches match addresses; names and bare addresses mean nothing to them.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: 10.9.0.1, dstPrefix: any}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: 10.9.0.1/32, dstPrefix: any}]}
    """
    yield from _any_or_prefix(attachment, "srcPrefix")


@rule("EXTA-018", "The destination of an ACL statement is `any` or a prefix", KIND)
def destination(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches match addresses; names and bare addresses mean nothing to them.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: 10.9.0.1}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: permit, protocol: ip, srcPrefix: any, dstPrefix: 10.9.0.1/32}]}
    """
    yield from _any_or_prefix(attachment, "dstPrefix")


def _any_or_prefix(attachment: Node, field: str) -> Iterator[Finding]:
    for statement in statements(attachment):
        node = statement.at(field)
        if isinstance(node.value, str) and node.text != "any" and not node.interface:
            yield node.finding(
                f"{field} {node.text!r} is neither `any` nor an address with a length",
                f"Write {node.text}/32." if node.address else "Write `any` or a prefix.",
            )


@rule("EXTA-019", "TCP filters need the protocol tcp", KIND)
def tcp_filters(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: only TCP has flags to filter by.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: ip, srcPrefix: any, dstPrefix: any, tcpFilters: {syn: true}}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any, tcpFilters: {syn: true}}
    """
    for statement in statements(attachment):
        if statement.at("tcpFilters").is_mapping and statement.at("protocol").text in ("ip", "udp", "icmp"):
            yield statement.at("tcpFilters").finding(
                f"TCP filters on a statement for {statement.at('protocol').text}", "Write `protocol: tcp`."
            )


@rule("EXTA-020", "`established` stands alone", KIND)
def established(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: it already says which flags a packet has.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: permit, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 tcpFilters: {established: true, ack: true}}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: permit, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 tcpFilters: {established: true}}
    """
    for statement in statements(attachment):
        flags = {flag.key: flag for flag in _flags(statement)}
        if "established" in flags and len(flags) > 1:
            others = ", ".join(key for key in flags if key != "established")
            yield flags["established"].finding(f"`established` together with {others}", "Keep one of them.")


@rule("EXTA-021", "A TCP flag and its opposite exclude each other", KIND)
def opposite_flags(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: no packet has a flag set and not set.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 tcpFilters: {syn: true, notSyn: true}}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 tcpFilters: {syn: true, notAck: true}}
    """
    for statement in statements(attachment):
        for name in _FLAGS:
            flag, opposite = statement.at("tcpFilters", name), statement.at("tcpFilters", f"not{name.capitalize()}")
            if flag.is_true and opposite.is_true:
                yield opposite.finding(
                    f"the filter demands {name} set and not set",
                    "Remove one of the two.",
                    related=(flag.pointer(f"demands {name}"),),
                )


@rule("EXTA-022", "ICMP types and codes need the protocol icmp", KIND)
def icmp(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: other protocols have none.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL: {statements: [{seq: 10, action: deny, protocol: ip, srcPrefix: any, dstPrefix: any, icmpType: 8}]}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements: [{seq: 10, action: deny, protocol: icmp, srcPrefix: any, dstPrefix: any, icmpType: 8}]
    """
    for statement in statements(attachment):
        for field in ("icmpType", "icmpCode"):
            if statement.at(field).is_present and statement.at("protocol").text in ("ip", "tcp", "udp"):
                yield statement.at(field).finding(
                    f"{field} on a statement for {statement.at('protocol').text}", "Write `protocol: icmp`."
                )


@rule("EXTA-023", "Port ranges need the protocol tcp or udp", KIND)
def ports(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: other protocols have no ports.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: ip, srcPrefix: any, dstPrefix: any,
                 portRangeBegin: 22, portRangeEnd: 23}
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 portRangeBegin: 22, portRangeEnd: 23}
    """
    for statement in statements(attachment):
        begin, end = statement.at("portRangeBegin"), statement.at("portRangeEnd")
        if (begin.number or end.number) and statement.at("protocol").text in ("ip", "icmp"):
            yield (begin if begin.number else end).finding(
                f"a port range on a statement for {statement.at('protocol').text}", "Write `protocol: tcp` or `udp`."
            )


@rule("EXTA-024", "A port range begins at 1 or later and not after its end", KIND)
def port_order(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: otherwise it matches nothing. A single port needs both ends.

    Bad:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements: [{seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any, portRangeBegin: 22}]
    Good:
        spec:
          external: isp
          connection: leaf-1--ext
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
          inboundACL:
            statements:
              - {seq: 10, action: deny, protocol: tcp, srcPrefix: any, dstPrefix: any,
                 portRangeBegin: 22, portRangeEnd: 22}
    """
    for statement in statements(attachment):
        first, last = statement.at("portRangeBegin").number, statement.at("portRangeEnd").number
        if first is None or last is None or statement.at("protocol").text not in ("tcp", "udp"):
            continue
        if (first or last) and not 1 <= first <= last:
            yield statement.at("portRangeBegin").finding(
                f"the port range is {first} to {last}",
                "Give both ends, the lower one first; for a single port both are equal.",
            )
