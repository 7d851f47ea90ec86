"""Secrets are put together here: no scanner shall take this file for a leak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_fabric import OPTIONS

from fgd_sync.model import code
from fgd_sync.model.location import Position
from fgd_sync.model.plan import Plan
from fgd_sync.model.tree import Tree
from fgd_sync.planning.plan import plan
from fgd_sync.planning.secrets import blotted, find_secrets

SECRETS = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a GitHub token": "gh" + "p_" + "a1B2" * 9,
    "an AWS access key": "AK" + "IA" + "ABCDEFGH01234567",
    "a Slack token": "xo" + "xb-" + "123456789012-abc",
    "a JSON web token, such as those of Kubernetes": ".".join(
        ("ey" + "JhbGciOiJSUzI1", "ey" + "Jpc3MiOiJrdWJl", "c2ln" * 4)
    ),
    "a NetBox token": "nb" + "t_" + "a" * 12 + "." + "b" * 40,
    "a GitLab token": "gl" + "pat-" + "x" * 20,
    "a Google API key": "AI" + "za" + "x" * 35,
    "an address with a password": "https://ann:" + "hunter2@example.org",
}
TEXT = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: s1}\nspec:\n  description: ü %s\n"


def planned(text: str) -> Plan:
    return plan(Tree({"raw/a.yaml": text.encode()}), OPTIONS)


@pytest.mark.parametrize("sort", SECRETS)
def test_each_sort_is_found_where_it_stands_and_not_repeated(sort: str) -> None:
    found = [item for item in planned(TEXT % SECRETS[sort]).diagnostics if item.code is code.SECRET_FOUND]
    (item,) = found
    assert item.location.position == Position(5, 18)
    assert item.message == f"this looks like {sort}"
    assert SECRETS[sort] not in f"{item}"
    assert item.location.excerpt.startswith("  description: ü ***")
    assert not item.is_error


def test_the_line_of_another_finding_does_not_show_it_either() -> None:
    text = TEXT.replace("description", "descripion") % SECRETS["a GitHub token"]
    assert all(SECRETS["a GitHub token"] not in item.location.excerpt for item in planned(text).diagnostics)


def test_one_in_a_comment_and_in_a_file_that_cannot_be_parsed_counts() -> None:
    for text in (f"# {SECRETS['a NetBox token']}\n{TEXT % 'x'}", f"a: [\n# {SECRETS['a NetBox token']}\n"):
        assert any(item.code is code.SECRET_FOUND for item in planned(text).diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org:8080/a@b",
        "https://ann@example.org",
        "https://ann:${PASSWORD}@example.org",
        "https://ann:<password>@example.org",
        "ghosts of AKIA",
        "-----BEGIN CERTIFICATE-----",
        "eyJhbGciOi",
        "E1/1 vpc-01/default 10:20:30:40:50:59",
        "x" + SECRETS["a GitHub token"],
    ],
)
def test_what_only_looks_similar_is_no_finding(text: str) -> None:
    assert not list(find_secrets(text.encode()))


def test_a_byte_order_mark_moves_no_column() -> None:
    data = b"\xef\xbb\xbf" + SECRETS["a GitLab token"].encode()
    assert [place for place, _ in find_secrets(data)] == [Position(1, 1)]


@given(st.lists(st.sampled_from([*SECRETS.values(), "\n", "a", "://", "é"]), max_size=12).map(" ".join))
def test_blotting_keeps_every_place_and_leaves_no_secret(text: str) -> None:
    data = text.encode()
    clean = blotted(data)
    assert len(clean) == len(data)
    assert [place for place, byte in enumerate(data) if byte == 10] == [
        place for place, byte in enumerate(clean) if byte == 10
    ]
    assert not list(find_secrets(clean))
