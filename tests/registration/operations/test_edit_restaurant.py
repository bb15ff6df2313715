"""A restaurant that a person edits: validated, recorded, and asked anew where a question depends on it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from registration.errors import NotFound, Refused
from registration.gates.decisions import ChooseCompany, GoAhead
from registration.operations.edit_restaurant import EditedRestaurant, edit_restaurant, read_edit
from registration.restaurants.images import GivenImage
from registration.restaurants.models import ImageName
from registration.workflow.lease_queries import lock_lease
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.at_gate import NUMBERS, at_company_gate, at_config_gate
from tests.registration.tenant import Tenant

MERE = Attribution("Mere", "the owner called")
LOGO = GivenImage("image/png", b"\x89PNG\r\n\x1a\n" + b"logo")


async def _edit(tenant: Tenant, restaurant: UUID, **fields: object) -> EditedRestaurant:
    images: Any = fields.pop("images", None)
    return await edit_restaurant(tenant.database, tenant.organisation_id, restaurant, read_edit(fields), MERE, images)


async def _rows(tenant: Tenant, sql: str, **values: Any) -> list[dict[str, Any]]:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return [dict(row) for row in (await transaction.execute(text(sql), values)).mappings()]


async def test_values_are_read_as_on_import_and_recorded(tenant: Tenant) -> None:
    """With before and after; a blank value empties the field, and what is not named stays."""
    restaurant, _ = await tenant.restaurant(
        email="a@kai.nz", user_email="a@kai.nz", contact_name="Hemi", opening_hours_text="daily"
    )
    fields = {"phone": "09 379 9999", "cuisine": "Thai; Vegan", "opening_hours": "Fri 11:00-21:00"}
    edited = await _edit(tenant, restaurant, **fields, email="B@kai.nz", contact_name="", theme="light")
    [row] = await _rows(tenant, "select * from restaurants")
    assert (row["phone"], row["cuisine"], row["theme"]) == ("+6493799999", ["Thai", "Vegan"], "light")
    assert (row["email"], row["user_email"], row["contact_name"]) == ("b@kai.nz", "b@kai.nz", None)
    assert (row["opening_hours"], row["opening_hours_text"]) == (
        [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
        None,
    )
    assert row["primary_color"] == "#102030"
    [event] = await _rows(tenant, "select * from registration_events where actor = 'Mere'")
    assert (event["reason"], event["job_id"], event["data"]["restaurant_id"]) == (MERE.reason, None, str(restaurant))
    assert event["data"]["changes"]["phone"] == {"before": "+6493791234", "after": "+6493799999"}
    assert set(event["data"]["changes"]) == set(edited.changes)
    again = await _edit(tenant, restaurant, **fields, email="b@kai.nz", contact_name=None, theme="light")
    assert again.changes == {}
    assert len(await _rows(tenant, "select 1 from registration_events where actor = 'Mere'")) == 1


async def test_every_invalid_field_is_named(tenant: Tenant) -> None:
    """A name cannot be emptied, and an unknown field is refused; nothing is changed."""
    with pytest.raises(Refused) as refused:
        read_edit({"name": "", "phone": "12", "website_url": "http://localhost/", "logo": "x", "city": "Napier"})
    assert set(refused.value.details["fields"]) == {"name", "phone", "website_url", "logo"}
    assert (refused.value.code, bool(refused.value.hint)) == ("INVALID_FIELDS", True)
    restaurant, _ = await tenant.restaurant()
    with pytest.raises(Refused, match="no field is named"):
        await _edit(tenant, restaurant)
    with pytest.raises(NotFound):
        await _edit(tenant, uuid4(), city="Napier")


async def test_an_external_id_names_one_restaurant(tenant: Tenant) -> None:
    """An import would not know which one is meant."""
    first, _ = await tenant.restaurant()
    second, _ = await tenant.restaurant()
    await _edit(tenant, first, external_id="K-1")
    with pytest.raises(Refused, match="has the external id K-1"):
        await _edit(tenant, second, external_id="K-1", city="Napier")
    assert await _rows(tenant, "select 1 from restaurants where city = 'Napier'") == []
    await _edit(tenant, first, external_id="")
    await _edit(tenant, second, external_id="K-1")


async def test_images_are_replaced_and_removed(tenant: Tenant) -> None:
    """The event describes them; the same image again changes nothing."""
    restaurant, _ = await tenant.restaurant(facebook_cover_image="https://kai.example.nz/old.jpg")
    images = {ImageName.WEBSITE: LOGO, ImageName.FACEBOOK: None}
    edited = await _edit(tenant, restaurant, images=images)
    [row] = await _rows(tenant, "select website_og_image, facebook_cover_image from restaurants")
    assert (row["website_og_image"], row["facebook_cover_image"]) == (LOGO.data_uri, None)
    assert str(edited.changes["website_og_image"].after).startswith("image/png, 1 kB")
    assert (await _edit(tenant, restaurant, images=images)).changes == {}
    with pytest.raises(Refused, match="hosted_logo_url cannot be replaced"):
        await _edit(tenant, restaurant, images={ImageName.HOSTED_LOGO: LOGO})


async def test_an_open_configuration_is_asked_anew(tenant: Tenant) -> None:
    """The answer to the earlier question is refused; a field on which it does not depend changes nothing."""
    waiting = await at_config_gate(tenant)
    edited = await _edit(tenant, waiting.restaurant_id, doordash_url="https://doordash.example.com/kai")
    assert (edited.asked_anew, await waiting.letters()) == (None, "ccccap")
    edited = await _edit(tenant, waiting.restaurant_id, city="Napier")
    assert (edited.asked_anew, edited.batch_id) == ("yolo-config", waiting.batch_id)
    assert (await waiting.job()).steps[Step.YOLO_CONFIG].visit == 2
    assert not (await waiting.answer(GoAhead(), visit=1)).accepted
    assert (await waiting.answer(GoAhead(), visit=2)).accepted
    [event] = await _rows(tenant, "select job_id from registration_events where what = 'restaurant edited: city'")
    assert event["job_id"] == waiting.job_id
    after = await _edit(tenant, waiting.restaurant_id, city="Hastings")
    assert (after.asked_anew, after.confirmed) == (None, True)


async def test_the_register_is_searched_again_by_a_corrected_name(tenant: Tenant) -> None:
    """The open question about the company waits for that; a contact's phone does not touch it."""
    waiting = await at_company_gate(tenant)
    assert (await _edit(tenant, waiting.restaurant_id, contact_phone="021 123 4567")).asked_anew is None
    edited = await _edit(tenant, waiting.restaurant_id, name="Kai and Co")
    assert (edited.asked_anew, await waiting.letters()) == ("company-selection", "pppppp")
    refused = await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))
    assert not refused.accepted


async def test_two_edits_follow_each_other(tenant: Tenant) -> None:
    """The second one sees what the first one wrote."""
    restaurant, _ = await tenant.restaurant(city="Auckland")
    lock = "select from restaurants where id = :id for no key update"
    async with holding_lock(tenant.everything, lock, id=restaurant) as holder:
        second = asyncio.create_task(_edit(tenant, restaurant, city="Napier"))
        await wait_for_lock_waiters(tenant.everything, query="%from restaurants%")
        await holder.execute(text("update restaurants set city = 'Hastings' where id = :id"), {"id": restaurant})
    assert (await second).changes["city"].before == "Hastings"


async def test_an_edit_waits_for_the_process_of_an_active_batch(tenant: Tenant) -> None:
    """It decides on what the process wrote: the question that was open is answered by then."""
    waiting = await at_config_gate(tenant)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await lock_lease(transaction, waiting.batch_id)
    lock = "select from registration_leases where batch_job_id = :batch for update"
    async with holding_lock(tenant.everything, lock, batch=waiting.batch_id) as holder:
        editing = asyncio.create_task(_edit(tenant, waiting.restaurant_id, city="Napier"))
        await wait_for_lock_waiters(tenant.everything, query="%registration_leases%")
        answered = "update registration_job_steps set status = 'completed' where job_id = :job and step_number = 5"
        await holder.execute(text(answered), {"job": waiting.job_id})
    edited = await editing
    assert (edited.asked_anew, edited.confirmed) == (None, True)
