"""What every page has around its content: head, navigation, footer."""

from collections.abc import Iterable, Iterator

from fgd_sync.model.site import Site, SiteFabric
from fgd_sync.render.site.html import Html, anchor, join, moment, tag, text

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"""Nothing but our own files is loaded, so that nothing in a manifest can load or run anything."""

FABRIC_PAGES = {
    "index": "Overview",
    "resources": "Resources",
    "problems": "Problems",
    "history": "History",
    "drift": "Drift",
}
"""The pages of a fabric: file names without ending, and titles."""


def page(site: Site, title: str, content: Iterable[Html], *, fabric: SiteFabric | None = None, here: str = "") -> str:
    """One whole page. `here`: which of the fabric's pages it is."""
    up = "../" if fabric else ""
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", text(f"{title} · {site.title}" if title != site.title else title)),
        tag("link", rel="stylesheet", href=f"{up}site.css"),
        tag("script", src=f"{up}site.js", defer=True),
    )
    top = tag("header", *_navigation(site, fabric, here))
    main = tag("main", tag("h1", text(title)), *content, id="content")
    foot = tag("footer", text("Made by fgd-sync at "), moment(site.made_at))
    skip = tag("a", text("Skip to the content"), href="#content", class_="skip")
    body = tag("body", skip, top, main, foot)
    return f"<!doctype html>\n{tag('html', tag('head', head), body, lang='en')}\n"


def _navigation(site: Site, fabric: SiteFabric | None, here: str) -> Iterator[Html]:
    """The way back to all fabrics, and the pages of this one; nothing on the first page."""
    if fabric is None:
        return
    yield tag("p", anchor(text(site.title), "../index.html"), text(f" / {fabric.name}"), class_="trail")
    shown = {name: title for name, title in FABRIC_PAGES.items() if name != "drift" or fabric.drift is not None}
    links = (
        tag("li", tag("a", text(title), href=f"{name}.html", aria_current="page" if name == here else None))
        for name, title in shown.items()
    )
    yield tag("nav", tag("ul", *links), aria_label=f"Pages of {fabric.name}")
