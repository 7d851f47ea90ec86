"""`fgd check`: validate, write nothing."""

from pathlib import Path
from typing import Any

import click

from fgd_sync.cli.checking import check
from fgd_sync.cli.options import base_option, given_start, no_cache_option, shared_options
from fgd_sync.cli.plain_words import Asked


@click.command("check", short_help="Validate fabrics and write nothing.")
@shared_options
@base_option
@no_cache_option
@click.option("--schemas-only", is_flag=True, help="Check the shape of resources only; no rules.")
def command(paths: tuple[Path, ...], **found: Any) -> int:
    """Validate the fabrics at PATH (default: those found here) and show what is wrong. Nothing is written.

    A directory without raw/, managed/ and .hnp/, such as hhfab's or one for kustomize, is checked as it is: all
    resources in it, in whatever files, are one fabric.

    Exit status: 0 all is well, 1 errors in manifests, 2 wrong usage or settings, 4 a directory cannot be read.
    """
    return check(Asked(given_start(), paths, **found))
