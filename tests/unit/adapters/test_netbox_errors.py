"""Each answer of NetBox's has its code and words, and no token is in them."""

import json

import pytest

from fgd_sync.adapters.netbox_errors import failure_of, not_json, scrubbed, unreachable
from fgd_sync.model import code
from fgd_sync.model.code import Code

PATH = "dcim/devices"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, {"detail": "Invalid v2 token"}, code.NETBOX_AUTHENTICATION_FAILED),
        (401, {"detail": "Authentication credentials were not provided."}, code.NETBOX_AUTHENTICATION_FAILED),
        (403, {"detail": "You do not have permission to perform this action."}, code.NETBOX_PERMISSION_DENIED),
        (404, {"detail": "No Device matches the given query."}, code.NETBOX_NOT_FOUND),
        (409, {"detail": "Unable to delete object."}, code.NETBOX_CONFLICT),
        (412, {"detail": "Precondition failed."}, code.NETBOX_CONFLICT),
        (400, {"name": ["This field is required."]}, code.NETBOX_REFUSED),
        (429, {"detail": "slow down"}, code.NETBOX_FAILED),
        (500, {"error": "boom"}, code.NETBOX_FAILED),
    ],
)
def test_each_status_has_its_code(status: int, body: object, expected: Code) -> None:
    assert failure_of("POST", PATH, status, json.dumps(body)).code is expected


def test_a_page_instead_of_json_is_told_from_a_missing_object() -> None:
    missing = failure_of("GET", "plugins/hedgehog/vpcs", 404, "<html>")
    assert (missing.code, missing.details["json"]) == (code.NETBOX_NOT_FOUND, False)
    assert failure_of("GET", PATH, 404, "<html>").code is code.NETBOX_UNSUPPORTED
    assert failure_of("GET", PATH, 405, "<html>").code is code.NETBOX_UNSUPPORTED
    assert failure_of("GET", PATH, 302, "").code is code.NETBOX_UNSUPPORTED


def test_a_permission_that_is_missing_is_named_as_netbox_names_it() -> None:
    body = json.dumps({"detail": "You do not have permission to perform this action."})
    words = {method: failure_of(method, PATH, 403, body).message for method in ("GET", "POST", "PATCH", "DELETE")}
    assert [text.rpartition("may not ")[2] for text in words.values()] == [
        f"{action} {PATH}" for action in ("view", "add", "change", "delete")
    ]


def test_reasons_of_a_bulk_are_told_once_and_bounded() -> None:
    body = [{"name": ["too long"]}, {}, {"name": ["too long"]}, {"slug": ["x" * 1000]}]
    message = failure_of("POST", PATH, 400, json.dumps(body)).message
    assert message.count("too long") == 1
    assert "name: too long" in message
    assert len(message) < 400


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_is_in_doubt_after_a_fault_of_the_server_and_not_after_a_refusal(method: str) -> None:
    assert failure_of(method, PATH, 500, "{}").details["doubtful"]
    assert not failure_of(method, PATH, 400, "{}").details["doubtful"]
    assert unreachable(method, PATH, "closed the connection", sent=True).details["doubtful"]
    assert not unreachable(method, PATH, "does not listen", sent=False).details["doubtful"]
    assert not_json(method, PATH).details["doubtful"]


def test_reading_is_never_in_doubt() -> None:
    assert not failure_of("GET", PATH, 500, "{}").details["doubtful"]


@pytest.mark.parametrize(
    "secret",
    ["nbt_abcDEF123456.0123456789abcdefghij", "0123456789abcdef" * 2 + "01234567", "Token abcdefghijklmnop1234"],
)
def test_tokens_are_taken_out_of_reasons(secret: str) -> None:
    assert secret not in scrubbed(f"bad {secret} given")
    assert secret not in failure_of("GET", PATH, 400, json.dumps({"detail": f"bad {secret}"})).message
