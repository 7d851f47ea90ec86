"""A tiny action for tests of the runner: does what its input `do` says."""

import json
import os
import pathlib
import signal
import sys
import time


def report() -> None:
    """Everything that it was given, into the summary."""
    known = {
        "argv": sys.argv[1:],
        "environment": dict(os.environ),
        "directory": str(pathlib.Path.cwd()),
        "user": os.geteuid(),
    }
    workspace = pathlib.Path(os.environ["GITHUB_WORKSPACE"])
    event = json.loads(pathlib.Path(os.environ["GITHUB_EVENT_PATH"]).read_text())
    known |= {
        "owner": workspace.stat().st_uid,
        "files": sorted(path.name for path in workspace.iterdir()),
        "event": event,
    }
    pathlib.Path(os.environ["GITHUB_STEP_SUMMARY"]).write_text(json.dumps(known))


def speak() -> None:
    """Commands, and text that only looks like one."""
    print("::error file=a.yaml,line=3,col=5::no%0Agood")
    print("text ##[warning]anywhere in a line", file=sys.stderr)
    print("first\r::notice::after a bare return")
    print("::stop-commands::7f3a")
    print("::error::only text")
    print("::7f3a::")
    print("::add-mask::hunter2")
    print("the password is hunter2")
    for number in range(12):
        print(f"::warning::{number}")
    pathlib.Path(os.environ["GITHUB_OUTPUT"]).write_text("plain=1\nlong<<END\na\nb=c\nEND\n")
    pathlib.Path(os.environ["GITHUB_STATE"]).write_text("kept=yes\n")


def broken() -> None:
    """A file that the runner cannot read."""
    pathlib.Path(os.environ["GITHUB_OUTPUT"]).write_text("name<<END\nvalue\n")


def wait() -> None:
    """End with 7 on SIGTERM, and take note of SIGINT only."""
    signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    print("ready", flush=True)
    while True:
        time.sleep(0.05)


def deaf() -> None:
    """Hear no signal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready", flush=True)
    time.sleep(60)


{"report": report, "speak": speak, "broken": broken, "wait": wait, "deaf": deaf}[
    os.environ.get("INPUT_DO-WHAT", "report")
]()
