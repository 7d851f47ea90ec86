"""What GitHub's runner makes of a step's output while it comes in: annotations, masks, groups, and lines that stay lines."""

from dataclasses import dataclass, field

from runner.lines import Command, command, lines

LONGEST_MESSAGE = 4096
A_LEVEL = 10
_LEVELS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    level: str
    message: str
    properties: dict[str, str]

    @property
    def place(self) -> tuple[str, int]:
        """File and line."""
        return self.properties.get("file", ""), int(self.properties.get("line", "0"))


@dataclass
class Log:
    """The log of a step as it is shown, and what the commands in it did. `shown` lines are masked, `raw` ones are not."""

    secrets: list[str] = field(default_factory=list)
    raw: list[tuple[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    issued: list[Annotation] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    _pause: str | None = None

    def take(self, stream: str, line: str) -> None:
        """Read one line of a stream. The runner takes commands from both."""
        self.raw.append((stream, line))
        found = command(line, self._pause)
        if found and self._pause is not None:
            if found.name == self._pause:
                self._pause = None
            found = None
        if found:
            self.commands.append(found)
            self._obey(found)
        if not found or found.name not in ("add-mask", "set-output", "save-state", "debug", *_LEVELS):
            self.shown.append(self._masked(line))

    @property
    def annotations(self) -> list[Annotation]:
        """Those that GitHub keeps: ten of a level, each message cut."""
        kept: list[Annotation] = []
        for level in _LEVELS:
            kept += [item for item in self.issued if item.level == level][:A_LEVEL]
        return kept

    @property
    def text(self) -> str:
        return "\n".join(self.shown)

    def stream(self, name: str) -> str:
        """What came on standard output or standard error, unmasked."""
        return "\n".join(line for stream, line in self.raw if stream == name)

    def _obey(self, found: Command) -> None:
        name, data = found.name, found.data
        if name in _LEVELS:
            message = self._masked(data)[:LONGEST_MESSAGE]
            self.issued.append(Annotation(name, message, found.properties))
        elif name == "add-mask":
            self.secrets.extend(line for line in lines(data) if line.strip())
        elif name == "stop-commands":
            self._pause = data
        elif name in ("set-env", "add-path"):
            self.problems.append(f"the `{name}` command is disabled")
        elif name == "set-output":
            self.outputs[found.properties.get("name", "")] = data
        elif name == "save-state":
            self.state[found.properties.get("name", "")] = data

    def _masked(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***") if secret else text
        return text
