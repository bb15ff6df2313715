"""Edits of restaurants over the API, as the original's client saves them, and in parts."""

from typing import Any
from uuid import uuid4

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import at_config_gate
from tests.registration.tenant import Tenant

SAVED: dict[str, Any] = {
    "email": "hello@saffronlane.co.nz",
    "phone": "",
    "user_password_hint": "(made by the system)",
    "name": "Saffron Lane",
    "address": "12 Harbour Street, Tauranga",
    "city": "Tauranga",
    "opening_hours": {"Monday": {"open": "11:00", "close": "21:30"}},
    "theme": "dark",
    "cuisine": ["Indian"],
    "primary_color": "#7A1F2B",
    "secondary_color": "",
    "contact_name": "Mira Tane",
    "contact_email": "",
}


async def test_the_client_saves_a_restaurant_at_the_gate(api: Api, tenant: Tenant) -> None:
    """Empty fields stay, its password is not taken, and the change has a person."""
    waiting = await at_config_gate(tenant)
    path = f"{BATCHES}/jobs/{waiting.job_id}/restaurant"
    edited = await api.done(path, SAVED, method="PATCH")
    assert (edited["restaurant"]["name"], edited["restaurant"]["phone"]) == ("Saffron Lane", "+6493791234")
    assert edited["restaurant"]["opening_hours"] == [
        {"day": "Monday", "hours": {"open": "11:00", "close": "21:30"}},
    ]
    assert edited["ignored"] == ["user_password_hint"]
    assert edited["asked_anew"] == "yolo-config"
    again = await api.done(path, SAVED, method="PATCH")
    assert again["changed"] == []
    [event] = await waiting.query("select actor from registration_events where job_id = :job and what like '%edited%'")
    assert event["actor"] == "mere@example.nz"


async def test_one_field_of_a_restaurant_is_changed(api: Api, tenant: Tenant) -> None:
    """By its own id; null empties a field."""
    restaurant, _ = await tenant.restaurant(city="Auckland")
    path = f"/api/restaurants/{restaurant}"
    edited = await api.done(path, {"city": None, "why": "it moved"}, method="PATCH")
    assert (edited["changed"], edited["restaurant"]["city"]) == (["city"], None)
    assert (await api.done(f"{path}/workflow", {"city": "Nelson"}, method="PATCH"))["changed"] == ["city"]


async def test_what_is_no_edit_is_refused_field_by_field(api: Api, tenant: Tenant) -> None:
    """Nothing is changed; images come from public addresses only."""
    restaurant, _ = await tenant.restaurant()
    path = f"/api/restaurants/{restaurant}"
    answer = await api.send("PATCH", path, {"phone": "12", "email": "nobody", "city": "Nelson"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "INVALID_FIELDS")
    assert {one["pointer"] for one in problem["errors"]} == {"/phone", "/email"}
    assert await api.refused(path, {"paint": "red"}, method="PATCH") == (422, "INVALID_REQUEST")
    assert await api.refused(path, {"city": ""}, method="PATCH") == (422, "NOTHING_TO_CHANGE")
    assert await api.refused(path, {"opening_hours": [{"day": "x"}]}, method="PATCH") == (422, "INVALID_FIELDS")
    for address in ("data:image/png;base64,iVBORw0KGgo=", "/etc/passwd"):
        assert await api.refused(path, {"website_og_image": address}, method="PATCH") == (422, "INVALID_FIELDS")
    private = await api.send("PATCH", path, {"website_og_image": "http://127.0.0.1/share.jpg"})
    assert private.status_code == 422
    assert (await api.json(path))["restaurant"]["city"] != "Nelson"


async def test_restaurants_of_others_cannot_be_edited(api: Api, other: Tenant) -> None:
    """Nor told from none."""
    theirs = await at_config_gate(other)
    for one in (theirs.restaurant_id, uuid4()):
        refused = await api.refused(f"/api/restaurants/{one}", {"city": "Nelson"}, method="PATCH")
        assert refused == (404, "RESTAURANT_NOT_FOUND")
    job = f"/api/registration-jobs/{theirs.job_id}/restaurant"
    assert await api.refused(job, {"city": "Nelson"}, method="PATCH") == (404, "JOB_NOT_FOUND")
