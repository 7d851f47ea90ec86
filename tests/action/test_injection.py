"""What stands in files, names and branches changes nothing but its own text: not the log, not the summary, not a comment."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from scenes import SERVER, Scene

from forge.forge import Forge
from runner import events
from runner.job import Outcome
from runner.launchers import Launcher

EVIL = [
    "::error file=/etc/passwd,line=1::pwned",
    "##[error]pwned",
    "x ##[set-output name=commit-sha]pwned",
    "::set-output name=commit-sha::pwned",
    "::add-mask::a",
    "::stop-commands::pwned",
    "::save-state name=x::pwned",
    "\r::error::pwned",
    "\u2028::error::pwned",
    "</details><h1>pwned</h1><img src=x onerror=alert(1)>",
    "# pwned",
    "[pwned](javascript:alert(1))",
    "| a | b |\n|---|---|",
    "```\n# pwned\n```",
    "\x1b[2J\x1b]0;pwned\x07",
    "commit-sha=pwned",
    "commit-sha<<EOF\npwned\nEOF",
    "<!-- fgd-sync -->",
    "@everyone",
]
KNOWN = {"error", "warning", "notice", "group", "endgroup", "stop-commands", "add-mask", "debug"}


def quoted(text: str) -> str:
    """As a double-quoted scalar of YAML."""
    inner = "".join(char if char.isprintable() and char not in '"\\' else f"\\u{ord(char):04x}" for char in text)
    return f'"{inner}"'


def wicked(text: str) -> dict[str, str]:
    """Files with the text in each place that a report may show: a value, a key, a name, a comment, a broken document."""
    value, comment = quoted(text), text.replace("\n", " ").replace("\r", " ")
    comment = "".join(char for char in comment if char.isprintable())
    return {
        "north/raw/value.yaml": SERVER.format("server-01").replace("rack 1", value),
        "north/raw/key.yaml": SERVER.format("server-02").replace("description", value),
        "north/raw/name.yaml": SERVER.format(value),
        "north/raw/comment.yaml": f"# {comment}\n" + SERVER.format("server-04") + f"  oops: 1 # {comment}\n",
        "north/raw/kind.yaml": f"apiVersion: v1\nkind: {value}\nmetadata:\n  name: x\n",
        "north/raw/broken.yaml": f"a: [1,\n# {comment}\nb: }}\n",
    }


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    made = forge.repository()
    made.commit({"north/.hnp/manifest.yaml": "fabric_name: north\n"})
    return Scene(forge, made, launcher, tmp_path)


def check_log(done: Outcome) -> None:
    names = {found.name for found in done.log.commands}
    assert names <= KNOWN, done.told
    assert not done.problems
    assert not any(item.message.startswith("pwned") for item in done.log.issued), done.told
    assert not any(item.properties.get("file", "").startswith("/") for item in done.log.issued)
    assert "\x1b" not in "".join(line for _, line in done.log.raw)
    assert "pwned" not in done.outputs["commit-sha"]
    assert "pwned" not in "".join(done.state.values())
    masked = [found.data for found in done.log.commands if found.name == "add-mask"]
    assert "a" not in masked


def check_markdown(text: str) -> None:
    """No heading, image, script or foreign link comes of it; HTML is only what reports are made of."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    flat = [item for token in tokens for item in (token, *(token.children or ()))]
    assert not [token for token in flat if token.type == "image"]
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert not [heading for heading in headings if heading.strip() == "pwned"]
    html = " ".join(token.content for token in flat if token.type in ("html_block", "html_inline"))
    assert not [bad for bad in ("<h1", "<img", "onerror", "<script") if bad in html]
    links = [str(token.attrs.get("href", "")) for token in flat if token.type == "link_open"]
    assert not [link for link in links if link.startswith("javascript:")]
    assert "\x1b" not in text


def test_text_from_files_stays_text(scene: Scene) -> None:
    """All of it at once in a fabric for each text: the files of a repository come together too."""
    files = {}
    for number, text in enumerate(EVIL):
        for path, content in wicked(text).items():
            files[path.replace("north/raw/", f"north/raw/{number:02}-")] = content
    scene.repository.commit(dict(files))
    done = scene.job(events.push(scene.repository)).run({"fail-on": "never"})
    assert done.status == 0, done.told
    check_log(done)
    check_markdown(done.summary)
    for check in scene.desk.checks.values():
        check_markdown(check["output"]["summary"] or "")
        check_markdown(check["output"]["text"] or "")
    message = scene.repository.message()
    assert "\x1b" not in message
    assert message.count("FGD-Sync-Id:") == 1


def test_names_of_files_and_branches_stay_names(scene: Scene) -> None:
    names = [
        "::error::pwned",
        "##[error]pwned",
        "<img src=x>",
        "[pwned](javascript:x)",
        "$(touch pwned)",
        "-x",
        "a b",
        "é",
    ]
    files = {f"north/raw/{name}.yaml": SERVER.format("server-0X") for name in names}
    scene.repository.commit(dict(files), "topic`$(touch${IFS}pwned)`")
    pull = scene.desk.open_pull("topic`$(touch${IFS}pwned)`", title="::error::pwned <img src=x>")
    job = scene.job(events.pull_request(scene.desk, pull))
    done = job.run({"fail-on": "never"})
    assert done.status == 0, done.told
    check_log(done)
    check_markdown(done.summary)
    for comment in scene.desk.comments.values():
        check_markdown(comment["body"])
    assert not list(job.folders.root.rglob("pwned"))
