"""Files that come with the program: schemas and example workflows, from the package or from a checkout, and assets."""

from pathlib import Path

_INSTALLED = Path(__file__).parents[1] / "_schemas"
_CHECKOUT = Path(__file__).parents[3] / "schemas"


def load(name: str) -> bytes:
    """The bytes of a schema file by its name, such as `config.schema.json`. Raises KeyError if there is none."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise KeyError(name) from None


def asset(name: str) -> str:
    """The text of a file that is handed out as it is, such as `site.css`."""
    return (Path(__file__).parents[1] / "assets" / name).read_text(encoding="utf-8")


def example(name: str) -> str:
    """The text of an example workflow by its name, such as `sync`."""
    installed = Path(__file__).parents[1] / "_workflows"
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "examples" / "workflows"
    return (folder / f"{name}.yml").read_text(encoding="utf-8")
