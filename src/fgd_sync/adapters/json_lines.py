"""Events as JSON lines in a file or on a stream: the port `EventSink` for scripts."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from fgd_sync.adapters.os_errors import in_words
from fgd_sync.model.event import EVERY_FILE, Event, to_record
from fgd_sync.render.json_text import to_json_line


class JsonLinesFile:
    """Appends each event to a file, as one line, at once. Raises FgdError."""

    most_files = EVERY_FILE

    def __init__(self, path: Path) -> None:
        self.name = f"the file {path}"
        self._path = path
        with in_words("write to", path):
            self._file = path.open("a", encoding="ascii")

    def deliver(self, event: Event) -> None:
        """Append the event. Raises FgdError."""
        with in_words("write to", self._path):
            self._file.write(f"{to_json_line(to_record(event))}\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file. What could not be written was told when it happened."""
        with suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class JsonLinesStream:
    """Gives each event as one line of text to a writer, such as the standard output."""

    name = "the standard output"
    most_files = EVERY_FILE

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def deliver(self, event: Event) -> None:
        """Write the event."""
        self._write(f"{to_json_line(to_record(event))}\n")
