"""What a new version of the normal form rewrites: kept apart from all other changes, so that it can be committed apart.

Takes the tree and the readings of managed files; gives the writes. What the older version wrote is not known here: a
file that differs from the new form is rewritten, whoever wrote it.
"""

from collections.abc import Iterable, Iterator

from fgd_sync.model import code
from fgd_sync.model.change import Write
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.location import Location
from fgd_sync.model.plan import FormChange
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import read_mapping
from fgd_sync.planning.normal_form import form_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import MANIFEST, managed_path
from fgd_sync.planning.read import Reading
from fgd_sync.planning.structure import manifest
from fgd_sync.planning.written import kept


def is_older(tree: Tree, options: Options) -> bool:
    """Whether managed files were written in an older version of the normal form, as the manifest says."""
    manifest = read_mapping(tree.files.get(MANIFEST))
    return manifest is not None and form_of(manifest) < options.form.version


def form_change(tree: Tree, managed: Iterable[Reading], options: Options) -> FormChange | None:
    """What brings managed files to our version of the normal form; None if the manifest names no older one.

    `managed`: the readings of the files that a plan does not leave as they are.
    """
    if not is_older(tree, options):
        return None
    data, new = tree.files[MANIFEST], options.form.version
    raised = Write(MANIFEST, manifest(tree, options, new), data)
    return FormChange(form_of(read_mapping(data) or {}), new, (*_rewritten(tree, managed, options), raised))


def _rewritten(tree: Tree, managed: Iterable[Reading], options: Options) -> Iterator[Write]:
    for reading in managed:
        if not reading.is_clean or len(reading.candidates) > 1:
            continue
        item, before = reading.candidates[0], tree.files[reading.path]
        assert item.ref is not None
        data = item.written or kept(item.canonical)
        if data != before and managed_path(item.ref, options.namespace) == reading.path:
            yield Write(reading.path, data, before)


def form_notice(form: FormChange | None) -> Iterator[Diagnostic]:
    """Says how many files are rewritten for that reason alone, if any."""
    if form and form.files:
        files = "1 managed file" if form.files == 1 else f"{form.files} managed files"
        yield diagnose(
            code.NORMAL_FORM_RAISED,
            f"{files} in normal form {form.old} are written anew in normal form {form.new} for that reason alone: "
            "no resource changes",
            Location(MANIFEST),
        )
