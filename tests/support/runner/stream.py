"""Lines of a stream while it comes in, split as the runner's reader splits: at LF, CR or both."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO


def split_lines(stream: BinaryIO) -> Iterator[str]:
    """Each line as soon as it has ended. Bytes that are not UTF-8 are replaced."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, after_return = "", False
    while chunk := stream.read1(65536):  # type: ignore[attr-defined]
        for char in decoder.decode(chunk):
            if char == "\n" and after_return:
                after_return = False
            elif char in "\r\n":
                yield rest
                rest, after_return = "", char == "\r"
            else:
                rest, after_return = rest + char, False
    if rest:
        yield rest
