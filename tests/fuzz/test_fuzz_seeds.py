"""The seeds of the fuzzing, among them every input that once broke something, and mutations of them, break nothing."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_seeds_and_mutations_of_them_break_nothing() -> None:
    """In a process of its own, whose memory and time are limited."""
    command = [sys.executable, "-W", "error", str(HERE / "campaign.py"), "--replay", "--mutations", "12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 500
