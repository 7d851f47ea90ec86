"""Secrets are put together here: no scanner shall take this file for a leak."""

from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_fabric import OPTIONS

from fgd_sync.model import code
from fgd_sync.model.location import Position
from fgd_sync.model.plan import Plan
from fgd_sync.model.secrets import blotted, find_secrets
from fgd_sync.model.tree import Tree
from fgd_sync.planning.plan import plan
from fgd_sync.planning.secrecy import seen_secrets
from fgd_sync.yamldoc.parse import parse

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
    assert item.is_error


@pytest.mark.parametrize("begin", ["p", "o", "u", "s", "r", "docker", "github"])
def test_tokens_that_begin_with_a_word_and_an_underscore_are_found(begin: str) -> None:
    word = {"docker": "dckr" + "_pat", "github": "github" + "_pat"}.get(begin, f"gh{begin}")
    assert len(list(find_secrets((TEXT % f"{word}_{'a1B2' * 10}").encode()))) == 1


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
        "x" + SECRETS["an AWS access key"],
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


# What becomes of a resource that holds one.

TOKEN = SECRETS["a GitHub token"]
LET_OFF = (
    '  annotations:\n    fgd.githedgehog.com/ignore: FGD_1010\n    fgd.githedgehog.com/ignore-reason: "a sample"\n'
)
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s1\n%sspec:\n  description: %s\n"


def after(files: dict[str, bytes]) -> Tree:
    tree = Tree(files)
    return tree.after(plan(tree, OPTIONS).changes)


def of_secrets(made: Plan) -> list[tuple[str, str]]:
    codes = (code.SECRET_FOUND, code.FINDING_IGNORED)
    return [(item.code.id, str(item.severity)) for item in made.diagnostics if item.code in codes]


@pytest.mark.parametrize(
    "text",
    [
        SERVER % ("", TOKEN),
        f"# {TOKEN}\n" + SERVER % ("", "x"),
        SERVER % ("", f'"{TOKEN.replace("_", chr(92) + "x5f")}"'),
    ],
)
def test_a_resource_with_a_secret_is_set_aside_and_not_managed(text: str) -> None:
    made = planned(text)
    assert of_secrets(made) == [("FGD_1010", "error")]
    left = after({"raw/a.yaml": text.encode()})
    assert left.files["unmanaged/a.yaml"] == text.encode()
    assert not [path for path in left.files if path.startswith("managed/") and path.endswith(".yaml")]
    assert plan(left, OPTIONS).changes == ()


def test_only_the_document_with_the_secret_is_set_aside() -> None:
    text = SERVER % ("", TOKEN) + "---\n" + (SERVER % ("", "x")).replace("s1", "s2")
    left = after({"raw/a.yaml": text.encode()})
    assert "managed/servers/s2.yaml" in left.files
    assert TOKEN.encode() in left.files["unmanaged/a.yaml"]
    assert b"s2" not in left.files["unmanaged/a.yaml"]


def test_an_item_of_a_list_with_a_secret_is_set_aside_alone() -> None:
    items = [
        (SERVER % ("", note)).replace("s1", name).replace("\n", "\n  ").rstrip()
        for name, note in (("s1", TOKEN), ("s2", "x"))
    ]
    text = "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {item}\n" for item in items)
    left = after({"raw/a.yaml": text.encode()})
    assert [path for path in left.files if path.startswith("managed/") and path.endswith(".yaml")] == [
        "managed/servers/s2.yaml"
    ]


def test_a_resource_that_is_let_off_with_a_reason_is_managed() -> None:
    made = planned(SERVER % (LET_OFF, TOKEN))
    assert of_secrets(made) == [(code.FINDING_IGNORED.id, "notice")]
    assert [item.message for item in made.diagnostics] == ["this looks like a GitHub token (ignored: a sample)"]
    assert "managed/servers/s1.yaml" in after({"raw/a.yaml": (SERVER % (LET_OFF, TOKEN)).encode()}).files


def test_without_a_reason_nothing_is_let_off_and_without_a_secret_it_is_said() -> None:
    no_reason = SERVER % (LET_OFF.rpartition("    ")[0], TOKEN)
    assert ("FGD_1010", "error") in of_secrets(planned(no_reason))
    assert any("unused suppression" in item.message for item in planned(SERVER % (LET_OFF, "x")).diagnostics)


def test_one_under_managed_is_an_error_and_left_as_it_is() -> None:
    files = {"managed/servers/s1.yaml": (SERVER % ("", TOKEN)).encode()}
    assert of_secrets(plan(Tree(dict(files)), OPTIONS)) == [("FGD_1010", "error")]
    assert after(files).files["managed/servers/s1.yaml"] == files["managed/servers/s1.yaml"]


HASH = "$6$" + "saltsalt" + "$" + "a1./" * 21 + "ab"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"hash: '{HASH}'", "the hash of a password"),
        ("$2" + "b$12$" + "a1B2./" * 8 + "a1B2.", "the hash of a password"),
        ("password: hunter2", "a password"),
        ('{"adminPassword":"correct horse"}', "a password"),
        ("{user: a, passwd: hunter2, b: c}", "a password"),
        ("passphrase: |\n    hunter2 and more\n", "a password"),
        ("client-key-data: " + "LS0tLS1CRUdJTi" + "BSU0EgUFJJVkFURSBLRVkt" + "QUJD", "a private key in base64"),
        ("token: " + "0123456789abcdef" * 3, "a secret key"),
        ("api_key: Ab3" + "xY9z" * 5, "a secret key"),
        ("bgpAuthKey: Ab3" + "xY9z" * 5, "a secret key"),
        ("password: !!str hunter2", "a password"),
        ("password: &shared hunter2", "a password"),
        ("snmp_community: n0tPublic", "a password"),
        ("psk: correct-horse", "a password"),
        ("export BGP_PASSWORD=hunter2", "a password"),
        ("$argon2" + "id$v=19$m=65536,t=3,p=4$" + "a1B2" * 5 + "$" + "a1B2" * 10, "the hash of a password"),
        ("$9" + "$" + "a1B2" * 5, "the hash of a password"),
        ("redis://:" + "hunter2@example.org", "an address with a password"),
        ("-----BEGIN PGP " + "PRIVATE KEY BLOCK-----", "a private key"),
        ("AGE-SECRET-" + "KEY-1" + "A1B2" * 14, "a private key of age"),
        ("hv" + "s." + "a1B2" * 9, "a token of Vault"),
        ("Authorization: " + "Bearer " + "a1B2" * 9, "a header that authorises"),
        ("glued to " + "x" + SECRETS["a GitHub token"], "a GitHub token"),
    ],
)
def test_hashes_and_values_of_keys_that_are_secret_by_name_are_found(text: str, what: str) -> None:
    assert [found for _, found in find_secrets(text.encode())] == [what]
    assert not list(find_secrets(blotted(text.encode())))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "password: ''",
            "password:",
            "password: ${PASSWORD}",
            "password: <secret>",
            "password: null",
            "passwordFile: abc",
        ),
        *(
            "password: !vault x",
            "password: ***",
            "password: /run/secrets/x",
            "secret: my-tls-secret-2",
            "secretName: x",
            "community: 65000:100",
            "inboundCommunity: 65102:5000",
            "Bearer of the token",
        ),
        *("token: bootstrap", "tokenTTL: 15m0s", "keys:\n- a", "psk: true", "passwords:\n- a", "key: " + "a" * 64),
        *("image: x@sha256:" + "0a" * 32, "costs $5$ or $6$", "description: the password is elsewhere"),
    ],
)
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    assert not list(find_secrets(text.encode()))


def test_a_private_key_is_hidden_as_a_whole() -> None:
    key = SECRETS["a private key"] + "\n" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0\n" * 3
    for text in (key, key + "-----END " + "RSA PRIVATE KEY-----\n", key.replace("\n", "\\n")):
        assert b"QUJD" not in blotted(text.encode())


def test_real_manifests_hold_no_secret(shared: Path) -> None:
    files = [path for path in shared.glob("corpus/**/*") if path.is_file()]
    found = [(path.name, what) for path in files for _, what in find_secrets(path.read_bytes())]
    assert len(files) > 100
    assert found == []


@pytest.mark.parametrize(
    "text", [f"{SECRETS['a private key']}\n", "password:&", "password:!!", "$9$", "a://", "Bearer 1"]
)
def test_what_begins_again_and_again_and_never_ends_costs_little(text: str) -> None:
    data = text.encode() * (280_000 // len(text))
    begun = process_time()
    list(find_secrets(data))
    assert process_time() - begun < 2


PLAIN = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s%d\n  namespace: default\nspec:%s\n"
)
PLACES = (
    "# %s\n{}  description: rack\n",
    "{}  # %s\n  description: rack\n",
    "{}  description: rack  # %s\n",
    "{}  description: rack\n# %s\n",
    "{}  description: %s\n",
)


@pytest.mark.parametrize("place", PLACES)
def test_where_an_outline_is_known_a_secret_is_found_in_a_comment_and_in_a_value(place: str) -> None:
    texts = [place.replace("{}", PLAIN % (number, " # as ordered")) % f"rack {number}" for number in range(40)]
    known = [parse(text.encode()).documents for text in texts][-1]
    assert known[0].filled
    assert known[0].filled.cells
    assert seen_secrets(texts[-1].encode(), known) == []
    for secret in (*SECRETS.values(), HASH, "password: hunter2x", "x psk=correct-horse"):
        data = texts[-1].replace("rack 39", secret).encode()
        assert seen_secrets(data, parse(data).documents) == list(find_secrets(data)) != []


def test_in_a_file_of_many_documents_each_is_looked_at_by_itself() -> None:
    random, odd = Random(1), "a: &x {b: c}\n"
    values = ["rack 1", "a 'b", "token", "= x", *SECRETS.values(), HASH, "password: hunter2x", "|\n  password"]
    plain, found = [value for value in values if not list(find_secrets(value.encode()))], 0
    for _ in range(300):
        secret = random.choice(values)
        numbers = range(random.randint(1, 5))
        texts = [f"{PLAIN % (number, '')}  description: {random.choice(plain)}\n" for number in numbers]
        texts += random.choice([[], [odd], [TEXT % secret], [f"# {secret}\n"]])
        data = "---\n".join(random.sample(texts, len(texts))).encode()
        assert seen_secrets(data, parse(data).documents) == list(find_secrets(data)), data
        found += bool(list(find_secrets(data)))
    assert 30 < found < 270
