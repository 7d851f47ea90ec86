"""The static pages that a step of a workflow leaves in the workspace, for GitHub Pages or an artifact."""

from fgd_sync.cli.job import Job
from fgd_sync.cli.pages import write_pages
from fgd_sync.cli.step_state import state_of
from fgd_sync.flow.run import World
from fgd_sync.flow.site import Past, gather, remembered
from fgd_sync.flow.targets import Target
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import Report
from fgd_sync.model.value import replace

TITLE = "Fabrics"


def leave_pages(job: Job, world: World, targets: list[Target], report: Report) -> int:
    """Write the pages; the exit status that it brings if they cannot be written.

    They show what is checked out, the drift in the report of the run, and the history on the server; where that cannot
    be read a notice says why.
    """
    try:
        drift = {fabric.fabric: fabric.drift for fabric in report.fabrics if fabric.drift}
        site = gather(
            world, targets, replace(_past(job, world), drift=drift), title=job.occasion.context.repository or TITLE
        )
        write_pages(site, job.step.workspace, job.inputs.site_folder, job.occasion.context)
    except FgdError as failure:
        job.step.complain(failure)
        return int(failure.code.exit)
    return 0


def _past(job: Job, world: World) -> Past:
    if not job.url:
        return Past()
    try:
        with state_of(job, world) as state:
            return remembered(state.ledger, state.lock_store)
    except FgdError as failure:
        job.step.notices([f"the pages show no history: {failure.message}"])
        return Past()
