"""`python -m fgd_sync.cli`: the command where it is not installed as `fgd`."""

from fgd_sync.cli.main import run

run()
