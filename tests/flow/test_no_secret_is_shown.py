"""No command shows what looks like a secret, in whatever form it writes, wherever the secret stands."""

import pytest
from commands import Run, server

from fgd_sync.cli.common import FORMATS

TOKEN = "gh" + "p_" + "Ca1N2a3R4y5" * 4
PASSWORD = "Hunter2andMore"
LET_OFF = "  annotations:\n    fgd.githedgehog.com/ignore: FGD_1010\n    fgd.githedgehog.com/ignore-reason: a sample\n"
FILES = {
    "managed/servers/let-off.yaml": server("let-off", "old").replace("spec:", f"{LET_OFF}spec:"),
    "raw/let-off.yaml": server("let-off", TOKEN).replace("spec:", f"{LET_OFF}spec:") + f"  # {TOKEN}\n",
    "raw/refused.yaml": server("refused", TOKEN),
    "raw/named.yaml": server("named", "x").replace("spec:", f"  annotations:\n    password: {PASSWORD}\nspec:"),
    "raw/wrong.yaml": server("wrong", TOKEN).replace("description", "descripion"),
    "raw/number.yaml": server("number", f"[1, {TOKEN}]"),
    "raw/broken.yaml": f"a: [\npassword: {PASSWORD}\n{TOKEN}: }}\n",
    "raw/template.yaml": f"a: {{{{ {TOKEN} }}}}\n",
    "raw/twice.yaml": f"{TOKEN}: 1\n{TOKEN}: 2\n",
    "raw/kind.yaml": f"apiVersion: v1\nkind: {TOKEN}\nmetadata: {{name: x}}\n",
    "raw/alias.yaml": f"a: *{TOKEN}\n",
}


@pytest.fixture
def fabric(run: Run, write: object) -> None:
    run("init", "north")
    for path, text in FILES.items():
        write(f"north/{path}", text)  # type: ignore[operator]


def no_secret(text: str) -> None:
    assert text
    assert TOKEN not in text
    assert PASSWORD not in text


@pytest.mark.usefixtures("fabric")
def test_no_report_shows_a_secret(run: Run) -> None:
    for form in FORMATS:
        for command in ("check", "plan"):
            no_secret(run(command, "north", "--format", form).out)
    done = run("plan", "north", "--diff", "all")
    assert "FGD_1010" in done.out
    no_secret(done.out + done.err)
    no_secret(run("files", "north", "--format", "json", "--content").out)
    done = run("sync", "north", "--progress", "json", "--format", "json")
    no_secret(done.out)
    no_secret(done.err)


@pytest.mark.usefixtures("fabric")
def test_the_changes_of_a_resource_are_told_without_its_secrets(run: Run) -> None:
    text = run("plan", "north", "--format", "markdown").out
    assert "`***`" in text or "***" in text
    no_secret(text)
