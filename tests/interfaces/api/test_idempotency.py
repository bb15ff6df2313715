"""A request with an idempotency key, sent again after a lost answer: the same answer, and one batch."""

import asyncio

from sqlalchemy import text

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.tenant import Tenant


async def _batches(tenant: Tenant) -> int:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return await transaction.scalar(text("select count(*) from registration_batch_jobs"))


async def _age(tenant: Tenant, seconds: int, *, answered: bool = True) -> None:
    forget = "" if answered else "status = null, response = null,"
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        then = "now() - make_interval(secs => :seconds)"
        query = f"update registration_idempotency set {forget} updated_at = {then}, created_at = {then}"
        await transaction.execute(text(query), {"seconds": seconds})


async def test_the_same_request_again_is_answered_the_same(api: Api, tenant: Tenant) -> None:
    """Byte for byte, with its status and location; a header says that it is a repetition."""
    body = {"restaurant_ids": [str((await tenant.restaurant())[0])], "name": "Monday"}
    first, again = [await api.post(BATCHES, body, key="monday-1") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await _batches(tenant) == 1


async def test_a_key_belongs_to_one_request(api: Api, tenant: Tenant) -> None:
    """Of one organisation: others may use the same text. A refused request does not use it up."""
    one, two = [str((await tenant.restaurant())[0]) for _ in range(2)]
    assert (await api.post(BATCHES, {"restaurant_ids": []}, key="k")).status_code == 422
    assert (await api.post(BATCHES, {"restaurant_ids": [one]}, key="k")).status_code == 201
    reused = await api.post(BATCHES, {"restaurant_ids": [two]}, key="k")
    assert (reused.status_code, reused.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    for wrong in ("two words", "x" * 256):
        assert (await api.post(BATCHES, {"restaurant_ids": [two]}, key=wrong)).status_code == 422
    assert await _batches(tenant) == 1


async def test_keys_of_other_organisations_are_others(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Neither the answer nor the existence of a key can be told by them."""
    assert (await api.post(BATCHES, {"restaurant_ids": [str((await tenant.restaurant())[0])]}, key="k")).is_success
    theirs = api.as_organisation(other.organisation_id)
    body = {"restaurant_ids": [str((await other.restaurant())[0])]}
    answer = await theirs.post(BATCHES, body, key="k")
    assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, None)


async def test_a_request_whose_process_died_is_done_again_without_a_second_batch(api: Api, tenant: Tenant) -> None:
    """Its batch is found by the key; before that, the request counts as being done."""
    body = {"restaurant_ids": [str((await tenant.restaurant())[0])]}
    made = (await api.post(BATCHES, body, key="k")).json()["batch_job"]["id"]
    await _age(tenant, 0, answered=False)
    running = await api.post(BATCHES, body, key="k")
    assert (running.status_code, running.json()["code"]) == (409, "IN_PROGRESS")
    assert int(running.headers["Retry-After"]) > 0
    await _age(tenant, 60, answered=False)
    again = await api.post(BATCHES, body, key="k")
    assert (again.status_code, again.json()["batch_job"]["id"]) == (201, made)
    assert await _batches(tenant) == 1


async def test_keys_are_forgotten_after_a_day(api: Api, tenant: Tenant) -> None:
    """With their answers."""
    body = {"restaurant_ids": [str((await tenant.restaurant())[0])]}
    await api.post(BATCHES, body, key="old")
    await _age(tenant, 25 * 3600)
    await api.post(BATCHES, {"restaurant_ids": []}, key="new")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        assert await transaction.scalar(text("select count(*) from registration_idempotency")) == 0


async def test_requests_at_one_moment_make_one_batch(api: Api, tenant: Tenant) -> None:
    """The others are answered the same, or told to ask again."""
    body = {"restaurant_ids": [str((await tenant.restaurant())[0])]}
    answers = await asyncio.gather(*(api.post(BATCHES, body, key="k") for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert any(answer.status_code == 201 for answer in answers)
    assert await _batches(tenant) == 1
