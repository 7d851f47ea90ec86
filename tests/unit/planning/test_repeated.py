"""A resource that stands twice in managed/ with the same content becomes one, and no comment is lost."""

from small_fabric import errors, managed, planned

from fgd_sync.model.change import Move, Write

GROUP = b"apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata:\n  name: pair\n%bspec: {}\n"


def test_the_comments_of_both_are_kept() -> None:
    path = "managed/switchgroups/pair.yaml"
    twice = GROUP % b"  # one\n" + b"---\n# other\n" + GROUP % b"  # two\n"
    made = planned({**managed(), path: twice})
    assert errors(made) == []
    (text,) = (item.data.decode() for item in made.changes if isinstance(item, Write) and item.path == path)
    assert all(f"# {word}" in text for word in ("one", "other", "two"))
    assert text.count("kind:") == 1


def test_a_file_with_comments_stays_where_the_other_one_cannot_be_given_them() -> None:
    path, other = "managed/switchgroups/pair.yaml", "managed/vpcs/pair.yaml"
    broken, commented = GROUP % b"" + b"---\na: [1\n", GROUP % b"" + b"---\n# why there are two\n"
    made = planned({**managed(), path: broken, other: commented})
    touched = {item.path for item in made.changes if not isinstance(item, Move)}
    assert not touched & {path, other}
    made = planned({**managed(), path: broken, other: GROUP % b""})
    assert other in {item.path for item in made.changes if not isinstance(item, Move)}, (
        "without comments nothing is lost"
    )
