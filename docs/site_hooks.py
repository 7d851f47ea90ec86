"""For the site: links to files of the project outside of docs/ lead to the project's pages on its server."""

import os
import re
from typing import Any

_OUTSIDE = re.compile(r"\]\(\.\./([^)\s]+)\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Rewrite `](../examples/x.yml)`, which GitHub resolves by itself."""
    project = os.environ.get("FGD_SITE_PROJECT", "https://github.com/OWNER/fgd-sync")
    return _OUTSIDE.sub(rf"]({project}/blob/main/\1)", markdown)
