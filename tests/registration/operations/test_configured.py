"""One restaurant with a ready configuration: all or nothing, and the same again finds the same batch."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from registration.batches.models import BatchOptions, NewBatch
from registration.configuration.models import YoloConfig
from registration.errors import NotFound, Refused
from registration.operations.configured import Configured, open_configured
from registration.restaurants.queries import save_restaurant
from tests.registration.tenant import Tenant

READY: dict[str, Any] = {
    "address": "1 Queen Street, Auckland",
    "contact_name": "Mere Walker",
    "opening_hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
}


async def _open(tenant: Tenant, restaurant: UUID, given: JsonValue = None, **fields: Any) -> Configured:
    options = BatchOptions(name="Monday")
    new = NewBatch(
        restaurant_ids=(restaurant,), created_by="Mere", options=options, created_by_run=fields.pop("run", None)
    )
    return await open_configured(tenant.database, tenant.organisation_id, new, {} if given is None else given, **fields)


async def _rows(tenant: Tenant, sql: str, **values: Any) -> list[dict[str, Any]]:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return [dict(row) for row in (await transaction.execute(text(sql), values)).mappings()]


async def _refused(tenant: Tenant, restaurant: UUID, given: JsonValue) -> Refused:
    """The refusal, which leaves no batch, no job and no event."""
    with pytest.raises(Refused) as refused:
        await _open(tenant, restaurant, given)
    for table in ("registration_batch_jobs", "registration_jobs", "registration_events"):
        assert await _rows(tenant, f"select 1 from {table}") == []
    assert refused.value.hint
    return refused.value


async def test_steps_1_to_5_are_skipped_and_the_configuration_is_frozen(tenant: Tenant) -> None:
    """Signed by the person; the batch counts as started, so that recovery goes on with it."""
    restaurant, menu = await tenant.restaurant(**READY)
    given: JsonValue = {"website": {"theme": "light"}, "payment": {"include_stripe_link": True}}
    opened = await _open(tenant, restaurant, given)
    steps = await _rows(
        tenant,
        "select step_number, status, result_data from registration_job_steps where job_id = :job order by 1",
        job=opened.job_id,
    )
    assert [step["status"] for step in steps] == ["skipped"] * 5 + ["pending"]
    assert {step["result_data"]["skipped"] for step in steps[:5]} == {"configured by Mere"}
    [job] = await _rows(
        tenant, "select status, execution_config from registration_jobs where id = :job", job=opened.job_id
    )
    config = YoloConfig.model_validate(job["execution_config"])
    assert (job["status"], config) == ("in_progress", opened.config)
    assert (config.website.theme, config.website.nav_text_color.choice, config.menu.selected_menu_id) == (
        "light",
        "secondary",
        menu,
    )
    assert config.payment.include_stripe_link
    [batch] = await _rows(tenant, "select started_at, created_by from registration_batch_jobs")
    assert (batch["started_at"] is not None, batch["created_by"]) == (True, "Mere")
    [event] = await _rows(tenant, "select actor, data from registration_events where what = 'configuration given'")
    assert event == {"actor": "Mere", "data": {"given": given}}


async def test_values_that_follow_others_follow_what_is_given(tenant: Tenant) -> None:
    """The onboarding user gets the account's e-mail; null empties a field."""
    restaurant, _ = await tenant.restaurant(**READY)
    given: JsonValue = {
        "account": {"email": "owner@kai.nz"},
        "restaurant": {"city": None},
        "steps_enabled": {"itemTags": False},
    }
    config = (await _open(tenant, restaurant, given, dry_run=True)).config
    assert (config.account.email, config.onboarding.user_email) == ("owner@kai.nz", "owner@kai.nz")
    assert (config.restaurant.city, len(config.steps_enabled)) == (None, 10)


@pytest.mark.parametrize(
    "given, named",
    [
        ({"website": {"primary_color": "red"}}, "website.primary_color: a colour is written #rrggbb"),
        ({"webste": {}}, "webste: is not a known field"),
        ({"account": {"password": "hush"}}, "account.password: is not a known field"),
        ({"restaurant": []}, "restaurant"),
        ({"steps_enabled": {"makeCoffee": True}}, "steps_enabled"),
        ([], "it is no object"),
    ],
)
async def test_an_invalid_configuration_names_its_fields(tenant: Tenant, given: JsonValue, named: str) -> None:
    """And nothing is written."""
    restaurant, _ = await tenant.restaurant(**READY)
    refused = await _refused(tenant, restaurant, given)
    assert (refused.code, named in refused.message) == ("INVALID_CONFIGURATION", True), refused.message
    assert "hush" not in refused.message


async def test_preflight_comes_first(tenant: Tenant) -> None:
    """With all that is missing; the same configuration is taken once the data are there."""
    restaurant, _ = await tenant.restaurant()
    refused = await _refused(tenant, restaurant, {})
    assert refused.code == "PREFLIGHT_REFUSED"
    assert "there are no opening hours" in refused.details["reasons"]
    assert "there is no address of the restaurant" in refused.message
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await save_restaurant(transaction, restaurant, READY)
    await _open(tenant, restaurant)


async def test_the_same_again_finds_the_same_batch(tenant: Tenant) -> None:
    """Also two at once, and after its end; another configuration of an active restaurant is refused."""
    restaurant, _ = await tenant.restaurant(**READY)
    run = uuid4()
    both = await asyncio.gather(*(_open(tenant, restaurant, run=run) for _ in range(2)))
    assert len({one.batch_id for one in both}) == 1
    assert sorted(one.already for one in both) == [False, True]
    with pytest.raises(Refused, match="active batch “Monday”"):
        await _open(tenant, restaurant, {"website": {"theme": "light"}}, run=uuid4())
    await _rows(tenant, "update registration_jobs set status = 'completed' returning 1")
    again = await _open(tenant, restaurant, run=run)
    assert (again.batch_id, again.already, again.status) == (both[0].batch_id, True, "completed")
    assert len(await _rows(tenant, "select 1 from registration_jobs")) == 1


async def test_a_dry_run_writes_nothing(tenant: Tenant) -> None:
    """And a foreign restaurant is not found."""
    restaurant, _ = await tenant.restaurant(**READY)
    assert (await _open(tenant, restaurant, dry_run=True)).config.restaurant.address == READY["address"]
    assert await _rows(tenant, "select 1 from registration_batch_jobs") == []
    with pytest.raises(NotFound):
        await _open(tenant, uuid4())
