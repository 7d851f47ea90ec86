"""The command `fgd`: imports what is called and nothing else, and turns every failure into words and a status."""

import gc
import sys

from fgd_sync import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # The module of that name takes longer to import than all the rest.
    from collections.abc import Sequence

    from fgd_sync.cli.replay import Start

COMMANDS: dict[str, str] = {
    "init": "Set up a fabric directory and take in the YAML that lies in it.",
    "check": "Validate fabrics and show what is wrong; write nothing.",
    "plan": "Show what a sync would change; write nothing.",
    "sync": "Take in raw/, bring managed/ to canonical form, report.",
    "pull": "Bring what was changed in NetBox.",
    "repair": "Mend the structure of a fabric directory.",
    "files": "List the files of a fabric with their resources.",
    "process": "Take in one file of a fabric.",
    "matrix": "Print the fabrics as the matrix of a workflow.",
    "site": "Render fabrics as static pages.",
    "status": "Show what runs, what ran last, and what waits to be reported.",
    "history": "List the syncs that were.",
    "events": "Show the events of a past sync, or deliver them again.",
    "cancel": "Ask the sync that is at work on a fabric to stop.",
    "unlock": "Take the lock on a fabric away from a sync that is dead.",
    "action": "Run a step of a workflow: what the container starts.",
    "health": "Check git, token, GitHub, NetBox, Redis, state and fabrics.",
    "doctor": "Find the usual mistakes of the first day, and more.",
    "netbox": "Check and preview reports to NetBox, and report.",
    "drift": "Show where git, NetBox and the cluster differ.",
    "explain": "Explain a code (FGD_1004) or a rule (VPC-056).",
    "schemas": "List, show and import the schemas of the kinds.",
}
"""Every subcommand with its line in the help; the module of the same name under `fgd_sync.cli` has the rest."""

OVERVIEW = "\n".join([
    "Usage: fgd [OPTIONS] COMMAND [ARGS]...",
    "",
    "  Keep the manifests of Hedgehog Open Network Fabrics in git canonical,",
    "  validated and explained.",
    "",
    "Options:",
    "  --version   Show the version and exit.",
    "  -h, --help  Show this message and exit.",
    "",
    "Commands:",
    *(f"  {name:<8} {line}" for name, line in COMMANDS.items()),
])  # fmt: skip
"""What `fgd --help` prints: told without click, which takes longer to import than all the rest of it."""


def main(arguments: "Sequence[str]") -> int:
    """Run one command and give its exit status; never raises for what a user or a neighbour does wrong."""
    if list(arguments) in (["--help"], ["-h"]):
        return _say(OVERVIEW)
    if list(arguments) == ["--version"]:
        return _say(f"fgd, version {__version__}")
    from fgd_sync.cli.replay import Start, replayed

    start = Start(list(arguments))
    try:
        status = replayed(start)
    except BrokenPipeError:
        return _quiet_pipe()
    return _run(start) if status is None else status


def _run(start: "Start") -> int:
    import click

    from fgd_sync.cli.group import cli

    try:
        return int(cli.main(start.arguments, prog_name="fgd", standalone_mode=False, obj=start) or 0)
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


def _say(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _quiet_pipe() -> int:
    """End as `head` expects: nothing more is written, not even at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run() -> None:
    """Entry point of the installed command."""
    status = main(sys.argv[1:])
    gc.freeze()  # The process ends: to look for garbage in all that it made would take a tenth of a large check.
    sys.exit(status)
