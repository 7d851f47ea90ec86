import re
from html import unescape

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from fgd_sync.render.escape import visible
from fgd_sync.render.markdown_text import anchor, code, fenced, prose
from render_samples import hostile

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
ACTIVE = re.compile(r"(?i)[@#]\w|\bgh-[0-9]|:[a-z0-9_+-]+:|\bwww\.\w")
"""What GitHub turns into links and pictures once Markdown has become a page."""


def page(markdown: str) -> str:
    html: str = GITHUB.render(markdown)
    return html


def outside_code(html: str) -> list[str]:
    """The runs of text of a page that GitHub looks into, one for each place between tags."""
    return [unescape(run) for run in re.split(r"<[^>]*>", re.sub(r"(?s)<code.*?</code>", "<>", html))]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("subnet 10.0.1.0/31 is longer than /30", "subnet 10.0.1.0/31 is longer than /30"),
        ("field `vlann`; **not** <b>", "field <code>vlann</code>; &#42;&#42;not&#42;&#42; &#60;b&#62;"),
        ("an odd ` one", "an odd &#96; one"),
        ("by @octocat", "by <code>&#64;</code>octocat"),
        ("a|b", "a&#124;b"),
        ("", ""),
    ],
)
def test_prose_shows_text_as_it_is(text: str, shown: str) -> None:
    assert prose(text) == shown


@given(hostile)
def test_prose_reads_as_the_text_and_makes_nothing_active(text: str) -> None:
    html = page(f"x {prose(text)} x")
    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "code"}
    wanted = visible(text).replace("`", "")
    assert " ".join(text_of(html).replace("`", "").split()) == " ".join(f"x {wanted} x".split())
    assert not any(ACTIVE.search(run) for run in outside_code(html))


@given(hostile)
def test_code_reads_as_the_text_and_is_all_code(text: str) -> None:
    html = page(f"x {code(text)} x")
    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "code"}
    assert html.count("<code>") == bool(text)
    assert " ".join(text_of(html).split()) == " ".join(f"x {visible(text)} x".split())


@given(hostile, hostile)
def test_no_line_ends_a_fence(first: str, second: str) -> None:
    html = page(f"{fenced(first, second)}\n\nafter")
    assert html.endswith("</code></pre>\n<p>after</p>\n")
    assert html.count("<pre>") == 1
    assert text_of(html).startswith(f"{visible(first)}\n{visible(second)}\n")


def test_a_link_has_its_address_quoted() -> None:
    assert anchor("x", 'https://h/a "b|c>`?d=1&e#L3') == '<a href="https://h/a%20%22b%7Cc%3E%60?d=1&amp;e#L3">x</a>'
    assert anchor("x", "https://h/日") == '<a href="https://h/%E6%97%A5">x</a>'


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "data:text/html,x", "//h"])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert anchor("x", url) == "x"


def test_very_long_text_is_cut() -> None:
    assert len(code("x" * 10_000)) < 1100
