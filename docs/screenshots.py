"""Takes the pictures of this folder from the pages of the example fabric, with Chromium: `make screenshots`."""

import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from fgd_sync.cli.main import main

HERE = Path(__file__).parent
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1")
DARK = ("--blink-settings=preferredColorScheme=0",)
PICTURES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "fabric.png": ("north/index.html", "1180,760", ()),
    "fabric-dark.png": ("north/index.html", "1180,760", DARK),
    "problems.png": ("north/problems.html", "1180,420", ()),
}
"""By file name: the page, the size of the window, and further options."""


def take(browser: str) -> None:
    """Render the example fabric with a draft that is wrong, and take all pictures."""
    with TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(HERE.parent / "examples" / "fabric", "north")
        with redirect_stdout(StringIO()):
            subprocess.run(["git", "init", "-q"], check=True)  # noqa: S607 - then there is a history
            main(["sync", "north", "--no-cache"])
            shutil.copy("north/unmanaged/draft.yaml", "north/raw/draft.yaml")
            main(["site", "--output", "pages", "--title", "Acme fabrics"])
        for name, (page, size, more) in PICTURES.items():
            shot = f"--screenshot={HERE / 'images' / name}"
            address = (Path("pages") / page).resolve().as_uri()
            command = [browser, *OPTIONS, *more, f"--window-size={size}", shot, address]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603


if __name__ == "__main__":
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("neither chromium nor google-chrome is here")
    take(found)
