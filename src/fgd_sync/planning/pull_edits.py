"""The managed file of one resource with a change of NetBox's in it: its comments and all else stay. Pure."""

from collections.abc import Sequence

from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.agreement import document
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.fields import put_fields
from fgd_sync.planning.meaning import tidied
from fgd_sync.planning.merge_comments import merge_comments
from fgd_sync.planning.three_ways import Field
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.parse import parse


def is_single(data: bytes) -> bool:
    """Whether a file holds one document that can be read, and nothing else."""
    documents = parse(data).documents
    return len(documents) == 1 and not documents[0].problem


def updated(data: bytes, fields: Sequence[Field], netbox: JsonObject) -> bytes:
    """A file with fields as NetBox has them."""
    source = parse(data).documents[0]
    draft = Draft(source.value, source.comments)
    put_fields(draft, [item.route for item in fields], tidied(netbox))
    return _written(draft.body, draft.comments)


def created(ref: Ref, netbox: JsonObject, earlier: bytes | None) -> bytes:
    """A file for a resource of NetBox's. `earlier`: the one that it had under another name, whose comments it keeps."""
    body = document(ref, tidied(netbox))
    comments = parse(earlier).documents[0].comments if earlier is not None and is_single(earlier) else None
    return _written(body, merge_comments(None, comments, body))


def _written(body: JsonObject, comments: Comments | None) -> bytes:
    cleaned = clean(body, comments)
    return emit(*canonical(cleaned.body, cleaned.comments)).encode()
