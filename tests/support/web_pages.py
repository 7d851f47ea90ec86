"""Pages as a browser reads them, far enough to judge them: elements, texts, addresses."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_VOID = {"meta", "link", "input", "br"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: str = ""
    inside: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A page, read whole; an end tag that closes nothing is an error."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self._open, f"{path}: never closed: {[item.name for item in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, "", [item.name for item in self._open])
        self.elements.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{self.path}: </{tag}> closes nothing"
        assert self._open[-1].name == tag, f"{self.path}: </{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for item in self._open:
            item.text += data

    def all(self, name: str) -> list[Element]:
        return [item for item in self.elements if item.name == name]

    @property
    def ids(self) -> set[str]:
        return {item.attributes["id"] for item in self.elements if "id" in item.attributes}

    @property
    def rows(self) -> list[str]:
        """The rows of all tables as text."""
        return [item.text for item in self.all("tr")]
