"""What the twelve sub-steps share: whether they may start, whether they are done, and that every failure can be
corrected.
"""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from registration.accounts.passwords import Cipher, new_password
from registration.errors import ProgrammerError
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.set_up.sub_steps import TASKS
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, REGISTRATION, AtStep6, at_step_6

UPLOAD, SERVICES = SubStepName.UPLOAD_IMAGES, SubStepName.SERVICES_CONFIG
WEBSITE, CODE, MENU = SubStepName.WEBSITE_CONFIG, SubStepName.CODE_GENERATION, SubStepName.MENU_IMPORT


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


def test_there_is_a_task_for_each_of_the_twelve() -> None:
    """In the order of the table."""
    assert list(TASKS) == list(SubStepName)


async def test_an_ended_sub_step_is_not_done_again(tenant: Tenant, email: str) -> None:
    """After a crash the task runs again, and changes nothing."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.run(ACCOUNT)
        assert (await kai.run(ACCOUNT)).name == "AlreadyDone"
        assert await kai.done("register-account") == 1


async def test_an_unmet_need_skips_it_with_the_reason(tenant: Tenant, email: str) -> None:
    """The row names the need, and no request is sent."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.is_now(REGISTRATION, "failed")
        assert (await kai.run(MENU)).name == "Skipped"
        row = await kai.row(MENU)
        assert (row["status"], row["skip_reason"]) == ("skipped", "restaurantRegistration failed")


async def test_an_unknown_need_leaves_it_pending(tenant: Tenant, email: str) -> None:
    """Until the outcome of the need is known."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.is_now(REGISTRATION, "unknown")
        assert (await kai.run(MENU)).name == "Waiting"
        assert (await kai.row(MENU))["status"] == "pending"


async def test_a_disabled_one_is_skipped(tenant: Tenant, email: str) -> None:
    """`steps_enabled` is the only switch."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        assert (await kai.run(CODE)).name == "Skipped"
        assert (await kai.row(CODE))["skip_reason"] == "disabled in configuration"


async def test_without_generated_code_the_website_is_skipped(tenant: Tenant, email: str) -> None:
    """The platform's stored code is read where the generation was switched off."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.is_now(REGISTRATION, "completed")
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        assert (await kai.run(WEBSITE)).name == "Skipped"
        assert (await kai.row(WEBSITE))["skip_reason"] == "no code injection"


async def test_a_platform_that_answers_nonsense_fails_it(tenant: Tenant, email: str) -> None:
    """An unreadable answer to a read before the request fails the sub-step with its reason, so it does not stay open
    forever.
    """
    async with at_step_6(tenant, email) as (kai,):
        await kai.is_now(REGISTRATION, "completed")
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        await kai.misbehave("code-injection", "malformed", times=None)
        assert (await kai.run(WEBSITE)).is_failed()
        row = await kai.row(WEBSITE)
        assert (row["status"], row["error_message"]) == ("failed", "The platform's answer is not a JSON object")


async def test_a_password_that_nobody_can_open_fails_it(tenant: Tenant, email: str) -> None:
    """The encryption key is missing: an engineer adds it and retries."""
    async with at_step_6(tenant, email) as (kai,):
        await _store_under_another_key(kai)
        assert (await kai.run(ACCOUNT)).is_failed()
        row = await kai.row(ACCOUNT)
        assert row["status"] == "failed"
        assert "encrypted with another key" in row["error_message"]
        assert await kai.done("register-account") == 0


async def test_an_effect_in_flight_never_fails_before_it_is_reconciled(tenant: Tenant, email: str) -> None:
    """A process that died sent it, and this process cannot even look: a person must resolve it."""
    async with at_step_6(tenant, email) as (kai,):
        await _store_under_another_key(kai)
        await kai.query(
            "update registration_sub_steps set status = 'in_progress', sent_at = clock_timestamp()"
            " where job_id = :job and name = 'cloudwaitressAccount'"
        )
        assert (await kai.run(ACCOUNT)).name == "NeedsPerson"
        row = await kai.row(ACCOUNT)
        assert (row["status"], row["needs_person"]) == ("unknown", True)


async def test_another_batchs_job_is_refused(tenant: Tenant, email: str) -> None:
    """A task never works on a job of a batch whose lease its process does not hold."""
    async with at_step_6(tenant, email) as (kai,), at_step_6(tenant, f"x{email}"):
        with pytest.raises(ProgrammerError, match="another batch"):
            await kai.run(ACCOUNT)


async def _store_under_another_key(restaurant: AtStep6) -> None:
    other = Cipher([SecretStr(Fernet.generate_key().decode())])
    await restaurant.query(
        "insert into registration_credentials (organisation_id, email, password_encrypted, claimed_by_job_id)"
        " values (:organisation, :email, :password, :job)",
        organisation=restaurant.job.organisation_id,
        email=restaurant.email,
        password=other.encrypt(new_password()),
    )


async def test_the_accounts_password_is_hidden_in_answers_to_requests_that_do_not_carry_it(
    tenant: Tenant, email: str
) -> None:
    """The platform signs in with it, and repeats it in its error texts."""
    async with at_step_6(tenant, email) as (kai,):
        await kai.run(ACCOUNT)
        password = kai.context.cipher.decrypt((await kai.credential())["password_encrypted"]).get_secret_value()
        for name in (CODE, SERVICES, MENU):
            await kai.is_now(REGISTRATION, "completed")
            await kai.is_now(UPLOAD, "skipped")
            told = f"cannot sign in as {email} with {password}, alas"
            await kai.misbehave(SUB_STEPS[name].endpoint, "refused", message=told, acts=False)
            await kai.run(name)
            row = await kai.row(name)
            assert (row["status"], row["error_message"]) == ("failed", f"cannot sign in as {email} with ***, alas")
            assert password not in str(row)
        told = await kai.query("select * from registration_events")
        assert password not in str(told)
