"""The static pages of fabrics, written into a folder: what the command and the step of a workflow share."""

from pathlib import Path

from fgd_sync.adapters.packaged import asset
from fgd_sync.adapters.report_files import write_report
from fgd_sync.model.context import RunContext
from fgd_sync.model.site import Site
from fgd_sync.render.links import links
from fgd_sync.render.site.site import pages

STYLE, SCRIPT = "site.css", "site.js"


def write_pages(site: Site, root: Path, folder: str, context: RunContext) -> None:
    """Write the pages into a folder below `root` ("": into it), linked to the files of the commit in `context`.

    Raises FgdError.
    """
    texts = pages(site, links(context, context.sha))
    for name, text in {**texts, STYLE: asset(STYLE), SCRIPT: asset(SCRIPT)}.items():
        write_report(root, f"{folder}/{name}" if folder else name, text)
