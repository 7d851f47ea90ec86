"""The command line as click knows it: subcommands by name, each imported when it is called."""

from importlib import import_module

import click

from fgd_sync import __version__
from fgd_sync.cli.examples import epilog
from fgd_sync.cli.main import COMMANDS, OVERVIEW


class _Commands(click.Group):
    """Subcommands by name, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"fgd_sync.cli.{cmd_name}_command").command
        command.epilog = epilog(cmd_name)
        return command

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002
        return OVERVIEW

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
