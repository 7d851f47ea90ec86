"""The command `fgd`: imports a subcommand only when it is called, and turns every failure into words and a status."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from fgd_sync import __version__

COMMANDS: dict[str, str] = {
    "init": "Set up a fabric directory and take in the YAML that lies in it.",
    "check": "Validate fabrics and show what is wrong; write nothing.",
    "plan": "Show what a sync would change; write nothing.",
    "sync": "Take in raw/, bring managed/ to canonical form, report.",
    "repair": "Mend the structure of a fabric directory.",
    "files": "List the files of a fabric with their resources.",
    "process": "Take in one file of a fabric.",
    "explain": "Explain a code (FGD_1004) or a rule (VPC-056).",
    "schemas": "List, show and import the schemas of the kinds.",
}
"""Every subcommand with its line in the help; the module of the same name under `fgd_sync.cli` has the rest."""


class _Commands(click.Group):
    """Subcommands by name, loaded when called: the help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"fgd_sync.cli.{cmd_name}_command").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fgd")
def cli() -> None:
    """Keep the manifests of Hedgehog Open Network Fabrics in git canonical, validated and explained."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit status; never raises for what a user or a neighbour does wrong."""
    try:
        result: Any = cli.main(list(arguments), prog_name="fgd", standalone_mode=False)
        return int(result or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        from fgd_sync.cli.failures import show_cancelled

        return show_cancelled()
    except BrokenPipeError:
        return _quiet_pipe()
    except Exception as error:
        from fgd_sync.cli.failures import show_failure

        return show_failure(error)


def _quiet_pipe() -> int:
    """End as `head` expects: nothing more is written, not even at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main(sys.argv[1:]))
