"""The parts that the pages are put together from. Text is made safe here, where it becomes HTML, and nowhere else."""

from collections.abc import Iterable, Sequence
from typing import NewType

from fgd_sync.render.escape import markup
from fgd_sync.render.links import uri_path

Html = NewType("Html", str)
"""Text in which everything that came from outside is escaped."""

_VOID = ("input", "link", "meta", "rect", "path", "circle", "br")


def text(value: object) -> Html:
    """Any text, as text."""
    return Html(markup(str(value)))


def join(*parts: Html) -> Html:
    """Parts one after the other."""
    return Html("".join(parts))


def tag(name: str, /, *content: Html, **attributes: object) -> Html:
    """An element. Attributes: `class_` for class, `data_x` for data-x; those that are None or False are left out."""
    shown = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in _VOID and not content:
        return Html(f"<{name}{shown}>" if name in ("input", "link", "meta", "br") else f"<{name}{shown}/>")
    return Html(f"<{name}{shown}>{''.join(content)}</{name}>")


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{markup(str(value))}"'


def anchor(content: Html, address: str) -> Html:
    """A link, or just its text where there is no address."""
    return tag("a", content, href=address) if address else content


def code(value: object) -> Html:
    """Text as it is written in files."""
    return tag("code", text(value))


def prose(value: str) -> Html:
    """A sentence of ours, in which what stands between backticks is written as in files."""
    parts = value.split("`")
    return join(*(code(part) if place % 2 else text(part) for place, part in enumerate(parts)))


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Html]], **attributes: object) -> Html:
    """A table with a caption for those who listen; the first cell of a row names it. Wide ones scroll by themselves."""
    head = tag("tr", *(tag("th", text(item), scope="col") for item in heads))
    body = (tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in rest)) for first, *rest in rows)
    inner = join(tag("caption", text(caption)), tag("thead", head), tag("tbody", *body))
    return tag(
        "div", tag("table", inner, **attributes), class_="scroll", tabindex="0", role="region", aria_label=caption
    )


def moment(at: str) -> Html:
    """A time; a script, where there is one, says how long ago that is."""
    return tag("time", text(at.replace("T", " ").replace("Z", " UTC")), datetime=at) if at else text("never")


def badge(words: str, kind: str) -> Html:
    """A state in colour; the words say the same."""
    return tag("span", text(words), class_=f"badge {kind}")


def relative(path: str) -> str:
    """A path between pages as an address."""
    return uri_path(path)
