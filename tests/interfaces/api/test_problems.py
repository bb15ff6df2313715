"""Answers that are no success: one form for all, with a code, and nothing that is nobody's business."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import URL

from dev.stack.databases import DatabaseUrls
from interfaces.api.problem_codes import TITLES
from tests.interfaces.api.calling import BATCHES, Api, served_api
from tests.registration.tenant import Tenant

_NOBODY = UUID(int=7)
"""An id of nothing; the same in all processes of a run, which must collect the same tests."""

REFUSED = {
    "status=hush": "?status",
    "status=completed,hush": "?status",
    "current_step=7": "?current_step",
    "current_step=three": "?current_step",
    "sort_by=hush": "?sort_by",
    "sort_direction=up": "?sort_direction",
    "needs=hush": "?needs",
    "created_from=hush": "?created_from",
    "created_from=0.5": "?created_from",
    "limit=0": "?limit",
    "limit=hush": "?limit",
    "offset=-1": "?offset",
}


@pytest.mark.parametrize("query", REFUSED)
async def test_a_value_that_is_none_is_named_and_not_repeated(api: Api, query: str) -> None:
    """It never means "everything"."""
    answer = await api.client.get(f"{BATCHES}?{query}", headers=api.headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["success"]) == (422, "INVALID_REQUEST", False)
    assert [one["pointer"] for one in problem["errors"]] == [REFUSED[query]]
    assert "hush" not in answer.text
    assert isinstance(problem["error"], str)


async def test_unknown_names_of_parameters_are_passed_over(api: Api) -> None:
    """The original's dashboard sends one."""
    assert (await api.get(BATCHES, include_restaurants="true", limit=5)).status_code == 200


NOT_FOUND = {
    f"{BATCHES}/kai": "BATCH_NOT_FOUND",
    f"{BATCHES}/{_NOBODY}": "BATCH_NOT_FOUND",
    f"{BATCHES}/{_NOBODY}/steps/3": "BATCH_NOT_FOUND",
    f"{BATCHES}/{_NOBODY}/steps/0": "STEP_NOT_FOUND",
    f"{BATCHES}/jobs/{_NOBODY}": "JOB_NOT_FOUND",
    "/api/registration-jobs/1234": "JOB_NOT_FOUND",
    f"/api/restaurants/{_NOBODY}": "RESTAURANT_NOT_FOUND",
    f"/api/restaurants/{_NOBODY}/images/logo_url": "RESTAURANT_NOT_FOUND",
    f"/api/restaurants/{_NOBODY}/images/password": "IMAGE_NOT_FOUND",
    "/api/sequence-templates": "NOT_FOUND",
    "/api/../etc/passwd": "NOT_FOUND",
}


@pytest.mark.parametrize("path", NOT_FOUND)
async def test_what_is_not_there_is_404_with_its_kind(api: Api, path: str) -> None:
    """An id that is none at all included. The page of the code exists."""
    answer = await api.get(path)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, NOT_FOUND[path])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (await api.client.get(problem["type"])).json()["title"] == TITLES[problem["code"]]


async def test_another_method_says_which_are_offered(api: Api) -> None:
    """As a problem too."""
    answer = await api.client.delete(BATCHES, headers=api.headers)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "method, path, offered",
    [
        ("PATCH", "/api/restaurants/import", "POST"),
        ("GET", "/api/leads/convert", "POST"),
        ("PATCH", "/api/leads/pending", "GET"),
    ],
)
async def test_a_fixed_address_is_not_read_as_an_id(api: Api, method: str, path: str, offered: str) -> None:
    """A method that it does not offer is refused as such, though the address of one thing would fit."""
    answer = await api.client.request(method, path, headers=api.headers, json={} if method == "PATCH" else None)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == offered


async def test_a_database_that_is_away_is_503(tenant: Tenant) -> None:
    """With the time to come again, and without the address of the database."""
    async with served_api("postgresql://kai:hush-hush@127.0.0.1:1/kai") as client:
        answer = await Api(client, tenant.organisation_id).get(BATCHES)
        ready = await client.get("/api/ready")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "UNAVAILABLE", "5")
    assert "127.0.0.1" not in answer.text
    assert (ready.status_code, ready.json()["parts"]["database"]["ok"]) == (503, False)
    assert "127.0.0.1" not in ready.text


async def test_a_server_without_a_free_connection_is_503_with_its_own_code(full_server: URL, tenant: Tenant) -> None:
    """With what an administrator can do, and without the role's name."""
    async with served_api(full_server.render_as_string(hide_password=False)) as client:
        answer = await Api(client, tenant.organisation_id).get(BATCHES)
    problem = answer.json()
    assert (answer.status_code, problem["code"], answer.headers["Retry-After"]) == (503, "DATABASE_FULL", "5")
    assert "limit of connections" in problem["hint"]
    assert "crowded" not in answer.text


async def test_what_nobody_expected_is_500_with_the_id_only(
    api_client: httpx.AsyncClient, database_urls: DatabaseUrls, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the rest: here a role that cannot act as the application."""
    async with served_api(database_urls.prefect) as client:
        answer = await Api(client, tenant.organisation_id).get(BATCHES)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "INTERNAL")
    assert "role" not in answer.text
    assert problem["request_id"] in caplog.text


async def test_the_process_says_that_it_lives(api: Api) -> None:
    """To anybody, without a token."""
    assert (await api.client.get("/api/health")).json() == {"success": True, "status": "ok"}
