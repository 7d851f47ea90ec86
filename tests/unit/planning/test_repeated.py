"""A resource that stands twice in managed/ with the same content becomes one, and no comment is lost."""

from small_fabric import errors, managed, planned

from fgd_sync.model.change import Write

GROUP = b"apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata:\n  name: pair\n%bspec: {}\n"


def test_the_comments_of_both_are_kept() -> None:
    path = "managed/switchgroups/pair.yaml"
    twice = GROUP % b"  # one\n" + b"---\n# other\n" + GROUP % b"  # two\n"
    made = planned({**managed(), path: twice})
    assert errors(made) == []
    (text,) = (item.data.decode() for item in made.changes if isinstance(item, Write) and item.path == path)
    assert all(f"# {word}" in text for word in ("one", "other", "two"))
    assert text.count("kind:") == 1
