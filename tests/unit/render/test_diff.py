import time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.change import Delete, Move, Write
from fgd_sync.render.diff import Bounds, diff, diffs
from render_samples import changes


def test_a_changed_line_stands_in_its_context_with_line_numbers_of_the_whole_file() -> None:
    before = b"".join(b"line %d\n" % number for number in range(1, 21))
    after = before.replace(b"line 10\n", b"line ten\n")
    assert list(diff(Write("managed/a.yaml", after, before))) == [
        "--- managed/a.yaml",
        "+++ managed/a.yaml",
        "@@ -7,7 +7,7 @@",
        " line 7",
        " line 8",
        " line 9",
        "-line 10",
        "+line ten",
        " line 11",
        " line 12",
        " line 13",
    ]


def test_new_removed_and_moved_files() -> None:
    assert list(diff(Write("a", b"x\n", None))) == ["--- /dev/null", "+++ a", "@@ -0,0 +1 @@", "+x"]
    assert list(diff(Delete("a", b"x\n"))) == ["--- a", "+++ /dev/null", "@@ -1 +0,0 @@", "-x"]
    assert list(diff(Move("a", "b", None), lambda path: f"fabric/{path}")) == ["rename fabric/a => fabric/b"]


def test_a_missing_line_feed_at_the_end_is_told() -> None:
    lines = list(diff(Write("a", b"x\n", b"x")))
    assert lines[2:] == ["@@ -1,2 +1 @@", " x", "-\\ no line feed at the end of the file"]


def test_a_long_diff_is_cut_with_the_count_of_the_rest() -> None:
    lines = list(diff(Write("a", b"x\n" * 50, None), limit=10))
    assert len(lines) == 13
    assert lines[-1] == "(41 more lines)"


def test_the_diffs_of_many_changes_are_bounded_together() -> None:
    lines = list(diffs([Write(f"{index}", b"x\n" * 10, None) for index in range(30)], bounds=Bounds(total=40)))
    assert len(lines) < 60
    assert lines[-1] == "(the diffs of 26 more changes are left out)"


def test_large_texts_that_differ_everywhere_are_summed_up_quickly() -> None:
    random = Random(1)
    texts = ["".join(f"{random.randrange(9)}\n" for _ in range(100_000)).encode() for _ in range(2)]
    begin = time.process_time()
    assert any("lines are replaced by" in line for line in diff(Write("a", texts[0], texts[1])))
    assert time.process_time() - begin < 2


def test_a_small_change_in_a_large_text_is_shown_quickly() -> None:
    before = b"".join(b"%d\n" % number for number in range(100_000))
    begin = time.process_time()
    lines = list(diff(Write("a", before.replace(b"\n50000\n", b"\nhere\n"), before)))
    assert "+here" in lines
    assert "@@ -49998,7 +49998,7 @@" in lines
    assert time.process_time() - begin < 2


@given(st.lists(changes, max_size=3))
def test_every_line_is_printable(items: list[Write | Move | Delete]) -> None:
    assert all(line.isprintable() for line in diffs(items))


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_what_is_marked_as_added_and_removed_accounts_for_the_difference(old: list[str], new: list[str]) -> None:
    change = Write("f", "".join(f"{line}\n" for line in new).encode(), "".join(f"{line}\n" for line in old).encode())
    body = [line for line in diff(change) if not line.startswith(("@@", "---", "+++"))]
    added, removed = (sum(line.startswith(sign) for line in body) for sign in "+-")
    assert added - removed == len(new) - len(old)
    assert bool(body) == (old != new)
