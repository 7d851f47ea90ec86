"""All pages of a site: its value in, the texts of its files by path out; without the style sheet and the script."""

from collections.abc import Iterable, Iterator, Mapping

from fgd_sync.model.site import Site, SiteFabric
from fgd_sync.render.links import Link
from fgd_sync.render.site.drift import drift
from fgd_sync.render.site.fabric import fabric_overview
from fgd_sync.render.site.history import history
from fgd_sync.render.site.html import Html
from fgd_sync.render.site.overview import overview
from fgd_sync.render.site.page import page
from fgd_sync.render.site.problems import problems
from fgd_sync.render.site.resources import resources


def pages(site: Site, link: Link) -> Mapping[str, str]:
    """The files of the site. `link`: into the files of the repository."""
    files = {"index.html": page(site, site.title, overview(site)), ".nojekyll": ""}
    for fabric in site.fabrics:
        for name, title, content in _fabric_pages(site, fabric, link):
            files[f"{fabric.folder}/{name}.html"] = page(site, title, content, fabric=fabric, here=name)
    return files


def _fabric_pages(site: Site, fabric: SiteFabric, link: Link) -> Iterator[tuple[str, str, Iterable[Html]]]:
    yield "index", fabric.name, fabric_overview(site, fabric)
    yield "resources", f"Resources of {fabric.name}", resources(fabric, link)
    yield "problems", f"Problems of {fabric.name}", problems(fabric, link)
    yield "history", f"Syncs of {fabric.name}", history(fabric)
    if fabric.drift is not None:
        yield "drift", f"Drift of {fabric.name}", drift(fabric.drift)
