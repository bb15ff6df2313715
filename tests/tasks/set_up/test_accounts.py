"""Which restaurant creates the account of an e-mail, which ones use it, and to whom the account belongs."""

import asyncio
from uuid import UUID, uuid4

import pytest

from registration.accounts.passwords import new_password
from registration.effects.outputs import AccountOutputs
from registration.operations.resolve import Resolution, resolve
from registration.platform import requests
from registration.workflow.transition_queries import Attribution
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, CIPHER, AtStep6, at_step_6
from tests.waiting import HANG, eventually


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def _waits(restaurant: AtStep6) -> bool:
    """True if the restaurant reports that it waits for another one to create the account."""
    message = (await restaurant.row(ACCOUNT))["error_message"] or ""
    return message.startswith(f"waits for the account {restaurant.email}, which is made for Kai")


async def _account(restaurant: AtStep6) -> AccountOutputs:
    return AccountOutputs.model_validate((await restaurant.row(ACCOUNT))["outputs"])


async def _claimed_by(restaurant: AtStep6) -> UUID:
    return (await restaurant.credential())["claimed_by_job_id"]


async def test_one_restaurant_gets_its_account(tenant: Tenant, email: str) -> None:
    """The row is claimed before a request is sent; afterwards it has the account's id and its password."""
    async with at_step_6(tenant, email) as (kai,):
        assert (await kai.run(ACCOUNT)).is_completed()
        outputs, credential = await _account(kai), await kai.credential()
        assert (outputs.existing, outputs.already_exists) == (False, False)
        assert (credential["account_state"], credential["platform_account_id"]) == ("completed", outputs.account_id)
        password = CIPHER.decrypt(credential["password_encrypted"]).get_secret_value()
        assert len(password) == 20
        assert password not in str([await kai.row(ACCOUNT), await kai.query("select * from registration_events")])


async def test_two_restaurants_with_one_email_get_one_account(tenant: Tenant, email: str) -> None:
    """The second waits and uses the account of the first; no request is sent for it."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.misbehave("register-account", "slow", seconds=0.3)
        states = await asyncio.gather(first.run(ACCOUNT), second.run(ACCOUNT))
        assert all(state.is_completed() for state in states)
        both = [await _account(one) for one in (first, second)]
        assert sorted(one.existing for one in both) == [False, True]
        assert await first.done("register-account") + await second.done("register-account") == 1


async def test_the_claim_moves_on_when_the_first_fails(tenant: Tenant, email: str) -> None:
    """Refused for the first restaurant: the second creates the account, with the same password."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.misbehave("register-account", "refused", message="The phone number is not real")
        assert (await first.run(ACCOUNT)).is_failed()
        before = await first.credential()
        assert (await second.run(ACCOUNT)).is_completed()
        assert await _claimed_by(second) == second.job.job_id
        assert (await second.credential())["password_encrypted"] == before["password_encrypted"]
        assert not (await _account(second)).existing


@pytest.mark.parametrize("status", ["skipped", "cancelled"])
async def test_the_claim_moves_on_when_the_first_is_skipped(tenant: Tenant, email: str, status: str) -> None:
    """A sub-step that will never run does not hold the claim."""
    async with at_step_6(tenant, email, email) as (first, second):
        await _claim_without_sending(first)
        await first.is_now(ACCOUNT, status)
        await asyncio.wait_for(second.run(ACCOUNT), HANG)
        assert await _claimed_by(second) == second.job.job_id


async def test_the_claim_moves_on_when_the_first_ones_job_has_ended(tenant: Tenant, email: str) -> None:
    """A failed job leaves sub-steps that no process will begin."""
    async with at_step_6(tenant, email, email) as (first, second):
        await _claim_without_sending(first)
        await first.query("update registration_jobs set status = 'failed' where id = :job")
        await asyncio.wait_for(second.run(ACCOUNT), HANG)
        assert await _claimed_by(second) == second.job.job_id


async def test_an_unknown_creation_holds_the_claim(tenant: Tenant, email: str) -> None:
    """No second account is created while the first may exist."""
    async with at_step_6(tenant, email, email) as (first, second):
        await _claim_without_sending(first)
        await first.query(
            "update registration_sub_steps set status = 'unknown', sent_at = clock_timestamp() where job_id = :job"
            " and name = 'cloudwaitressAccount'"
        )
        waiting = asyncio.create_task(second.run(ACCOUNT))
        await eventually(lambda: _waits(second), "the second restaurant to wait for the account")
        assert not waiting.done()
        assert await _claimed_by(second) == first.job.job_id
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert await second.done("register-account") == 0


async def test_an_account_that_was_asked_for_by_another_restaurant_is_ours(tenant: Tenant, email: str) -> None:
    """The first restaurant's request got no answer and it was left out; its account appears with the password of the
    row.
    """
    async with at_step_6(tenant, email, email) as (first, second):
        await first.misbehave("register-account", "nothing_done")
        assert (await first.run(ACCOUNT)).is_failed()
        password = CIPHER.decrypt((await first.credential())["password_encrypted"])
        late = requests.register_account(first.restaurant_id, email, password, "+6493791234")
        await first.context.platform.send(late, 10)
        assert (await asyncio.wait_for(second.run(ACCOUNT), HANG)).is_completed()
        assert (await second.credential())["account_state"] == "completed"
        assert await second.done("register-account") == 0


async def test_an_account_made_for_another_email_does_not_count(tenant: Tenant, email: str) -> None:
    """The first restaurant failed with this e-mail and was set up with another: no account exists yet."""
    async with at_step_6(tenant, email, email) as (first, second):
        await _claim_without_sending(first)
        await first.is_now(ACCOUNT, "completed")
        await first.query(
            "update registration_sub_steps set outputs = jsonb_build_object('account_id', '1', 'already_exists', false,"
            " 'email', 'other@example.nz') where job_id = :job and name = 'cloudwaitressAccount'"
        )
        await asyncio.wait_for(second.run(ACCOUNT), HANG)
        assert not (await _account(second)).existing
        assert await second.done("register-account") == 1


async def test_a_process_that_died_before_noting_the_account_loses_nothing(tenant: Tenant, email: str) -> None:
    """The ledger has the created account, even if the account's row does not: the second restaurant uses it."""
    async with at_step_6(tenant, email, email) as (first, second):
        await first.run(ACCOUNT)
        await first.query("update registration_credentials set account_state = 'creating' where :job is not null")
        await asyncio.wait_for(second.run(ACCOUNT), HANG)
        assert (await _account(second)).existing


async def test_a_foreign_account_is_refused_with_the_way_out(tenant: Tenant, email: str) -> None:
    """Neither of two restaurants waits for an account that belongs to somebody else."""
    async with at_step_6(tenant, email, email) as (first, second):
        foreign = {"organisation_id": str(tenant.organisation_id), "email": email, "password": "Somebody.Elses-1"}
        (await first.control.post("/sandbox/accounts", json=foreign)).raise_for_status()
        states = [await asyncio.wait_for(one.run(ACCOUNT), HANG) for one in (first, second)]
        assert all(state.is_failed() for state in states)
        assert (await first.credential())["account_state"] == "foreign"
        for one in (first, second):
            row = await one.row(ACCOUNT)
            assert row["status"] == "failed"
            assert "store its password, or use another e-mail" in row["error_message"]
            assert await one.done("register-account") == 0


async def test_a_stored_password_makes_a_foreign_account_ours(tenant: Tenant, email: str) -> None:
    """Only a completed row counts as existing: its stored password is used and no request is sent."""
    async with at_step_6(tenant, email) as (kai,):
        await _claim_without_sending(kai)
        await kai.query("update registration_credentials set account_state = 'completed' where :job is not null")
        assert (await kai.run(ACCOUNT)).is_completed()
        assert (await _account(kai)).existing
        assert await kai.done("register-account") == 0


async def _claim_without_sending(restaurant: AtStep6) -> None:
    """The row of an account that its claimer has not requested yet."""
    await restaurant.query(
        "insert into registration_credentials (organisation_id, email, password_encrypted, claimed_by_job_id)"
        " values (:organisation, :email, :password, :job)",
        organisation=restaurant.job.organisation_id,
        email=restaurant.email,
        password=CIPHER.encrypt(new_password()),
    )


@pytest.mark.parametrize("found", list(Resolution))
async def test_a_restaurant_that_waits_for_an_unknown_account_waits_for_a_person(
    tenant: Tenant, email: str, found: Resolution
) -> None:
    """The waiting restaurant frees its slot, and goes on once a person has resolved the effect; one account exists in
    the end.
    """
    async with at_step_6(tenant, email, email) as (first, second):
        await _never_told(first)
        begun = "update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6"
        await second.query(begun)
        assert (await second.run(ACCOUNT)).name == "NeedsPerson"
        assert (await _job(second), (await second.row(ACCOUNT))["status"]) == ("action_required", "pending")

        said = Attribution("Mere", "she looked")
        await resolve(tenant.database, tenant.organisation_id, first.job.job_id, ACCOUNT, found, said)
        assert await _job(second) == "in_progress"
        await first.run(ACCOUNT)
        assert (await second.run(ACCOUNT)).is_completed()
        assert (await _account(second)).existing
        assert await first.done("register-account") == (found is Resolution.DO_IT_AGAIN)
        assert await second.done("register-account") == 0


async def _never_told(restaurant: AtStep6) -> None:
    """An unknown account creation: the request was sent, and its outcome cannot be found out."""
    await restaurant.query(
        "insert into registration_credentials (organisation_id, email, password_encrypted, claimed_by_job_id)"
        " values (:organisation, :email, :password, :job)",
        organisation=restaurant.job.organisation_id,
        email=restaurant.email,
        password=CIPHER.encrypt(new_password()),
    )
    await restaurant.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true, sent_at = clock_timestamp()"
        " where job_id = :job and name = 'cloudwaitressAccount'"
    )


async def _job(restaurant: AtStep6) -> str:
    [job] = await restaurant.query("select status from registration_jobs where id = :job")
    return job["status"]
