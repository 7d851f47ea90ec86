"""One step of a workflow as seen from inside: its environment, and what it says to the runner and to people.

Everything that is printed passes here, so that nothing that comes from files, names or remote answers can be taken for
a command. The log shows the text report; GitHub shows annotations, the summary and the outputs besides.
"""

import os
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from uuid import uuid4

import click

from fgd_sync.adapters.cache_place import KEY_VARIABLE
from fgd_sync.adapters.runner_files import RunnerFiles
from fgd_sync.model.action import INPUTS, Kind
from fgd_sync.model.code import SYNC_CANCELLED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import Report
from fgd_sync.model.value import dataclass
from fgd_sync.render.escape import inert, visible_lines
from fgd_sync.render.workflow_commands import command

_SECRETS = (KEY_VARIABLE, "GITHUB_TOKEN", "NETBOX_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")


def taken(environment: MutableMapping[str, str]) -> dict[str, str]:
    """The environment of the step; secrets are taken out of it, so that no child of this process gets them."""
    found = dict(environment)
    inputs = [f"INPUT_{item.name.upper()}" for item in INPUTS if item.kind is Kind.SECRET]
    for name in (*inputs, *_SECRETS):
        environment.pop(name, None)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is at work."""

    environment: Mapping[str, str]
    files: RunnerFiles

    @property
    def workspace(self) -> Path:
        """Where the repository is checked out."""
        return Path(self.environment.get("GITHUB_WORKSPACE") or os.curdir)

    def mask(self, *secrets: str) -> None:
        """Have the runner hide secrets wherever they would be shown; not where nobody reads such commands."""
        if self.environment.get("GITHUB_ACTIONS") == "true":
            for secret in filter(None, secrets):
                click.echo(command("add-mask", secret))

    def say(self, text: str) -> None:
        """Print text of one or more lines."""
        click.echo(inert(visible_lines(text)))

    def group(self, title: str, text: str) -> None:
        """Print text that is safe for a terminal, folded under a title; no line of it is taken for a command."""
        word = uuid4().hex
        click.echo(command("group", title))
        click.echo(f"::stop-commands::{word}")
        click.echo(text.rstrip("\n"))
        click.echo(f"::{word}::")
        click.echo("::endgroup::")

    def annotate(self, commands: str) -> None:
        """Print workflow commands, one a line."""
        click.echo(commands, nl=False)

    def fail(self, failure: FgdError) -> int:
        """Say why the step cannot go on, in the log, as an annotation and in the summary; its exit status."""
        from fgd_sync.render.broken_off import broken_off_text

        self.complain(failure)
        self.files.summary(broken_off_text(failure))
        state = "cancelled" if failure.code is SYNC_CANCELLED else "failed"
        self.outputs({"changed": "false", "state": state, "errors": "1"})
        return int(failure.code.exit)

    def nothing(self) -> int:
        """Set the outputs of a step that had nothing to do; its exit status."""
        from fgd_sync.render.action_outputs import action_outputs

        self.outputs(action_outputs(Report("sync", ())))
        return 0

    def outputs(self, values: Mapping[str, str]) -> None:
        """Set outputs of the step."""
        for name, value in values.items():
            self.files.output(name, value)

    def complain(self, failure: FgdError) -> None:
        """Say what failed, in the log and as an annotation."""
        title = f"{failure.code.id} {failure.code.title}"
        click.echo(command("error", f"{failure.message}\n{failure.remedy}", {"title": title}))

    def warn(self, text: str) -> None:
        """Say what went wrong without failing for it."""
        click.echo(command("warning", text, {"title": "fgd-sync"}))

    def notices(self, lines: Iterable[str]) -> None:
        """Say what else people should know, such as what was left out: in the log and as notices."""
        for line in lines:
            click.echo(command("notice", line, {"title": "fgd-sync"}))
