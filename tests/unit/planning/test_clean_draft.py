"""A draft: copies on writing, patterns, and comments that follow their values."""

from fgd_sync.planning.draft import Draft, fill, find, pattern
from fgd_sync.yamldoc.comments import Comments


def test_patterns_name_keys_and_items() -> None:
    body = {"spec": {"a": {"links": [{"x": 1}, {"y": 2}]}, "b": {"links": {"0": {"x": 3}}}, "c": [], "d": 4}}
    assert find(body, pattern("spec.*.links[].x")) == [("spec", "a", "links", 0, "x")]
    assert find(body, pattern("spec.*.links.*.x")) == [("spec", "b", "links", "0", "x")]
    assert find(body, pattern("spec.c[]")) == []
    assert find(body, pattern("nothing.here")) == []


def test_wildcards_of_a_target_stand_for_the_same_keys() -> None:
    route = ("spec", "subnets", "front", "dhcp", "pxeURL")
    assert fill(pattern("spec.subnets.*.dhcp.options.pxeURL"), route) == (
        "spec",
        "subnets",
        "front",
        "dhcp",
        "options",
        "pxeURL",
    )


def test_only_what_is_on_the_way_to_a_change_is_copied() -> None:
    body = {"spec": {"a": {"x": 1}, "b": {"y": 2}}, "metadata": {}}
    draft = Draft(body, None)
    draft.put(("spec", "a", "x"), 5)
    assert draft.body == {"spec": {"a": {"x": 5}, "b": {"y": 2}}, "metadata": {}}
    assert draft.body["spec"]["b"] is body["spec"]["b"]
    assert body["spec"]["a"] == {"x": 1}


def test_one_mapping_at_two_places_changes_at_one_of_them() -> None:
    shared = {"x": 1}
    draft = Draft({"a": shared, "b": shared}, None)
    draft.put(("a", "x"), 2)
    draft.put(("b", "y"), 3)
    assert draft.body == {"a": {"x": 2}, "b": {"x": 1, "y": 3}}


def test_comments_that_meet_at_one_place_are_all_kept() -> None:
    old = Comments(("# 1",), "# 2", ("# 3",), {"k": Comments(after="# 4")})
    new = Comments(("# 5",), "# 6", ("# 7",), {"k": Comments(after="# 8")})
    comments = Comments(children={"old": old, "new": new})
    draft = Draft({"old": {"k": 1}}, comments)
    draft.move(("old",), ("new",))
    assert draft.comments is not None
    assert sorted(draft.comments.texts()) == [f"# {number}" for number in range(1, 9)]
    assert comments == Comments(children={"old": old, "new": new})


def test_routes_lead_back_over_moves() -> None:
    draft = Draft({"a": {"x": {"y": 1}}}, None)
    draft.move(("a", "x"), ("b", "z"))
    assert draft.source(("b", "z", "y")) == ("a", "x", "y")
    assert draft.source(("b", "other")) == ("b", "other")
