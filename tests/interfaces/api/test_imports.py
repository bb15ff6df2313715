"""Lists of restaurants over the API."""

import httpx

from tests.interfaces.api.calling import Api
from tests.registration.tenant import Tenant

IMPORT = "/api/restaurants/import"
GOOD = "name,city,phone\nSaffron Lane,Tauranga,09 379 1234\nHarbour,Auckland,\n"
BAD = "name,city,phone\nSaffron Lane,Tauranga,12\nHarbour,Auckland,\n"


async def _send(api: Api, text: str | bytes, kind: str = "text/csv", **query: str) -> httpx.Response:
    headers = api.headers | {"Content-Type": kind}
    return await api.client.post(IMPORT, content=text, headers=headers, params=query)


async def test_a_list_is_imported_once(api: Api, tenant: Tenant) -> None:
    """A dry run says what would be; a repetition makes no restaurant twice."""
    dry = (await _send(api, GOOD, dry_run="true")).json()
    assert (dry["dry_run"], dry["imported"], dry["restaurants"][0]["id"]) == (True, 2, None)
    first, again = [(await _send(api, GOOD)).json() for _ in range(2)]
    assert (first["imported"], again["imported"], again["already_there"]) == (2, 0, 2)
    assert [one["id"] for one in first["restaurants"]] == [one["id"] for one in again["restaurants"]]
    assert (await api.json("/api/restaurants"))["total_count"] == 2


async def test_a_wrong_row_stops_the_list_or_is_left_out(api: Api, tenant: Tenant) -> None:
    """Each with its line and column; nothing is imported unless that is asked for."""
    refused = await _send(api, BAD)
    assert (refused.status_code, refused.json()["code"]) == (422, "BAD_FILE")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/line 2/phone"]
    assert (await api.json("/api/restaurants"))["total_count"] == 0
    skipped = (await _send(api, BAD, skip_invalid="true")).json()
    assert (skipped["imported"], skipped["errors"][0]["line"]) == (1, 2)


async def test_what_is_no_list_is_refused(api: Api, tenant: Tenant) -> None:
    """Bytes, JSON, and a text that is longer than ten megabytes; one of two megabytes is read."""
    assert (await _send(api, b"\xff\xfe")).json()["code"] == "BAD_FILE"
    assert (await _send(api, "{}", kind="application/json")).status_code == 415
    assert (await _send(api, "name\n" + "x" * 10_600_000)).status_code == 413
    assert (await _send(api, "name\n" + "x" * 2_000_000)).json()["code"] == "BAD_FILE"
