"""What a user reads when NetBox, the network or the token is at fault; and that no message holds the token."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from netbox_runs import FastClock, client, idle, outcome, records, resource, tell, vpc
from netbox_server import TOKEN, Fake, serving

from fgd_sync.adapters.netbox import Pace, PynetboxClient
from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.config import NetBoxLimits, NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult

NOTHING = NetBoxSettings()


def told(fake: Fake, settings: NetBoxSettings = NOTHING, token: str = TOKEN) -> NetBoxResult:
    return tell(fake.url, token, outcome(1), records(vpc("web")), settings)


def everything(result: NetBoxResult) -> str:
    return " ".join(f"{item.message} {item.remedy} {item.details!r} {item!r} {item.args}" for item in result.failures)


def codes(result: NetBoxResult) -> list[Code]:
    return [item.code for item in result.failures]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("cut before", code.NETBOX_CONNECTION_FAILED),
        ("html", code.NETBOX_UNSUPPORTED),
        ("503", code.NETBOX_FAILED),
        ("500", code.NETBOX_FAILED),
        ("429", code.NETBOX_FAILED),
        ("404", code.NETBOX_NOT_FOUND),
        ("400", code.NETBOX_REFUSED),
    ],
)
@pytest.mark.parametrize("plugin", [False, True])
def test_each_fault_has_its_code_and_shows_no_token(fault: str, expected: Code, plugin: bool) -> None:
    with serving(plugin=plugin) as fake:
        fake.fault = lambda *_: fault
        result = told(fake)
    assert codes(result)[0] is expected
    assert TOKEN not in everything(result)
    assert TOKEN.rpartition(".")[2] not in everything(result)
    assert all(item.remedy for item in result.failures)


@pytest.mark.parametrize(
    "answer", ["[]", "{}", "7", "null", "[1]", '{"count": 1, "results": [7]}', '{"count": 2, "results": [{}]}']
)
@pytest.mark.parametrize("plugin", [False, True])
def test_answers_that_are_json_but_not_netbox_s_end_in_a_failure(answer: str, plugin: bool) -> None:
    with serving(plugin=plugin) as fake:
        assert not told(fake).failures
        for at in range(1, 8):
            fake.asked.clear()
            fake.fault = lambda number, *_, at=at: f"json {answer}" if number >= at else ""
            result = tell(fake.url, TOKEN, outcome(2), records(vpc("web", 1004)), NetBoxSettings(inventory=True))
            assert result.failures, (at, result)


def test_an_answer_that_repeats_the_token_is_not_passed_on() -> None:
    with serving() as fake:
        fake.tokens = {}
        real = fake.respond
        fake.respond = lambda *args: replace(real(*args), body={"detail": f"bad token {TOKEN}"})  # type: ignore[method-assign]
        result = told(fake)
    assert codes(result) == [code.NETBOX_AUTHENTICATION_FAILED]
    assert TOKEN not in everything(result)


def test_white_space_around_the_token_and_an_address_with_api_are_put_right() -> None:
    with serving() as fake:
        assert client(f"{fake.url}/api/", f" {TOKEN}\n").status()["netbox-version"]


@pytest.mark.parametrize("token", ["", " ", "nbt_a.b\r\nX: y", "two words", "tökén"])
def test_what_cannot_be_a_token_is_refused_before_anything_is_sent(token: str) -> None:
    with pytest.raises(FgdError) as caught:
        client("http://netbox.invalid", token)
    assert caught.value.code is code.NETBOX_AUTHENTICATION_FAILED
    assert not token.strip() or token.strip() not in caught.value.message


def test_a_server_that_is_not_netbox_is_told_with_what_to_check() -> None:
    with serving() as fake:
        (failure,) = tell(f"{fake.url}/elsewhere", TOKEN, outcome(1)).failures
        assert failure.code is code.NETBOX_UNSUPPORTED
        assert "netbox.url" in failure.remedy


def test_nobody_listening_is_told_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = tell(f"http://127.0.0.1:{port}", TOKEN, outcome(1))
    assert codes(result) == [code.NETBOX_CONNECTION_FAILED]
    assert "connection refused" in result.failures[0].message


def test_an_unknown_name_is_told_in_words() -> None:
    result = tell("http://netbox.invalid", TOKEN, outcome(1))
    assert codes(result) == [code.NETBOX_CONNECTION_FAILED]
    assert "name" in result.failures[0].message


@pytest.fixture
def dribbling() -> Iterator[int]:
    """A server that sends a byte of its answer every tenth of a second, for ever."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        thread = threading.Thread(target=_dribble, args=(server, stop))
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()


def _dribble(server: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                )
                while not stop.wait(0.1):
                    connection.sendall(b" ")
            except OSError:
                continue


def test_a_server_that_dribbles_does_not_keep_a_report_beyond_its_time(dribbling: int) -> None:
    clock = FastClock()
    port = PynetboxClient(f"http://127.0.0.1:{dribbling}", TOKEN, clock, Pace(5.0, 1.0))
    before = clock.monotonic()
    with pytest.raises(FgdError) as caught:
        port.status()
    assert caught.value.code is code.NETBOX_CONNECTION_FAILED
    assert clock.monotonic() - before < 3


def test_a_server_that_does_not_answer_in_time_is_given_up() -> None:
    with serving() as fake:
        fake.fault = lambda *_: "slow"
        with pytest.raises(FgdError) as caught:
            client(fake.url, TOKEN, Pace(0.3, 5.0)).status()
    assert "in time" in caught.value.message


def test_a_redirect_is_not_followed_and_gets_no_token() -> None:
    with serving() as elsewhere, serving() as fake:
        fake.redirect = elsewhere.url
        result = told(fake)
        assert codes(result) == [code.NETBOX_UNSUPPORTED]
        assert not elsewhere.asked


def test_a_login_file_does_not_take_the_place_of_the_token(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serving() as fake:
        assert not told(fake).failures


def test_links_to_further_pages_are_not_followed_elsewhere() -> None:
    with serving() as fake:
        fake.put("extras/tags", *({"name": f"t{number}", "slug": f"t{number}"} for number in range(2100)))
        fake.store.base = fake.url
        real = fake.url
        fake.url = "http://netbox.invalid"
        assert len(client(real, TOKEN).list("extras/tags", {})) == 2100


def test_a_write_is_not_sent_twice_when_the_connection_broke() -> None:
    with serving() as fake:
        fake.fault = lambda _, method, __: "cut after" if method == "POST" else ""
        with pytest.raises(FgdError) as caught:
            client(fake.url, TOKEN).create("extras/tags", [{"name": "a", "slug": "a"}])
        assert caught.value.details["doubtful"]
        assert [method for method, _ in fake.asked].count("POST") == 1


def test_a_busy_server_is_asked_again() -> None:
    with serving() as fake:
        fake.fault = lambda number, *_: "503" if number < 3 else ""
        assert client(fake.url, TOKEN).status()["netbox-version"]
        assert len(fake.asked) == 3


# Which way a report goes.


def test_auto_takes_the_plugin_where_there_is_one() -> None:
    with serving(plugin=True) as fake:
        assert told(fake).target == "plugin"
    with serving() as fake:
        assert told(fake).target == "core"


def test_a_plugin_that_is_asked_for_and_not_there_is_a_failure() -> None:
    with serving() as fake:
        assert codes(told(fake, NetBoxSettings(target="plugin"))) == [code.NETBOX_PLUGIN_MISSING]


def test_a_broken_plugin_is_left_alone_unless_it_is_asked_for() -> None:
    with serving(plugin=True) as fake:
        fake.fault = lambda _, __, path: "500" if path.startswith("plugins/") else ""
        result = told(fake)
        assert (result.target, codes(result)) == ("core", [])
        assert [item for item in result.unsupported if "plugin" in item]
        assert codes(told(fake, NetBoxSettings(target="plugin"))) == [code.NETBOX_FAILED]


def test_secrets_of_the_plugin_s_fabrics_are_not_even_fetched() -> None:
    with serving(plugin=True) as fake:
        fake.put("plugins/hedgehog/fabrics", {"name": "north", "kubernetes_token": "k8s-secret"})
        port = client(fake.url, TOKEN)
        (fabric,) = port.list("plugins/hedgehog/fabrics", {})
        assert "kubernetes_token" not in fabric
        single = port.get("plugins/hedgehog/fabrics", fabric["id"])
        assert single
        assert "kubernetes_token" not in single.body


# What the token may not do.


def restricted(fake: Fake, *denied: tuple[str, str]) -> None:
    fake.tokens = {TOKEN: lambda action, path, _: (action, path) not in denied}


def test_without_the_journal_the_status_is_told() -> None:
    with serving() as fake:
        restricted(fake, ("add", "extras/journal-entries"))
        result = told(fake)
        assert codes(result) == [code.NETBOX_PERMISSION_DENIED]
        assert "add extras/journal-entries" in result.failures[0].message
        (home,) = fake.rows("virtualization/clusters")
        assert home["custom_fields"]["fgd_state"] == "completed"


def test_without_custom_fields_the_journal_is_told() -> None:
    with serving() as fake:
        restricted(fake, ("add", "extras/custom-fields"))
        assert codes(told(fake)) == [code.NETBOX_PERMISSION_DENIED]
        assert len(fake.rows("extras/journal-entries")) == 1


def test_where_nothing_may_be_made_what_is_missing_is_told() -> None:
    with serving() as fake:
        (failure,) = told(fake, NetBoxSettings(create=False)).failures
        assert failure.code is code.NETBOX_NOT_FOUND
        fake.put("virtualization/cluster-types", {"name": "Hedgehog fabric", "slug": "hedgehog-fabric"})
        fake.put("virtualization/clusters", {"name": "north", "type": {"slug": "hedgehog-fabric"}})
        result = told(fake, NetBoxSettings(create=False))
        assert not result.failures
        assert len(fake.rows("extras/journal-entries")) == 1
        assert not fake.rows("extras/custom-fields")
        assert [item for item in result.unsupported if "custom fields" in item]


def test_records_of_a_kind_that_may_not_be_written_do_not_keep_the_others_back() -> None:
    with serving(plugin=True) as fake:
        restricted(fake, ("add", "plugins/hedgehog/vpcs"))
        leaf = resource("Switch", "leaf-1", {"role": "server-leaf"})
        result = tell(fake.url, TOKEN, outcome(1), records(vpc("web"), leaf))
        assert codes(result) == [code.NETBOX_PERMISSION_DENIED]
        assert [item["name"] for item in fake.rows("plugins/hedgehog/switches")] == ["leaf-1"]
        fake.tokens = {TOKEN: lambda *_: True}
        assert not tell(fake.url, TOKEN, idle(2), records(vpc("web"), leaf)).failures
        assert [item["name"] for item in fake.rows("plugins/hedgehog/vpcs")] == ["web"]


def test_rows_that_the_token_may_not_change_are_counted() -> None:
    with serving(plugin=True) as fake:
        assert not tell(fake.url, TOKEN, outcome(1), records(vpc("web"), vpc("db"))).failures
        fake.tokens = {TOKEN: lambda action, _, row: (action, row.get("name")) != ("change", "db")}
        result = tell(fake.url, TOKEN, outcome(2), records(vpc("web", 1005), vpc("db", 1006)))
        assert codes(result) == [code.NETBOX_PERMISSION_DENIED]
        assert "1 of 2" in result.failures[0].message


def test_one_record_that_is_refused_does_not_keep_the_others_back() -> None:
    with serving(plugin=True) as fake:
        real = fake.store.insert

        def choosy(path, bodies, may):  # type: ignore[no-untyped-def]
            from netbox_store import RefusedError

            if any(body.get("name") == "vpc-37" for body in bodies):
                raise RefusedError(400, {"spec": ["not this one"]})
            return real(path, bodies, may)

        fake.store.insert = choosy  # type: ignore[method-assign]
        result = tell(fake.url, TOKEN, outcome(1), records(*(vpc(f"vpc-{number}") for number in range(100))))
        assert len(fake.rows("plugins/hedgehog/vpcs")) == 99
        assert [item.code for item in result.failures] == [code.NETBOX_REFUSED]
        assert "vpc-37" in result.failures[0].message
        assert "not this one" in result.failures[0].message


# Deleting.


def test_too_many_deletions_are_refused_and_the_rest_is_told() -> None:
    with serving(plugin=True) as fake:
        many = [vpc(f"vpc-{number}") for number in range(20)]
        assert not tell(fake.url, TOKEN, outcome(1), records(*many)).failures
        settings = NetBoxSettings(limits=NetBoxLimits(max_deletes=10))
        wanted = records(vpc("vpc-0", 1009))
        result = tell(fake.url, TOKEN, outcome(2), wanted, settings)
        assert codes(result) == [code.NETBOX_TOO_DESTRUCTIVE]
        rows = {item["name"]: item for item in fake.rows("plugins/hedgehog/vpcs")}
        assert len(rows) == 20
        assert rows["vpc-0"]["spec"] == vpc("vpc-0", 1009)["spec"]
        meant = outcome(3, actions={"delete": 19})
        assert not tell(fake.url, TOKEN, meant, wanted, settings).failures
        assert len(fake.rows("plugins/hedgehog/vpcs")) == 1


def test_records_of_another_fabric_are_not_touched() -> None:
    with serving(plugin=True) as fake:
        assert not tell(fake.url, TOKEN, outcome(1, "south"), records(vpc("web"))).failures
        assert not tell(fake.url, TOKEN, outcome(1), records(vpc("db"))).failures
        assert not tell(fake.url, TOKEN, outcome(2, actions={"delete": 1}), records()).failures
        assert [item["name"] for item in fake.rows("plugins/hedgehog/vpcs")] == ["web"]


def test_every_write_names_its_sync_in_the_change_log() -> None:
    with serving(plugin=True) as fake:
        assert not told(fake).failures
        ours = [text for path, _, text in fake.store.messages if path.startswith("plugins/")]
        assert ours
        assert all(outcome(1).sync_id in text and outcome(1).correlation_id in text for text in ours)
