"""`fgd check`: validate, write nothing."""

from pathlib import Path

import click

from fgd_sync.cli.common import base_option, emit_report, make_world, shared_options, targets_of
from fgd_sync.cli.output import render
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.model.report import Report


@click.command("check", short_help="Validate fabrics and write nothing.")
@shared_options
@base_option
@click.option("--schemas-only", is_flag=True, help="Check the shape of resources only; no rules.")
def command(
    paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None, base: str, schemas_only: bool
) -> int:
    """Validate the fabrics at PATH (default: those found here) and show what is wrong. Nothing is written.

    A directory without raw/, managed/ and .hnp/, such as hhfab's or one for kustomize, is checked as it is: all
    resources in it, in whatever files, are one fabric.

    Exit status: 0 all is well, 1 errors in manifests, 2 wrong usage or settings, 4 a directory cannot be read.
    """
    world = make_world(config)
    request = Request(base=base, in_place=True, impact=output == "markdown", schemas_only=schemas_only)
    reports = plan_each(world, targets_of(world, paths), request)
    report = Report("check", reports)
    return emit_report(report, render(report, output, color), color)
