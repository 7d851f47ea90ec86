"""The files through which a step speaks to GitHub's runner, read by the runner's rules and within its limits."""

from dataclasses import dataclass, field
from pathlib import Path

PREFIXES = {
    "GITHUB_OUTPUT": "set_output_",
    "GITHUB_STATE": "save_state_",
    "GITHUB_ENV": "set_env_",
    "GITHUB_PATH": "add_path_",
    "GITHUB_STEP_SUMMARY": "step_summary_",
}
LARGEST_SUMMARY = 1024 * 1024
LARGEST_OUTPUTS = 1024 * 1024


class MalformedError(ValueError):
    """A file that the runner cannot read: it fails the step."""


def pairs(text: str) -> dict[str, str]:
    """Names and values of a file command: `NAME=VALUE`, or `NAME<<END`, lines, `END`. Only LF ends a line."""
    found: dict[str, str] = {}
    rows = text.removeprefix("\ufeff").split("\n")
    rows = rows[:-1] if rows[-1] == "" else rows
    at = 0
    while at < len(rows):
        row, at = rows[at], at + 1
        equals, heredoc = row.find("="), row.find("<<")
        if not row:
            continue
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, value = row.partition("=")
        elif heredoc >= 0:
            name, _, end = row.partition("<<")
            value, at = _until(rows, at, end)
        else:
            raise MalformedError(f"Invalid format '{row}'")
        if not name:
            raise MalformedError(f"Invalid format '{row}': no name")
        found[name] = value
    return found


def _until(rows: list[str], at: int, end: str) -> tuple[str, int]:
    if not end:
        raise MalformedError("Invalid format: no delimiter")
    try:
        last = rows.index(end, at)
    except ValueError:
        raise MalformedError(f"Invalid value. Matching delimiter not found '{end}'") from None
    return "\n".join(rows[at:last]), last + 1


@dataclass
class FileCommands:
    """What a step wrote into its files. `problems`: what the runner complains about; any but a summary's fails the step."""

    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    problems: list[str] = field(default_factory=list)


def create(folder: Path, suffix: str) -> dict[str, Path]:
    """The empty files of a step, by the name of the variable that leads to each."""
    files = {name: folder / f"{prefix}{suffix}" for name, prefix in PREFIXES.items()}
    for path in files.values():
        path.touch()
    return files


def read(files: dict[str, Path]) -> FileCommands:
    """What the files of a step say after it has ended."""
    said = FileCommands()
    said.outputs = _read_pairs(files["GITHUB_OUTPUT"], said)
    said.state = _read_pairs(files["GITHUB_STATE"], said)
    said.environment = _read_pairs(files["GITHUB_ENV"], said)
    if "NODE_OPTIONS" in said.environment:
        said.problems.append("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
    if sum(len(name) + len(value) for name, value in said.outputs.items()) > LARGEST_OUTPUTS:
        said.problems.append("Job outputs are too large: more than 1 MB")
    summary = files["GITHUB_STEP_SUMMARY"].read_bytes()
    said.summary = summary.decode("utf-8", "replace") if len(summary) <= LARGEST_SUMMARY else ""
    if len(summary) > LARGEST_SUMMARY:
        said.problems.append(
            f"$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got {len(summary) // 1024}k."
        )
    return said


def _read_pairs(path: Path, said: FileCommands) -> dict[str, str]:
    try:
        return pairs(path.read_bytes().decode("utf-8", "replace"))
    except MalformedError as error:
        said.problems.append(str(error))
        return {}
