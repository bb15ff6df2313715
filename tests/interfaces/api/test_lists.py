"""Restaurants, images, pending leads and what waits at the gates."""

import base64
from typing import Any

import pytest

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

PNG = b"\x89PNG\r\n\x1a\n kai"
SVG = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cscript/%3E%3C/svg%3E"


async def _restaurants(api: Api, **query: Any) -> set[str]:
    return {one["name"] for one in (await api.json("/api/restaurants", **query))["restaurants"]}


async def test_restaurants_by_what_is_known_of_them(api: Api, tenant: Tenant) -> None:
    """In a batch that runs, on the platform, by city and cuisine."""
    waiting = await at_company_gate(tenant, name="Waits", city="Ōtaki")
    there, _ = await tenant.restaurant(name="There", city="Otaki", cuisine=["Bubble Tea"])
    on_platform = {"restaurant_id": there, "pumpd_restaurant_id": "RES1"}
    await add(tenant.everything, "pumpd_restaurants", tenant.organisation_id, **on_platform)
    account = {"restaurant_id": there, "registration_status": "completed"}
    await add(tenant.everything, "pumpd_accounts", tenant.organisation_id, **account)
    assert await _restaurants(api) == {"Waits", "There"}
    assert await _restaurants(api, active="true") == await _restaurants(api, registered="false") == {"Waits"}
    assert await _restaurants(api, active="false") == await _restaurants(api, registered="true") == {"There"}
    assert await _restaurants(api, city="ōtaki") == {"Waits", "There"}
    assert await _restaurants(api, cuisine="bubble-tea") == await _restaurants(api, search="ther") == {"There"}
    [row] = (await api.json("/api/restaurants", active="true"))["restaurants"]
    assert row["active_job"] == {"id": str(waiting.job_id), "batch_job_id": str(waiting.batch_id)}
    assert (row["has_menu"], row["has_account"]) == (True, False)


async def test_one_restaurant_under_both_of_its_paths(api: Api, tenant: Tenant) -> None:
    """Hours in the form that the original's tabs read, from any form in which they are stored; menus newest first."""
    hours = [{"day": "Friday", "open": "5 PM", "close": "9 PM"}]
    restaurant_id, menu_id = await tenant.restaurant(opening_hours=hours, cuisine=["Thai"], theme="light")
    shown = (await api.json(f"/api/restaurants/{restaurant_id}"))["restaurant"]
    assert shown == (await api.json(f"/api/restaurants/{restaurant_id}/details"))["restaurant"]
    assert shown["opening_hours"] == [{"day": "Friday", "hours": {"open": "17:00", "close": "21:00"}}]
    [menu] = shown["menus"]
    assert (menu["id"], menu["version"], menu["item_count"], menu["is_active"]) == (str(menu_id), "1", 12, True)


IMAGES = {
    "data:image/png;base64," + base64.b64encode(PNG).decode(): ("image/png", PNG),
    "data:image/jpeg;charset=utf-8;base64,/9j/AAA=": ("image/jpeg", b"\xff\xd8\xff\x00\x00"),
    "data:image/svg+xml;base64," + base64.b64encode(PNG).decode(): ("image/png", PNG),
    SVG: None,
    "data:image/png;base64,PHNjcmlwdD4=": None,
    "data:image/png;base64,***": None,
    "data:text/html,<script/>": None,
    "https://kai.example.nz/1.png": None,
    "": None,
}


@pytest.mark.parametrize("stored", IMAGES)
async def test_an_image_is_what_its_bytes_are(api: Api, tenant: Tenant, stored: str) -> None:
    """Not what it is called; nothing that could run in a browser, and nothing that would have to be fetched."""
    restaurant_id, _ = await tenant.restaurant(ubereats_og_image=stored)
    answer = await api.get(f"/api/restaurants/{restaurant_id}/images/ubereats_og_image")
    expected = IMAGES[stored]
    if expected is None:
        assert (answer.status_code, answer.json()["code"]) == (404, "IMAGE_NOT_FOUND")
        return
    assert (answer.headers["Content-Type"], answer.content) == expected
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    tag = answer.headers["ETag"]
    assert (await api.get(str(answer.url.path), {"If-None-Match": tag})).status_code == 304


async def test_pending_leads_are_those_that_passed_and_were_not_converted(api: Api, tenant: Tenant) -> None:
    """With numbers as numbers, counts of reviews as texts, hours as texts; NaN is no rating."""
    scraping = await add(tenant.everything, "lead_scrape_jobs", tenant.organisation_id, platform="doordash")
    passed = {"lead_scrape_job_id": scraping, "current_step": 4, "step_progression_status": "passed"}
    full = {
        "restaurant_name": "Full",
        "city": "Tāmaki",
        "ubereats_cuisine": ["Thai", "Fish & Chips"],
        "ubereats_average_review_rating": 4.6,
        "google_average_review_rating": float("nan"),
        "ubereats_number_of_reviews": "1,200+",
        "opening_hours": [{"day": "Friday", "hours": "5 PM–9 PM"}],
    }
    for columns in (full, {"restaurant_name": "Bare"}, {"restaurant_name": "Early", "current_step": 3}):
        await add(tenant.everything, "leads", tenant.organisation_id, **passed | columns)
    page = await api.json("/api/leads/pending", limit=1000)
    assert page["pagination"]["total"] == 2
    by_name = {one["restaurant_name"]: one for one in page["leads"]}
    assert set(by_name) == {"Full", "Bare"}
    lead = by_name["Full"]
    assert (lead["ubereats_average_review_rating"], lead["google_average_review_rating"]) == (4.6, None)
    assert (lead["ubereats_number_of_reviews"], lead["platform"]) == ("1,200+", "doordash")
    assert lead["opening_hours"] == [{"day": "Friday", "open": "17:00", "close": "21:00", "period": None}]
    for query in (
        {"city": "tamaki"},
        {"cuisine": "fish-and-chips"},
        {"search": "ful", "platform": "doordash,ubereats"},
    ):
        found = (await api.json("/api/leads/pending", **query))["leads"]
        assert [one["restaurant_name"] for one in found] == ["Full"], query
    assert (await api.json("/api/leads/pending", platform="ubereats"))["leads"] == []
    choices = await api.json("/api/leads/pending/filter-options")
    assert choices["platforms"] == [found[0]["platform"]]
    assert (choices["cities"], choices["cuisines"]) == (["Tāmaki"], ["Fish & Chips", "Thai"])


async def test_what_waits_at_both_gates(api: Api, tenant: Tenant) -> None:
    """Who has waited longest first."""
    company, config = await at_company_gate(tenant), await at_config_gate(tenant)
    gates = (await api.json("/api/gates"))["gates"]
    assert [(one["batch_id"], one["gate"], one["count"]) for one in gates] == [
        (str(company.batch_id), "company-selection", 1),
        (str(config.batch_id), "yolo-config", 1),
    ]


async def test_a_gate_asks_what_every_interface_asks(api: Api, tenant: Tenant) -> None:
    """The choices with their answers, the facts, what is in the way; an answer says which visit it is for."""
    company, config = await at_company_gate(tenant), await at_config_gate(tenant)
    step = await api.json(f"{BATCHES}/{company.batch_id}/steps/3")
    [row] = step["restaurants"]
    answers = [choice["answer"] for choice in row["question"]["choices"]]
    assert {"kind": "company", "company_number": "1234567"} in answers
    assert None in answers
    assert len(row["candidates"]) == len(step["candidates"]) == 2
    assert row["question"]["visit"] == row["visit"] == 1
    step = await api.json(f"{BATCHES}/{config.batch_id}/steps/5")
    [row] = step["restaurants"]
    assert row["question"]["facts"]["e-mail"].endswith("@example.nz")
    assert (step["candidates"], step["summary"]["action_required"]) == (None, 1)
    assert [one["question"] for one in (await api.json(f"{BATCHES}/{config.batch_id}/steps/4"))["restaurants"]] == [
        None
    ]
