"""The nearest known word."""

from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.schema.nearest import nearest

FIELDS = ["vlan", "subnet", "gateway", "isolated", "restricted", "hostBGP", "dhcp", "vlanNamespace", "ipv4Namespace"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("vlna", "vlan"),
        ("vlans", "vlan"),
        ("VLAN", "vlan"),
        ("vla", "vlan"),
        ("subnets", "subnet"),
        ("gatway", "gateway"),
        ("host-bgp", "hostBGP"),
        ("host_bgp", "hostBGP"),
        ("ipv4namespace", "ipv4Namespace"),
        ("ipNamespace", "ipv4Namespace"),
        ("restrictd", "restricted"),
    ],
)
def test_a_slip_is_recognised(written: str, meant: str) -> None:
    assert nearest(written, FIELDS) == meant


@pytest.mark.parametrize("written", ["", "x", "ip", "mtu", "description", "vxlanTunnel", "relay", "v" * 100_000])
def test_another_word_is_no_slip(written: str) -> None:
    assert nearest(written, FIELDS) is None


def test_of_equally_near_words_the_first_in_the_alphabet_is_meant() -> None:
    assert nearest("leaf3", ["leaf2", "leaf1"]) == "leaf1"


def test_nothing_is_near_when_nothing_is_known() -> None:
    assert nearest("vlan", []) is None


def slips(one: str, two: str) -> int:
    """The slips between two words, letter by letter from the definition."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(two) + 1)}
    for i, letter in enumerate(one, 1):
        for j, other in enumerate(two, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(two)]


@given(st.text("abc", min_size=10, max_size=16), st.lists(st.text("abc", min_size=10, max_size=16), max_size=6))
def test_the_word_with_the_fewest_slips_is_meant(written: str, known: list[str]) -> None:
    near = [(slips(written, word), word) for word in known if abs(len(written) - len(word)) <= 3]
    best = min(near, default=(4, ""))
    assert nearest(written, known) == (best[1] if best[0] <= 3 else None)


@settings(max_examples=settings().max_examples // 8)
@given(st.text("01", min_size=10, max_size=14), st.integers(0, 4000))
def test_among_many_words_the_one_with_the_fewest_slips_is_meant(written: str, first: int) -> None:
    known = [f"{number:012b}" for number in range(first, first + 60)]
    best = min((slips(written, word), word) for word in known)
    assert nearest(written, known) == (best[1] if best[0] <= 3 else None)


def test_among_many_words_of_any_length_the_one_with_the_fewest_slips_is_meant() -> None:
    random, found = Random(1), 0
    for _ in range(30):
        known = sorted({"".join(random.choices("abcd", k=random.randint(0, 14))) for _ in range(80)})
        for _ in range(2):
            written = "".join(letter for letter in random.choice(known) * 2 if random.random() < 0.55)
            near = [(slips(written, word), word) for word in known if abs(len(written) - len(word)) <= 3]
            best = min(near, default=(4, ""))
            shorter = min(len(written), len(best[1]))
            forgiven = 0 if shorter < 3 else 1 if shorter < 5 else 2 if shorter < 10 else 3
            assert nearest(written, known) == (best[1] if best[0] <= forgiven else None), (written, known)
            found += best[0] <= forgiven
    assert 10 < found < 55


def test_many_names_that_begin_alike_cost_little_time() -> None:
    known = [f"server-{number:06d}" for number in range(2000)]
    start = process_time()
    for number in range(20):
        assert nearest(f"srvr-{number * 90:06d}", known) == f"server-{number * 90:06d}"
    assert process_time() - start < 1, "it took 50 ms for each when words were compared one by one"
