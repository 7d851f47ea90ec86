"""`fgd site`: static pages of fabrics as people and browsers read them."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Run, server, tree_of

from web_pages import Page

EXAMPLE = Path(__file__).parents[2] / "examples" / "fabric"
HOSTILE = "<script>alert(1)</script><!-- \x1b[31m"


@pytest.fixture
def site(run: Run, tmp_path: Path, write: Callable[[str, str | bytes], Path], commit: Callable[[], None]) -> Path:
    """The pages of the example fabric, with a draft that has a mistake, and of a second fabric with hostile text."""
    shutil.copytree(EXAMPLE, tmp_path / "north")
    write("south/raw/evil.yaml", server("server-66", "'" + HOSTILE.replace("\x1b", "") + "'"))
    commit()
    assert run("sync", "north").status == 1
    assert run("sync", "south").status == 0
    shutil.copy(tmp_path / "north" / "unmanaged" / "draft.yaml", tmp_path / "north" / "raw" / "again.yaml")
    assert run("site", "--title", "Acme & Sons").status == 0
    return tmp_path / "site"


def pages_of(site: Path) -> dict[str, Page]:
    return {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}


def test_every_page_is_well_formed_and_every_address_leads_somewhere(site: Path) -> None:
    pages = pages_of(site)
    assert len(pages) == 1 + 2 * 4
    for name, page in pages.items():
        addresses = [item.attributes["href"] for item in page.elements if "href" in item.attributes]
        addresses += [item.attributes["src"] for item in page.all("script")]
        for address in addresses:
            path, _, part = address.partition("#")
            target = (page.path.parent / path) if path else page.path
            assert target.is_file(), f"{name}: {address}"
            assert not part or part in Page(target).ids, f"{name}: {address}"


def test_pages_can_be_used_without_eyes_mouse_or_scripts(site: Path) -> None:
    for name, page in pages_of(site).items():
        assert page.all("html")[0].attributes["lang"] == "en", name
        assert len(page.all("h1")) == 1, name
        assert len(page.all("caption")) == len(page.all("table")), name
        assert all(item.attributes.get("scope") for item in page.all("th")), name
        assert all("label" in item.inside for item in (*page.all("input"), *page.all("select"))), name
        pictures = [item for item in page.all("svg") if item.attributes.get("role") == "img"]
        assert len(pictures) == len(page.all("svg")), name
        assert all(item.text for item in page.all("title")), name
        assert not [item for item in page.all("script") if item.text], f"{name}: a script in the page"
        assert not [item for item in page.elements if any(key.startswith("on") for key in item.attributes)], name


def test_the_first_page_shows_each_fabric_with_state_and_age(site: Path) -> None:
    page = pages_of(site)["index.html"]
    north, south = page.rows[1:]
    assert north.startswith("northhas errors")
    assert "UTC" in north
    assert south.startswith("southin order")
    assert page.all("h1")[0].text == "Acme & Sons"


def test_problems_are_shown_by_rule_with_file_and_line(site: Path) -> None:
    page = pages_of(site)["north/problems.html"]
    assert "META-007" in page.ids
    assert any(row.startswith("raw/again.yaml:9:7") and "vlna" in row for row in page.rows)


def test_resources_are_listed_with_what_they_say_and_what_the_next_sync_does(site: Path) -> None:
    rows = pages_of(site)["north/resources.html"].rows
    assert any(row.startswith("web") and "10.10.1.0/24 VLAN 1001" in row for row in rows)
    assert len(rows) == 1 + 17


def test_the_topology_and_its_tables_show_who_is_plugged_in_where(site: Path) -> None:
    page = pages_of(site)["north/index.html"]
    picture = next(item for item in page.all("svg") if "topology" in item.attributes["class"])
    assert all(
        name in picture.text
        for name in ("spine-01", "leaf-01", "leaf-02", "server-01 · eslag", "server-02 · unbundled")
    )
    assert any(row.startswith("webfront1001") and "server-02" in row and "leaf-02" in row for row in page.rows)
    marked = [item.attributes["data-vpcs"] for item in page.all("g") if "data-vpcs" in item.attributes]
    assert marked == ["db", "db web"]


def test_the_history_shows_syncs_with_durations(site: Path) -> None:
    page = pages_of(site)["north/history.html"]
    assert any("completed" in row and " s" in row for row in page.rows)
    assert page.all("rect"), "a bar for each sync"


def test_text_from_manifests_stays_text(site: Path) -> None:
    page = (site / "south" / "resources.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_drift_has_a_page_where_there_is_something_to_compare_with(
    run: Run, write: Callable[[str, str | bytes], Path], tmp_path: Path
) -> None:
    write("north/raw/one.yaml", server("server-01"))
    run("sync", "north")
    write("cluster.yaml", server("server-01", "rack 2") + "---\n" + server("server-02"))
    assert run("site", "north", "--cluster", "cluster.yaml").status == 0
    rows = Page(tmp_path / "site" / "north" / "drift.html").rows
    assert any("server-01" in row and "git has rack 1, the cluster has rack 2" in row for row in rows), rows
    assert any(row.startswith("Server server-02") and "only in the cluster" in row for row in rows)
    assert "2 of 2 resources differ" in (tmp_path / "site" / "north" / "index.html").read_text()


def test_files_are_linked_to_their_place_in_the_repository(
    run: Run, monkeypatch: pytest.MonkeyPatch, write: Callable[[str, str | bytes], Path]
) -> None:
    for name, value in {"SERVER_URL": "https://github.com", "REPOSITORY": "acme/fabrics", "SHA": "a" * 40}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    write("north/raw/one.yaml", server("server-01"))
    run("sync", "north")
    assert run("site", "--output", "out").status == 0
    page = Page(write("north/x", "").parents[1] / "out" / "north" / "resources.html")
    address = f"https://github.com/acme/fabrics/blob/{'a' * 40}/north/managed/servers/server-01.yaml"
    assert address in [item.attributes.get("href") for item in page.all("a")]


def test_other_files_in_the_folder_stay_and_a_fabric_that_cannot_be_read_is_shown(
    run: Run, write: Callable[[str, str | bytes], Path], tmp_path: Path
) -> None:
    write("out/CNAME", "fabrics.example.org")
    write("north/raw/one.yaml", server("server-01"))
    write("south/.hnp/manifest.yaml", "fabric_name: south\n")
    write("south/.hnp/schemas/crd/vpc.githedgehog.com/v1beta1/vpc.json", "{")
    result = run("site", "north", "south", "--output", "out")
    assert result.status != 0
    assert "cannot be read" in (tmp_path / "out" / "index.html").read_text()
    assert tree_of(tmp_path / "out")["CNAME"] == b"fabrics.example.org"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not here: what scripts add is not tested")
def test_the_script_narrows_the_table_in_a_browser(site: Path) -> None:
    address = f"file://{site}/north/resources.html#leaf-01"
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom")
    shown = subprocess.run(
        ["chromium", *options, address], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert "of 17 resources" in shown
    assert '<tr hidden="">' in shown
    assert 'class="search"><label>' in shown, "the field is shown where the script works"
