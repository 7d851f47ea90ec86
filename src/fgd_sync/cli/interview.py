"""`fgd init --interactive`: asks what a team wants, shows what would be written, and writes what it may."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from fgd_sync.adapters.packaged import example
from fgd_sync.adapters.report_files import write_report
from fgd_sync.planning.adoption import Answers, adoption
from fgd_sync.planning.place import META
from fgd_sync.render.escape import visible_lines

_SIGN = b"githedgehog.com/"
_ENDINGS = (".yaml", ".yml", ".json")
_BEGINNING = 65_536
_MODES = {
    "push": "commits are pushed to the branch",
    "api": "commits are made by GitHub and signed",
    "pull-request": "one pull request for each fabric, for a branch that nobody may push to",
}


def interview(root: Path) -> list[Path]:
    """Ask, show, and write settings and workflows below `root`; the fabric directories that are to be set up now."""
    click.echo("Everything is shown before it is written. An empty answer takes what stands in brackets.\n")
    folders = _folders(root)
    wanted = _workflows()
    mode = _mode() if {"sync", "fix"} & set(wanted) else "push"
    owner = (
        click.prompt("Account that the action lives under, as in OWNER/fgd-sync", default="OWNER")
        if wanted
        else "OWNER"
    )
    netbox = click.prompt(
        "Address of NetBox, such as https://netbox.example.org; empty for none", default="", show_default=False
    )
    names = {_name(root, folder): folder.relative_to(root).as_posix() or "." for folder in folders}
    _write(root, adoption(Answers(names, wanted, mode, owner, netbox), example))
    return folders


def _folders(root: Path) -> list[Path]:
    """The fabric directories that the user wants: found ones are offered."""
    found = sorted({folder.relative_to(root).as_posix() for folder in _found(root)})
    click.echo(f"Folders with resources of a Hedgehog fabric: {', '.join(found) or 'none'}")
    said = click.prompt("Fabric directories, separated by commas", default=", ".join(found) or "fabric")
    return [root / part.strip() for part in said.split(",") if part.strip()]


def _found(root: Path) -> Iterator[Path]:
    """The topmost folders that are fabric directories, or hold resources of a fabric."""
    for folder, names, files in os.walk(root):
        if META in names or any(_is_resource(Path(folder) / name) for name in files):
            yield Path(folder)
            names.clear()
        names[:] = sorted(name for name in names if not name.startswith("."))


def _is_resource(path: Path) -> bool:
    if not path.name.lower().endswith(_ENDINGS) or not path.is_file():
        return False
    with path.open("rb") as stream:
        return _SIGN in stream.read(_BEGINNING)


def _name(root: Path, folder: Path) -> str:
    return folder.name if folder != root else root.resolve().name


def _workflows() -> tuple[str, ...]:
    asked = (
        ("sync", "Take in raw/ and commit on each push to main?", True),
        ("check", "Check pull requests, and show what they touch?", True),
        ("fix", "Commit the managed files to the branch of a pull request?", False),
        ("drift", "Look every morning whether something is not in order?", True),
        ("pages", "Publish pages with state, problems and topology?", False),
    )
    return tuple(name for name, question, default in asked if click.confirm(question, default=default))


def _mode() -> str:
    for name, words in _MODES.items():
        click.echo(f"  {name}: {words}")
    mode: str = click.prompt("How are commits made", type=click.Choice(list(_MODES)), default="push")
    return mode


def _write(root: Path, files: Mapping[str, str]) -> None:
    """Show files and write them if the user agrees; one that is there already stays."""
    there = [path for path in files if (root / path).exists()]
    new = {path: text for path, text in files.items() if path not in there}
    for path, text in new.items():
        click.echo(f"\n--- {path}\n{visible_lines(text)}")
    for path in there:
        click.echo(f"\n{path} is there already and stays as it is.")
    if new and click.confirm(f"Write {', '.join(new)}?", default=True):
        for path, text in new.items():
            write_report(root, path, text)
