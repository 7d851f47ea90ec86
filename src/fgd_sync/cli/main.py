"""The command `fgd`: imports what is called and nothing else, and turns every failure into words and a status."""

import gc
import os
import sys

from fgd_sync import __version__
from fgd_sync.cli.say import open_what_is_closed, say, write_nowhere

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


_SELDOM = (500_000, 50, 1000)
"""When to look for garbage: nearly all that a run makes lives to its end; going through it took a fifth of the time."""


def main(arguments: "Sequence[str]") -> int:
    """Run one command and give its exit status; never raises for what a user or a neighbour does wrong."""
    words = list(arguments)
    _look_for_garbage_seldom()
    try:
        return _answer(words)
    except KeyboardInterrupt:
        return _cancelled()
    except BrokenPipeError:
        return _quiet_pipe()
    except Exception as error:
        from fgd_sync.cli.failures import show_failure

        return show_failure(error)


def _look_for_garbage_seldom() -> None:
    """What an earlier run of this process left goes at once; else one that lives long keeps hundreds of runs."""
    if gc.get_threshold() == _SELDOM:
        gc.collect(1)
    gc.set_threshold(*_SELDOM)


def _answer(words: list[str]) -> int:
    if words in (["--help"], ["-h"]):
        return _say(OVERVIEW)
    if words == ["--version"]:
        return _say(f"fgd, version {__version__}")
    from fgd_sync.cli.replay import Start, replayed

    start = Start(words)
    try:
        status = replayed(start)
        if status is None:
            from fgd_sync.cli.finder import find_quickly
            from fgd_sync.cli.quick_pathlib import import_pathlib

            find_quickly("fgd_sync")
            import_pathlib()
        if status is None and _COMPLETION not in os.environ:
            status = _plainly_done(start)
        return _clicked(start) if status is None else status
    finally:
        start.look.gather(is_needed=False)


_COMPLETION = "_FGD_COMPLETE"
"""The variable by which a shell asks click how a command could go on."""


def _plainly_done(start: "Start") -> int | None:
    """Run a command that many wait for without click, if its words are plain; None where click is to read them."""
    if start.arguments[:1] not in (["check"], ["sync"]):
        return None
    from fgd_sync.cli.plain_words import plainly_asked

    asked = plainly_asked(start)
    if asked is None:
        return None
    if start.arguments[0] == "check":
        from fgd_sync.cli.checking import check

        return check(asked)
    from fgd_sync.cli.syncing import sync_here

    return sync_here(asked)


def _clicked(start: "Start") -> int:
    import click

    from fgd_sync.cli.group import cli

    try:
        return int(cli.main(start.arguments, prog_name="fgd", standalone_mode=False, obj=start) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        return _cancelled()


def _cancelled() -> int:
    from fgd_sync.cli.failures import show_cancelled

    return show_cancelled()


def _say(text: str) -> int:
    say(text)
    return 0


def _quiet_pipe() -> int:
    """End as `head` expects: nothing more is written, not even at exit."""
    write_nowhere(sys.stdout)
    return 0


def run() -> None:
    """Entry point of the installed command."""
    open_what_is_closed()
    _leave(main(sys.argv[1:]))


def _leave(status: int) -> None:
    """End the process, with what others asked to be done then; to take apart all that it made serves nobody."""
    import atexit

    threading = sys.modules.get("threading")
    if threading and threading.active_count() > 1:
        sys.exit(status)
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to end so that they are done
    try:
        for output in filter(None, (sys.stdout, sys.stderr)):
            output.flush()
    except OSError:
        sys.exit(status)  # Python tells of it.
    os._exit(status)
