"""What a plan depends on besides the tree: names, settings, schemas, and what the base revision held."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from fgd_sync.model.config import DirectorySettings, IngestionSettings
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.normal_form import NORMAL_FORM, NormalForm
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.limits import Limits as ReadingLimits

if TYPE_CHECKING:
    from fgd_sync.planning.incoming import Incoming


_APART = ("catalogue", "context", "base", "impact", "form")
"""Fields that are not part of the digest as they are: schemas are files, too; a base is looked at."""


@dataclass(frozen=True, slots=True)
class Options:
    """The inputs of planning one fabric.

    `base` has the files of the base revision that changed since or are no longer there, with their old bytes: what
    they held is compared with what is there now, and is deleted unless it is found elsewhere. `namespace` is the
    fabric's own, whose resources have short file names.
    `is_repository_root`: the fabric directory is the whole repository, shared with other tools.
    `only`: path of the one source to take in; empty for all. `impact`: say what the change touches.
    `schemas_only`: leave out the rules. `form`: the normal form of managed files. `incoming`: what a pull brings from
    NetBox.
    """

    fabric: str
    catalogue: Catalogue
    context: Context
    ingestion: IngestionSettings = field(default_factory=IngestionSettings)
    directory: DirectorySettings = field(default_factory=DirectorySettings)
    netbox_id: int | None = None
    namespace: str = "default"
    base: Mapping[str, bytes] = field(default_factory=dict)
    is_repository_root: bool = False
    only: str = ""
    impact: bool = False
    schemas_only: bool = False
    form: NormalForm = NORMAL_FORM
    incoming: "Incoming | None" = None

    @property
    def reading_limits(self) -> ReadingLimits:
        """The limits of the settings in the units of the reader."""
        settings = self.ingestion
        return _limits(settings.max_file_size_mb, settings.max_document_size_kb, settings.max_documents_per_file)

    @property
    def digest(self) -> str:
        """A digest of all that planning depends on besides the files."""
        plain = {name: getattr(self, name) for name in self.__match_args__ if name not in _APART}
        more = self.context.settings, self.context.chosen, self.form.version
        return sha256(repr((plain, more)).encode("utf-8", "surrogateescape")).hexdigest()


@lru_cache(maxsize=8)
def _limits(file_mb: int, document_kb: int, documents: int) -> ReadingLimits:
    return ReadingLimits(
        max_file_bytes=file_mb * 1024 * 1024, max_document_bytes=document_kb * 1024, max_documents=documents
    )
