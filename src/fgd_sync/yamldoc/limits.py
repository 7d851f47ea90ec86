"""How much one source file may hold before reading it is refused: a hostile or mistaken file costs bounded time."""

from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes of UTF-8; `max_depth` in nested collections, `max_nodes` in values that aliases stand for."""

    max_file_bytes: int = 10 * 1024 * 1024
    max_document_bytes: int = 1024 * 1024
    max_documents: int = 1000
    max_depth: int = 64
    max_nodes: int = 100_000
