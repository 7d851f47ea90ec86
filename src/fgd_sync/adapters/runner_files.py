"""The files through which a step tells the runner its outputs, its summary and what its post step must know.

Takes the environment of a step, which names the files; where one is not named, nothing is written: not every runner
knows all of them. A value cannot end its entry early, because the line that ends it is random.
"""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from fgd_sync.adapters.os_errors import in_words

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of the summary of a step; GitHub drops a longer one whole."""


class RunnerFiles:
    """The files of one step. All methods raise FgdError for a file that cannot be written."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._files = {
            name: environment.get(f"GITHUB_{name.upper()}", "") for name in ("output", "state", "step_summary")
        }

    def output(self, name: str, value: str) -> None:
        """Set an output of the step."""
        self._entry("output", name, value)

    def state(self, name: str, value: str) -> None:
        """Keep a value for the post step, which finds it as `STATE_<name>`."""
        self._entry("state", name, value)

    @property
    def room(self) -> int:
        """How many bytes the summary may still have; 0 where there is no summary."""
        path = self._files["step_summary"]
        if not path:
            return 0
        with in_words("read", path):
            written = Path(path).stat().st_size if Path(path).exists() else 0
        return max(0, SUMMARY_LIMIT - written)

    def summary(self, markdown: str) -> None:
        """Add to the summary of the step; nothing if there is no room for it."""
        if len(markdown.encode("utf-8", "replace")) < self.room:
            self._append("step_summary", markdown)

    def _entry(self, file: str, name: str, value: str) -> None:
        end = f"end_{uuid4().hex}"
        self._append(file, f"{name}<<{end}\n{value}\n{end}\n")

    def _append(self, file: str, text: str) -> None:
        if self._files[file]:
            with in_words("write", self._files[file]), Path(self._files[file]).open("ab") as stream:
                stream.write(text.encode("utf-8", "replace"))
