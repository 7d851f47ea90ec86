"""What reports to NetBox do, with and without the Hedgehog plugin: on the stand-in, and unchanged on a real NetBox.

Set FGD_TEST_NETBOX_URL and FGD_TEST_NETBOX_TOKEN (of a superuser) to run it against a real one.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from netbox_runs import client, idle, outcome, records, resource, vpc
from netbox_site import Site

from fgd_sync.model import code
from fgd_sync.model.config import NetBoxObjectSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult
from fgd_sync.planning.netbox_records import ENDPOINTS

REPORTERS = 8


def fields(site: Site) -> dict[str, Any]:
    return dict(site.home()["custom_fields"])


def tags(item: dict[str, Any]) -> set[str]:
    return {tag["slug"] for tag in item["tags"]}


def plain(result: NetBoxResult) -> NetBoxResult:
    assert not result.failures, [item.message for item in result.failures]
    return result


# The port.


def test_netbox_says_its_version(site: Site) -> None:
    assert site.client().status()["netbox-version"]


@pytest.mark.parametrize("token", ["nbt_aaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "f" * 40])
def test_a_wrong_token_is_told_without_showing_it(site: Site, token: str) -> None:
    with pytest.raises(FgdError) as caught:
        client(site.url, token).list("extras/tags", {})
    assert caught.value.code is code.NETBOX_AUTHENTICATION_FAILED
    assert token not in f"{caught.value.message}{caught.value.details}{caught.value.remedy}"


def made(site: Site, *names: str) -> list[dict[str, Any]]:
    bodies = [{"name": name, "slug": name} for name in names]
    return list(site.client().create("extras/tags", bodies))


def test_a_write_meant_for_an_older_version_is_refused(site: Site) -> None:
    (tag,) = made(site, site.fabric)
    port = site.client()
    seen = port.get("extras/tags", tag["id"])
    assert seen
    assert seen.etag
    after = port.change("extras/tags", tag["id"], {"description": "one"}, seen.etag)
    assert after.body["description"] == "one"
    with pytest.raises(FgdError) as caught:
        port.change("extras/tags", tag["id"], {"description": "two"}, seen.etag)
    assert caught.value.code is code.NETBOX_CONFLICT
    assert port.change("extras/tags", tag["id"], {"description": "two"}, after.etag).body["description"] == "two"


def test_an_object_that_is_not_there_is_none(site: Site) -> None:
    assert site.client().get("extras/tags", 2_000_000_000) is None


def test_an_address_that_is_not_there_is_told_from_an_object_that_is_not(site: Site) -> None:
    with pytest.raises(FgdError) as caught:
        site.client().list("plugins/weather/clouds", {})
    assert caught.value.code is code.NETBOX_NOT_FOUND
    assert not caught.value.details["json"]


def test_a_bulk_is_made_as_a_whole_or_not_at_all(site: Site) -> None:
    made(site, site.fabric)
    with pytest.raises(FgdError):
        made(site, f"{site.fabric}-2", site.fabric)
    names = {item["name"] for item in site.client().list("extras/tags", {"name": f"{site.fabric}-2"})}
    assert f"{site.fabric}-2" not in names


def test_a_bulk_change_gives_back_what_was_changed(site: Site) -> None:
    (tag,) = made(site, site.fabric)
    bodies = [{"id": tag["id"], "description": "one"}, {"id": 2_000_000_000, "description": "one"}]
    assert [item["id"] for item in site.client().update("extras/tags", bodies)] == [tag["id"]]


def test_deleting_what_is_gone_is_no_failure(site: Site) -> None:
    (tag,) = made(site, site.fabric)
    port = site.client()
    port.delete("extras/tags", [tag["id"]])
    port.delete("extras/tags", [tag["id"], 2_000_000_000])
    assert port.get("extras/tags", tag["id"]) is None


def test_filters_that_netbox_does_not_know_are_ignored(site: Site) -> None:
    made(site, site.fabric)
    assert site.client().list("extras/tags", {"weather": "fair"})


def test_a_superuser_may_do_everything(site: Site) -> None:
    assert site.client().allowed("extras/tags") == {"view", "add", "change"}


def test_a_choice_that_is_not_valid_is_refused_with_netbox_s_reason(site: Site) -> None:
    with pytest.raises(FgdError) as caught:
        site.client().create("extras/tags", [{"name": "", "slug": ""}])
    assert caught.value.code is code.NETBOX_REFUSED
    assert "name" in caught.value.message


# Status.


def test_the_first_report_makes_the_object_and_shows_the_state(site: Site) -> None:
    result = plain(site.tell(outcome(1, site.fabric), records(vpc("web"))))
    assert result.target == ("plugin" if site.plugin else "core")
    assert result.changed
    shown = fields(site)
    assert shown["fgd_state"] == "completed"
    assert shown["fgd_sync_id"] == outcome(1).sync_id
    assert shown["fgd_commit"] == outcome(1).commit
    assert shown["fgd_resources"] == 1
    assert (shown["fgd_errors"], shown["fgd_warnings"], shown["fgd_error"]) == (0, 0, None)
    assert shown["fgd_run"].endswith("/runs/1")
    assert "fgd-sync" in tags(site.home())


def test_the_same_report_again_writes_nothing(site: Site) -> None:
    what, wanted = outcome(1, site.fabric), records(vpc("web"))
    plain(site.tell(what, wanted))
    before = site.home()
    again = plain(site.tell(what, wanted))
    assert not again.changed
    assert again.requests <= 5
    assert site.home()["last_updated"] == before["last_updated"]


def test_a_sync_that_changed_nothing_costs_at_most_five_requests(site: Site) -> None:
    wanted = records(vpc("web"))
    plain(site.tell(outcome(1, site.fabric), wanted))
    other_commit = plain(site.tell(idle(2, site.fabric, commit="b" * 40), wanted))
    assert other_commit.requests <= 5
    assert fields(site)["fgd_commit"] == "b" * 40
    quiet = plain(site.tell(idle(3, site.fabric, commit="b" * 40), wanted))
    assert quiet.requests <= 5
    assert not quiet.changed, "a webhook on changes would start the next run"


def test_after_an_hour_without_changes_the_time_is_renewed(site: Site) -> None:
    wanted = records(vpc("web"))
    plain(site.tell(outcome(1, site.fabric), wanted))
    later = idle(2, site.fabric, completed_at="2026-03-01T10:00:00Z")
    assert plain(site.tell(later, wanted)).requests <= 5
    assert fields(site)["fgd_sync_id"] == later.sync_id


def test_a_failed_sync_is_shown_with_its_error(site: Site) -> None:
    plain(site.tell(outcome(1, site.fabric), records(vpc("web"))))
    failed = idle(2, site.fabric, state="failed", kinds={}, actions={}, errors=1, error="FGD_3005 too much")
    plain(site.tell(failed))
    shown = fields(site)
    assert (shown["fgd_state"], shown["fgd_error"], shown["fgd_errors"]) == ("failed", "FGD_3005 too much", 1)
    assert shown["fgd_resources"] == 1, "a failed sync does not know how many there are"
    if site.plugin:
        assert site.home()["sync_status"] == "error"
        assert site.home()["sync_error"] == "FGD_3005 too much"


def test_a_report_that_comes_late_does_not_undo_a_later_one(site: Site) -> None:
    plain(site.tell(outcome(2, site.fabric), records(vpc("web", 1002))))
    plain(site.tell(outcome(1, site.fabric), records(vpc("web", 1001))))
    assert fields(site)["fgd_sync_id"] == outcome(2).sync_id
    if site.plugin:
        assert site.records("vpcs")[0]["spec"]["subnets"]["main"]["vlan"] == 1002
    else:
        assert len(site.entries()) == 2


def test_nothing_is_asked_of_netbox_when_reports_are_off(site: Site) -> None:
    result = site.tell(outcome(1, site.fabric), target="off")
    assert (result.requests, result.target) == (0, "off")


def test_eight_reporters_at_once_make_one_object_and_lose_no_update(site: Site) -> None:
    wanted = records(vpc("web"))
    with ThreadPoolExecutor(REPORTERS) as pool:
        numbers = range(1, REPORTERS + 1)
        results = list(pool.map(lambda number: site.tell(outcome(number, site.fabric), wanted), numbers))
    assert not [item.message for result in results for item in result.failures]
    assert fields(site)["fgd_sync_id"] == outcome(REPORTERS).sync_id
    assert fields(site)["fgd_commit"] == outcome(REPORTERS).commit
    if site.plugin:
        assert len(site.records("vpcs")) == 1
    else:
        entries = [item["comments"] for item in site.entries()]
        assert [sum(outcome(number).sync_id in text for text in entries) for number in numbers] == [1] * REPORTERS


def test_one_sync_told_by_eight_reporters_at_once_is_told_once(site: Site) -> None:
    plain(site.tell(idle(1, site.fabric)))
    with ThreadPoolExecutor(REPORTERS) as pool:
        results = list(pool.map(lambda _: site.tell(outcome(2, site.fabric)), range(REPORTERS)))
    assert not [item.message for result in results for item in result.failures]
    assert fields(site)["fgd_sync_id"] == outcome(2).sync_id
    if not site.plugin:
        assert sum(outcome(2).sync_id in item["comments"] for item in site.entries()) == 1


# Without the plugin: journal and object.


@pytest.fixture
def core(site: Site) -> Site:
    if site.plugin:
        pytest.skip("of NetBox without the plugin")
    return site


def test_each_sync_that_changed_something_gets_one_entry(core: Site) -> None:
    for number in (1, 2, 2, 1):
        plain(core.tell(outcome(number, core.fabric)))
    texts = [item["comments"] for item in core.entries()]
    assert len(texts) == 2
    assert outcome(1).sync_id in texts[0]
    assert outcome(2).commit_url in texts[1]
    assert outcome(2).run_url in texts[1]
    assert {item["kind"]["value"] for item in core.entries()} == {"success"}


def test_a_sync_that_changed_nothing_gets_an_entry_only_if_the_state_changed(core: Site) -> None:
    plain(core.tell(outcome(1, core.fabric)))
    plain(core.tell(idle(2, core.fabric)))
    assert len(core.entries()) == 1
    for number in (3, 4):
        plain(core.tell(idle(number, core.fabric, state="failed", errors=1, error="FGD_3001 busy")))
    assert [item["kind"]["value"] for item in core.entries()] == ["success", "danger"]
    plain(core.tell(idle(5, core.fabric)))
    assert len(core.entries()) == 3


def test_the_fabric_can_be_a_site(core: Site) -> None:
    place = NetBoxObjectSettings(type="dcim.site", name="Fabric {fabric}", slug="{fabric}-dc")
    plain(core.tell(outcome(1, core.fabric), object=place))
    plain(core.tell(outcome(2, core.fabric), object=place))
    (found,) = core.client().list("dcim/sites", {"slug": f"{core.fabric}-dc"})
    assert found["name"] == f"Fabric {core.fabric}"
    assert found["custom_fields"]["fgd_sync_id"] == outcome(2).sync_id


def test_two_objects_of_the_fabric_s_name_are_not_guessed_between(core: Site) -> None:
    port = core.client()
    plain(replace(core, fabric=f"{core.fabric}-x").tell(outcome(1, f"{core.fabric}-x")))
    (kind,) = port.list("virtualization/cluster-types", {"slug": "hedgehog-fabric"})
    body = {"name": core.fabric, "type": kind["id"], "status": "active"}
    first, _ = port.create("virtualization/clusters", [body, body])
    (failure,) = core.tell(outcome(1, core.fabric)).failures
    assert failure.code is code.NETBOX_CONFLICT
    plain(core.tell(outcome(1, core.fabric, netbox_id=first["id"])))
    shown = port.get("virtualization/clusters", first["id"])
    assert shown
    assert shown.body["custom_fields"]["fgd_sync_id"] == outcome(1).sync_id


def test_a_cluster_of_another_type_that_has_the_fabric_s_name_is_left_alone(core: Site) -> None:
    port, mark = core.client(), uuid4().hex[:8]
    (kind,) = port.create("virtualization/cluster-types", [{"name": mark, "slug": mark}])
    (theirs,) = port.create("virtualization/clusters", [{"name": core.fabric, "type": kind["id"], "status": "active"}])
    plain(core.tell(outcome(1, core.fabric)))
    now = port.get("virtualization/clusters", theirs["id"])
    assert now
    assert now.body["last_updated"] == theirs["last_updated"]


def test_other_tags_and_fields_of_the_object_are_left_alone(core: Site) -> None:
    plain(core.tell(outcome(1, core.fabric)))
    port, home = core.client(), core.home()
    made(core, core.fabric)
    port.change(core.path, home["id"], {"tags": [{"name": core.fabric, "slug": core.fabric}], "comments": "ours"}, "")
    plain(core.tell(outcome(2, core.fabric)))
    assert tags(core.home()) == {core.fabric, "fgd-sync"}
    assert core.home()["comments"] == "ours"


# With the plugin: records.


@pytest.fixture
def hnp(site: Site) -> Site:
    if not site.plugin:
        pytest.skip("of the Hedgehog plugin")
    return site


LEAF = resource("Switch", "leaf-1", {"role": "server-leaf", "asn": 65101}, labels={"rack": "r1"})


def test_records_follow_the_managed_files(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(vpc("web"), vpc("db"), LEAF)))
    assert {item["name"] for item in hnp.records("vpcs")} == {"web", "db"}
    (leaf,) = hnp.records("switches")
    assert (leaf["spec"], leaf["labels"]) == (LEAF["spec"], {"rack": "r1"})
    untouched = {item["name"]: item["last_updated"] for item in hnp.records("vpcs")}
    changed = plain(hnp.tell(outcome(2, hnp.fabric, actions={"delete": 1}), records(vpc("web", 1007), LEAF)))
    (web,) = hnp.records("vpcs")
    assert web["spec"]["subnets"]["main"]["vlan"] == 1007
    assert web["last_updated"] != untouched["web"]
    assert hnp.records("switches")[0]["last_updated"] == leaf["last_updated"], "only differences are sent"
    assert [(item.what, item.updated, item.deleted) for item in changed.done if item.what == "VPC"] == [("VPC", 1, 1)]


@pytest.mark.parametrize("kind", sorted(ENDPOINTS))
def test_each_of_the_twelve_kinds_can_be_made_changed_and_deleted(hnp: Site, kind: str) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(resource(kind, "one", {"a": 1}), resource(kind, "two", {"a": 1}))))
    changed = {"actions": {"delete": 1}}
    plain(hnp.tell(outcome(2, hnp.fabric, **changed), records(resource(kind, "one", {"a": 2}))))
    left = {item["name"]: item for item in hnp.records(ENDPOINTS[kind])}
    assert left["one"]["spec"] == {"a": 2}
    two = left.get("two", {"kubernetes_status": "deleting", "sync_error": "deleted from git"})
    assert (two["kubernetes_status"], two["sync_error"]) == ("deleting", "deleted from git"), "gone, or marked as such"


def test_a_record_that_was_marked_as_deleted_comes_back(hnp: Site) -> None:
    both = records(resource("External", "one", {"a": 1}), resource("External", "two", {"a": 1}))
    plain(hnp.tell(outcome(1, hnp.fabric), both))
    deleted = plain(
        hnp.tell(outcome(2, hnp.fabric, actions={"delete": 1}), records(resource("External", "one", {"a": 1})))
    )
    assert [item for item in deleted.unsupported if "fails to delete" in item]
    quiet = plain(hnp.tell(outcome(3, hnp.fabric), records(resource("External", "one", {"a": 2}))))
    assert not quiet.unsupported, "what is marked already is not tried again"
    plain(hnp.tell(outcome(4, hnp.fabric), both))
    left = {item["name"]: (item["kubernetes_status"], item["sync_error"]) for item in hnp.records("externals")}
    assert left == {"one": ("unknown", ""), "two": ("unknown", "")}


def test_a_fabric_that_was_renamed_in_netbox_is_found_by_its_id(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(vpc("web"))))
    number, other = hnp.home()["id"], f"{hnp.fabric}-renamed"
    hnp.client().change(hnp.path, number, {"name": other}, "")
    plain(hnp.tell(outcome(2, hnp.fabric, netbox_id=number), records(vpc("web"))))
    assert replace(hnp, fabric=other).home()["custom_fields"]["fgd_sync_id"] == outcome(2).sync_id


def test_the_id_of_another_fabric_is_not_believed(hnp: Site) -> None:
    theirs = replace(hnp, fabric=f"{hnp.fabric}-theirs")
    plain(theirs.tell(outcome(1, theirs.fabric), records(vpc("web"))))
    before = theirs.home()
    (failure,) = hnp.tell(outcome(2, hnp.fabric, netbox_id=before["id"]), records(vpc("db"))).failures
    assert failure.code is code.NETBOX_CONFLICT
    assert theirs.home()["last_updated"] == before["last_updated"]
    plain(hnp.tell(outcome(2, hnp.fabric), records(vpc("db"))))
    plain(hnp.tell(outcome(3, hnp.fabric, netbox_id=before["id"]), records(vpc("db"))))
    assert theirs.home()["last_updated"] == before["last_updated"]


def test_the_counts_of_the_fabric_follow(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric, kinds={"VPC": 2, "Switch": 1}), records(vpc("web"), vpc("db"), LEAF)))
    home = hnp.home()
    assert (home["sync_status"], home["cached_crd_count"], home["vpcs_count"], home["switches_count"]) == (
        "in_sync", 3, 2, 1,
    )  # fmt: skip
    assert home["last_sync"].startswith("2026-03-01T08:00:01")


def test_an_error_in_a_resource_is_shown_at_its_record(hnp: Site) -> None:
    wanted = records(vpc("web"), errors={"web": "FGD_1003 managed/vpcs/web.yaml:7 no such namespace"})
    plain(hnp.tell(outcome(1, hnp.fabric, errors=1), wanted))
    assert "no such namespace" in hnp.records("vpcs")[0]["sync_error"]
    assert hnp.home()["sync_status"] == "out_of_sync"


def test_a_record_that_somebody_else_made_is_not_deleted(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(vpc("web"))))
    body = {"fabric": hnp.home()["id"], "name": "theirs", "spec": {"subnets": {}, "x": 1}}
    hnp.client().create("plugins/hedgehog/vpcs", [body])
    result = plain(hnp.tell(outcome(2, hnp.fabric), records(vpc("web", 1003))))
    assert {item["name"] for item in hnp.records("vpcs")} == {"web", "theirs"}
    assert [item for item in result.conflicts if "theirs" in item]


def test_a_record_that_is_there_already_is_taken_over(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(LEAF)))
    hnp.client().create("plugins/hedgehog/vpcs", [{"fabric": hnp.home()["id"], "name": "web", "spec": {"x": 1}}])
    plain(hnp.tell(outcome(2, hnp.fabric), records(LEAF, vpc("web"))))
    (web,) = hnp.records("vpcs")
    assert web["spec"] == vpc("web")["spec"]
    assert "fgd-sync" in tags(web)


def test_what_the_plugin_cannot_hold_is_listed_and_the_rest_is_told(hnp: Site) -> None:
    odd = (
        resource("SwitchGroup", "empty", {}),
        resource("VPC", "with.dot", {"subnets": {"a": {"subnet": "10.9.0.0/24"}}}),
        resource("SwitchProfile", "ds3000", {"displayName": "x"}),
    )
    result = plain(hnp.tell(outcome(1, hnp.fabric), records(vpc("web"), *odd)))
    assert [item["name"] for item in hnp.records("vpcs")] == ["web"]
    assert [item.split(":")[0] for item in sorted(result.unsupported)] == [
        "SwitchGroup empty", "SwitchProfile ds3000", "VPC with.dot",
    ]  # fmt: skip


def test_the_journal_of_everybody_still_works(hnp: Site) -> None:
    plain(hnp.tell(outcome(1, hnp.fabric), records(vpc("web"))))
    hnp.client().list("extras/journal-entries", {})


@pytest.mark.parametrize("step", ["create", "update", "delete"])
def test_a_thousand_changed_resources_cost_at_most_thirty_requests(hnp: Site, step: str) -> None:
    many = [vpc(f"vpc-{number}") for number in range(400)]
    many += [resource("Server", f"server-{number}", {"profile": "p"}) for number in range(300)]
    many += [resource("Switch", f"sw-{number}", {"role": "server-leaf"}) for number in range(300)]
    kinds = {"VPC": 400, "Server": 300, "Switch": 300}
    if step != "create":
        before = records(*many, LEAF) if step == "update" else records(*many, LEAF, vpc("web"))
        plain(hnp.tell(outcome(1, hnp.fabric, kinds=kinds), before))
    if step == "update":
        many = [{**item, "spec": {**item["spec"], "description": "new"}} for item in many]
    wanted = records(LEAF) if step == "delete" else records(*many, LEAF)
    what = outcome(2, hnp.fabric, kinds=kinds, actions={step: 1001})
    result = plain(hnp.tell(what, wanted))
    assert sum(item.created + item.updated + item.deleted for item in result.done if item.what in kinds) >= 1000
    assert result.requests <= 30
    assert len(hnp.records("servers")) == (0 if step == "delete" else 300)
