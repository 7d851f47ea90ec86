"""The bytes of a resource under managed/: its canonical form, with the annotations that say where it came from."""

from fgd_sync.model.resource import Origin
from fgd_sync.planning.merge_comments import merge_comments
from fgd_sync.planning.normal_form import Canonical
from fgd_sync.planning.place import MANAGED, drop_path
from fgd_sync.planning.tracking import adopted, with_tracking
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.emit import emit


def written_alone(final: Canonical, origin: Origin, fabric: str) -> bytes:
    """The bytes of a resource that is described in one place only, as nearly all are."""
    return kept(final) if origin.path.startswith(f"{MANAGED}/") else taken_in(final, origin, fabric)


def kept(final: Canonical) -> bytes:
    """The bytes of a resource that stays as it is."""
    return emit(adopted(final[0]), final[1]).encode()


def taken_in(final: Canonical, origin: Origin, fabric: str, before: Comments | None = None) -> bytes:
    """The bytes of a resource from a source; `before` are the comments of the version that it replaces."""
    body = with_tracking(final[0], fabric, drop_path(origin.path), origin.document)
    return emit(body, merge_comments(final[1], before, body)).encode()
