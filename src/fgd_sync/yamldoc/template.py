"""Left-over placeholders of templates (Helm, Jinja, kustomize replacements written as `{{ }}`) in a document."""

import re

from fgd_sync.model.pattern import pattern

PLACEHOLDER = pattern(r"\{\{(?:[^{}]|\{[^{}]*\})*\}\}")
"""One placeholder, also over several lines."""

_IN_TEXT = pattern(PLACEHOLDER.pattern + r"|^[ \t]*(\{%[^\n]*?%\})|(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)


def find_placeholder(text: str) -> tuple[int, str] | None:
    """Where the first placeholder stands in a text that is no YAML, and the placeholder; None: there is none.

    Comments are passed over; so are `{% %}` tags that do not begin their line.
    """
    for found in _IN_TEXT.finditer(text):
        if not found[0].lstrip().startswith("#"):
            start = found.start(1) if found[1] else found.start()
            return start, " ".join((found[1] or found[0]).split())
    return None
