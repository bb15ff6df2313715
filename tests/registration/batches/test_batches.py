"""Opening a batch: everything or nothing, once per flow run, and no restaurant in two of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.errors import NotFound, Refused
from registration.states import SubStepStatus
from tests.registration.tenant import Tenant


async def _open(tenant: Tenant, *restaurant_ids: UUID, **fields: Any) -> UUID:
    new = NewBatch(restaurant_ids=restaurant_ids, created_by="Mere", **fields)
    return await open_batch(tenant.database, tenant.organisation_id, new)


async def _restaurants(tenant: Tenant, count: int) -> list[UUID]:
    return [(await tenant.restaurant())[0] for _ in range(count)]


async def _count(tenant: Tenant, table: str) -> int:
    counted = text(f"select count(*) from {table} where organisation_id = :organisation")
    return int((await tenant.everything.execute(counted, {"organisation": tenant.organisation_id})).scalar_one())


async def _nothing_was_written(tenant: Tenant, batches: int = 0) -> bool:
    return await _count(tenant, "registration_batch_jobs") == batches


async def test_a_batch_has_all_its_rows(tenant: Tenant) -> None:
    """Per restaurant a job in its place, six steps and fourteen effects; an event says who opened it."""
    restaurants = await _restaurants(tenant, 3)
    batch_id = await _open(tenant, *restaurants)
    rows = await tenant.everything.execute(
        text("select restaurant_id, position, status from registration_jobs where batch_job_id = :b order by position"),
        {"b": batch_id},
    )
    assert [tuple(row) for row in rows] == [(one, place_, "pending") for place_, one in enumerate(restaurants, 1)]
    assert await _count(tenant, "registration_job_steps") == 18
    assert await _count(tenant, "registration_sub_steps") == 42
    assert await _count(tenant, "registration_events") == 1


async def test_one_that_is_to_start_is_recovered_if_its_process_dies_at_once(tenant: Tenant) -> None:
    """It counts as started in the transaction that opens it; one that is only opened waits for somebody."""
    [first, second] = await _restaurants(tenant, 2)
    new = NewBatch(restaurant_ids=(first,), created_by="prefect", created_by_run=uuid4())
    started = await open_batch(tenant.database, tenant.organisation_id, new, start=True)
    waits = await _open(tenant, second)
    found = await tenant.everything.execute(text("select batch_job_id from registration_batches_to_recover()"))
    assert {started, waits} & set(found.scalars()) == {started}


async def test_its_name_tells_how_many(tenant: Tenant) -> None:
    """Unless it was given one."""
    [first, second] = await _restaurants(tenant, 2)
    unnamed = await _open(tenant, first)
    named = await _open(tenant, second, options=BatchOptions(name="Monday"))
    rows = await tenant.everything.execute(
        text("select id, name from registration_batch_jobs where organisation_id = :o"), {"o": tenant.organisation_id}
    )
    names = {row.id: row.name for row in rows}
    assert names[unnamed].endswith(" (1 restaurant)")
    assert names[named] == "Monday"


async def test_an_empty_one_is_refused(tenant: Tenant) -> None:
    """Nothing to do is a mistake."""
    with pytest.raises(Refused, match="at least one restaurant"):
        await _open(tenant)


async def test_fifty_one_are_refused(tenant: Tenant) -> None:
    """The message has the numbers; fifty are taken."""
    with pytest.raises(Refused, match="at most 50 restaurants, these are 51"):
        await _open(tenant, *(uuid4() for _ in range(51)))
    with pytest.raises(NotFound):
        await _open(tenant, *(uuid4() for _ in range(50)))


async def test_a_restaurant_named_twice_is_refused(tenant: Tenant) -> None:
    """By its id."""
    [one, other] = await _restaurants(tenant, 2)
    with pytest.raises(Refused, match=f"more than once: {one}"):
        await _open(tenant, one, other, one)
    assert await _nothing_was_written(tenant)


async def test_an_unknown_restaurant_is_refused(tenant: Tenant) -> None:
    """All of them are named, and nothing is written for those that are known."""
    [known], unknown = await _restaurants(tenant, 1), [uuid4(), uuid4()]
    with pytest.raises(NotFound) as refused:
        await _open(tenant, known, *unknown)
    assert all(str(one) in refused.value.message for one in unknown)
    assert await _nothing_was_written(tenant)


async def test_another_organisations_restaurant_is_not_found(tenant: Tenant) -> None:
    """The same words as for one that does not exist."""
    [foreign] = await _restaurants(tenant, 1)
    other = Tenant(tenant.database, tenant.everything, tenant.url, uuid4())
    with pytest.raises(NotFound, match="no such restaurant in this organisation"):
        await _open(other, foreign)


async def test_one_that_is_active_elsewhere_is_refused(tenant: Tenant) -> None:
    """With the name of its restaurant and batch; nothing is written for the others."""
    [busy, idle] = await _restaurants(tenant, 2)
    await _open(tenant, busy, options=BatchOptions(name="Monday"))
    with pytest.raises(Refused, match="is in the active batch “Monday”"):
        await _open(tenant, idle, busy)
    assert await _nothing_was_written(tenant, batches=1)


@pytest.mark.parametrize(
    "status, sent, refused",
    [
        (SubStepStatus.UNKNOWN, True, True),
        (SubStepStatus.IN_PROGRESS, True, True),
        (SubStepStatus.IN_PROGRESS, False, False),
        (SubStepStatus.COMPLETED, True, False),
        (SubStepStatus.FAILED, True, False),
    ],
)
async def test_an_unsettled_effect_keeps_a_restaurant_out(
    tenant: Tenant, status: SubStepStatus, sent: bool, refused: bool
) -> None:
    """Whatever became of the job: something may still happen on the platform."""
    [restaurant] = await _restaurants(tenant, 1)
    before = await _open(tenant, restaurant)
    await tenant.everything.execute(
        text("update registration_jobs set status = 'cancelled' where batch_job_id = :b"), {"b": before}
    )
    await tenant.everything.execute(
        text(
            "update registration_sub_steps set status = :status, sent_at = case when :sent then now() end"
            " where name = 'menuImport' and organisation_id = :o"
        ),
        {"status": status, "sent": sent, "o": tenant.organisation_id},
    )
    if refused:
        with pytest.raises(Refused, match="has no outcome yet"):
            await _open(tenant, restaurant)
    else:
        assert await _open(tenant, restaurant) != before


async def test_a_default_configuration_that_nobody_could_execute_is_refused(tenant: Tenant) -> None:
    """At the door, not days later at the gate; the message names the field."""
    [restaurant] = await _restaurants(tenant, 1)
    with pytest.raises(Refused, match=r"website\.theme"):
        await _open(tenant, restaurant, options=BatchOptions(default_config={"website": {"theme": "pink"}}))
    assert await _nothing_was_written(tenant)


async def test_the_same_flow_run_makes_one_batch(tenant: Tenant) -> None:
    """Run again it finds its batch, whatever it is given."""
    [restaurant], run_id = await _restaurants(tenant, 1), uuid4()
    first = await _open(tenant, restaurant, created_by_run=run_id)
    assert await _open(tenant, restaurant, created_by_run=run_id) == first
    assert await _nothing_was_written(tenant, batches=1)


async def test_the_same_flow_run_twice_at_once_makes_one_batch(tenant: Tenant) -> None:
    """Both get the one that came first."""
    [restaurant], run_id = await _restaurants(tenant, 1), uuid4()
    found = await asyncio.gather(*(_open(tenant, restaurant, created_by_run=run_id) for _ in range(4)))
    assert len(set(found)) == 1
    assert await _nothing_was_written(tenant, batches=1)


async def test_of_two_batches_at_once_one_gets_the_restaurants(tenant: Tenant) -> None:
    """In whatever order they name them; the other one is told to try again, and leaves nothing."""
    restaurants = await _restaurants(tenant, 6)
    orders = (restaurants, restaurants[::-1], restaurants[3:] + restaurants[:3])
    found = await asyncio.gather(*(_open(tenant, *order) for order in orders), return_exceptions=True)
    refused = [one for one in found if not isinstance(one, UUID)]
    assert len(refused) == 2
    assert all(isinstance(one, Refused) for one in refused), refused
    assert await _nothing_was_written(tenant, batches=1)
