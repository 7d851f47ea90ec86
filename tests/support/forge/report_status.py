"""Puts GitHub's words into what git-receive-pack reports: a plain hook can refuse a ref, but not say why in the report."""

from collections.abc import Callable, Iterator

Reword = Callable[[str, str], str]
"""From a ref and the reason git gives for refusing it to the reason GitHub gives."""


_OWN_WORDS = b"error: hook declined to update "
"""What git adds by itself to the words of a hook, and GitHub does not say."""


def reword(body: bytes, words: Reword) -> bytes:
    """The answer of git-receive-pack with the reasons of refused refs reworded."""
    packets = list(_packets(body))
    report = b"".join(packet[1:] for packet in packets if packet[:1] == b"\x01")
    if not report:
        return body
    lines = b"".join(_framed(_reworded(line, words)) for line in _packets(report)) + b"0000"
    others = b"".join(_framed(packet) for packet in packets if packet[:1] != b"\x01" and _OWN_WORDS not in packet)
    return others + _framed(b"\x01" + lines) + b"0000"


def _reworded(line: bytes, words: Reword) -> bytes:
    if not line.startswith(b"ng "):
        return line
    _, ref, reason = line.decode().rstrip("\n").split(" ", 2)
    return f"ng {ref} {words(ref, reason)}\n".encode()


def _packets(data: bytes) -> Iterator[bytes]:
    """The packets of a stream of pkt-lines; flushes are left out."""
    at = 0
    while at + 4 <= len(data):
        size = int(data[at : at + 4], 16)
        if size > 4:
            yield data[at + 4 : at + size]
        at += max(size, 4)


def _framed(packet: bytes) -> bytes:
    return b"%04x" % (len(packet) + 4) + packet
