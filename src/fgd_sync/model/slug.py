"""Names of fabrics as one part of a git ref: a name in, a text out that every git and file system takes.

Different names never give the same text, not even on a file system that does not tell capitals from small letters.
"""

import re
from hashlib import sha256

from fgd_sync.model.pattern import pattern

_PLAIN = pattern(r"[a-z0-9][a-z0-9_-]{0,62}")
_KEPT = 40


def slug(name: str) -> str:
    """The name itself if it is plain; else what is plain of it, a dot (that no plain name has), and a digest."""
    if _PLAIN.fullmatch(name):
        return name
    words = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")[:_KEPT]
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{words or 'fabric'}.{digest}"
