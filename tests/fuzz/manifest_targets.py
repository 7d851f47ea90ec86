"""What reads and writes manifests, as targets for fuzzing. A target takes any bytes and fails only for a defect."""

from collections import Counter
from typing import Any

from shaped import FORBIDDEN

from fgd_sync.adapters.packaged import load
from fgd_sync.cli.output import render
from fgd_sync.model.change import Write
from fgd_sync.model.context import RunContext
from fgd_sync.model.location import Route
from fgd_sync.model.plan import Plan
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.secrets import blotted, find_secrets
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import LogMemory, Stamp, read_mapping, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG, MANIFEST
from fgd_sync.planning.plan import plan
from fgd_sync.planning.read import read
from fgd_sync.planning.structure import fabric_name, inspect
from fgd_sync.planning.tracking import without_tracking
from fgd_sync.render.feedback import Told, job_summary
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.blocks import read_blocks
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.decode import decode
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.locate import locate
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.read import read_piece
from fgd_sync.yamldoc.split import cut, join_texts

LIMITS = Limits(max_file_bytes=200_000, max_document_bytes=100_000, max_documents=50, max_nodes=5_000)
WIDE = Limits(1 << 40, 1 << 40, 1 << 20, max_nodes=1 << 40)
OPTIONS = Options("north", Catalogue(load), Context(), impact=True)
STAMP = Stamp("2026-01-02T03:04:05Z", "sync-1")
PLACES = ("raw/a.yaml", "managed/servers/b.yaml", "unmanaged/a.yaml", "raw/deep/c.json", "stray.yml")
FORMS = ("text", "json", "sarif", "junit", "markdown", "github")
COMMANDS = ("::error ", "::warning ", "::notice ", "::group::", "::endgroup::")
SECRET = "gh" + "p_" + "a1B2" * 9


def yaml_text(data: bytes) -> None:
    """Reading any bytes; what was read is written so that it reads the same; both readers agree."""
    source = parse(data, LIMITS)
    text = decode(data)
    if source.problem or not isinstance(text, str):
        return
    pieces = cut(text)
    assert "".join(document.text for document in source.documents) == text or not source.documents
    for piece, document in zip(pieces, source.documents, strict=True):
        by_parser = read_piece(piece, document.line, LIMITS)
        assert repr((document.value, document.comments, document.problem)) == repr(by_parser), "the readers differ"
        if document.problem is None:
            _round_trip(document.value, document.comments)
            locate(document, list(_routes(document.value))[:200])
    if not any(document.problem for document in source.documents):
        joined = parse(join_texts(document.text for document in source.documents).encode(), WIDE)
        assert repr([item.value for item in joined.documents]) == repr([item.value for item in source.documents])


def _round_trip(value: Any, comments: Comments | None) -> None:
    written = emit(value, comments)
    (again,) = parse(written.encode(), WIDE).documents or (None,)
    assert again is not None, "nothing was written"
    assert again.problem is None, again.problem
    assert repr(again.value) == repr(value), "written otherwise than read"
    assert _words(again.comments) == _words(comments), "a comment was lost"
    assert emit(again.value, again.comments) == written, "no fixed point"


def _routes(value: Any, route: Route = ()) -> Any:
    yield route
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _routes(item, (*route, step))


def _words(comments: Comments | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for text in comments.texts() if comments else ():
        kept = "".join(text.translate({0x85: " ", 0x2028: " ", 0x2029: " ", 0: " ", 0xFEFF: " "}).split()).lstrip("#")
        found[kept] += 1 if kept else 0
    return +found


def plain_blocks(data: bytes) -> None:
    """The quick reader says what libyaml says, of every document that it reads at all."""
    text = decode(data)
    for piece in cut(text) if isinstance(text, str) and len(text) < 20_000 else ():
        quick = None if piece.head or piece.foot else read_blocks(piece.core, LIMITS)
        if quick:
            assert repr((*quick, None)) == repr(read_piece(piece, 1, LIMITS)), "the readers differ"


def _tree(data: bytes) -> Tree:
    """Files of a fabric: the bytes, cut at NULs."""
    return Tree(dict(zip(PLACES, data[:50_000].split(b"\0"), strict=False)))


def planned(data: bytes) -> None:
    """Plans of hostile files: the second one is empty, no document and no resource is lost."""
    tree = _tree(data)
    made = plan(tree, OPTIONS)
    after = tree.after(seal(made, STAMP, tree.files.get(ARCHIVE_LOG)))
    again = plan(after, OPTIONS)
    assert again.changes == (), "no fixed point"
    _keeps_everything(tree, after, made)


def _keeps_everything(tree: Tree, after: Tree, made: Plan) -> None:
    left: dict[Any, str] = {}
    for path, data in after.files.items():
        for item in read(path, data, OPTIONS).candidates if path.startswith("managed/") else ():
            left[item.ref] = repr(without_tracking(item.body)) if item.body else ""
    kept = b"\0".join(after.files.values())
    replaced = {item.ref for item in made.inventory}
    for path, data in tree.files.items():
        for item in read(path, data, OPTIONS).candidates if data not in after.files.values() else ():
            is_managed = item.body is not None and left.get(item.ref) == repr(without_tracking(item.body))
            is_old = path.startswith(("managed/", "unmanaged/")) and item.ref in replaced
            assert is_managed or is_old or item.text.strip().encode() in kept, f"{item.ref} of {path} is gone"


def reports(data: bytes) -> None:
    """Reports on hostile files: no command, no control character, no secret gets through."""
    tree = _tree(data.replace(b"SECRET", SECRET.encode()))
    made = plan(tree, OPTIONS)
    report = Report("plan", (FabricReport("north", "north", made, applied=False),))
    for form in FORMS:
        text = render(report, form, False, diff="all") if form == "text" else render(report, form, False)
        assert SECRET not in text, f"{form} shows a secret"
        assert not FORBIDDEN & set(text), f"{form} shows {FORBIDDEN & set(text)}"
        if form == "github":
            assert all(line.startswith(COMMANDS) for line in text.splitlines()), text
    assert SECRET not in job_summary(Told(report, RunContext()), 60_000)


def secret_forms(data: bytes) -> None:
    """Looking for secrets: what is blotted has the old shape and no secret left."""
    data = data[:50_000]
    clean = blotted(data)
    assert len(clean) == len(data)
    assert not list(find_secrets(clean)), "a secret is left"


def records(data: bytes) -> None:
    """Manifest and archive log of a fabric: mended once, then right; records can be appended."""
    first, _, second = data[:50_000].partition(b"\0")
    tree = Tree({MANIFEST: first, ARCHIVE_LOG: second, "raw/a.yaml": b""})
    fabric_name(tree)
    memory = LogMemory(second)
    assert isinstance({**memory.sources, **memory.targets}, dict)
    mended = tree.after([change for issue in inspect(tree, OPTIONS) for change in issue.changes])
    assert not inspect(mended, OPTIONS), "mended in vain"
    made = plan(mended, OPTIONS)
    after = mended.after(seal(made, STAMP, mended.files[ARCHIVE_LOG]))
    is_readable = read_mapping(mended.files[ARCHIVE_LOG]) is not None
    assert not is_readable or LogMemory(after.files[ARCHIVE_LOG]).sources.get("raw/a.yaml"), "the record is lost"
    assert all(isinstance(change, Write) for issue in inspect(tree, OPTIONS) for change in issue.changes)
