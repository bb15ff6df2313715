"""What the twelve share: may it start, is it done already, and that whatever goes wrong is somebody's to mend."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from registration.accounts.passwords import Cipher, new_password
from registration.errors import ProgrammerError
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.set_up.sub_steps import TASKS
from tests.registration.place import Place
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


async def test_what_has_ended_is_not_done_again(place: Place, email: str) -> None:
    """After a crash the task runs once more, and nothing happens."""
    async with at_step_6(place, email) as (kai,):
        await kai.run(ACCOUNT)
        assert (await kai.run(ACCOUNT)).name == "AlreadyDone"
        assert await kai.done("register-account") == 1


async def test_an_unmet_need_skips_it_with_the_reason(place: Place, email: str) -> None:
    """The row says which need, and nothing is sent."""
    async with at_step_6(place, email) as (kai,):
        await kai.is_now(REGISTRATION, "failed")
        assert (await kai.run(MENU)).name == "Skipped"
        row = await kai.row(MENU)
        assert (row["status"], row["skip_reason"]) == ("skipped", "restaurantRegistration failed")


async def test_an_unknown_need_leaves_it_pending(place: Place, email: str) -> None:
    """Until somebody knows."""
    async with at_step_6(place, email) as (kai,):
        await kai.is_now(REGISTRATION, "unknown")
        assert (await kai.run(MENU)).name == "Waiting"
        assert (await kai.row(MENU))["status"] == "pending"


async def test_a_disabled_one_is_skipped(place: Place, email: str) -> None:
    """`steps_enabled` is the only switch."""
    async with at_step_6(place, email) as (kai,):
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        assert (await kai.run(CODE)).name == "Skipped"
        assert (await kai.row(CODE))["skip_reason"] == "disabled in configuration"


async def test_without_generated_code_the_website_is_skipped(place: Place, email: str) -> None:
    """The platform is asked where the generation was switched off."""
    async with at_step_6(place, email) as (kai,):
        await kai.is_now(REGISTRATION, "completed")
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        assert (await kai.run(WEBSITE)).name == "Skipped"
        assert (await kai.row(WEBSITE))["skip_reason"] == "no code injection"


async def test_a_platform_that_answers_nonsense_fails_it(place: Place, email: str) -> None:
    """A question before the request that cannot be read is a failure with its reason, not a sub-step without end."""
    async with at_step_6(place, email) as (kai,):
        await kai.is_now(REGISTRATION, "completed")
        await kai.change_config("{steps_enabled,codeGeneration}", "false")
        await kai.misbehave("code-injection", "malformed", times=None)
        assert (await kai.run(WEBSITE)).is_failed()
        row = await kai.row(WEBSITE)
        assert (row["status"], row["error_message"]) == ("failed", "The platform's answer is not a JSON object")


async def test_a_password_that_nobody_can_open_fails_it(place: Place, email: str) -> None:
    """The key is missing: a person adds it and retries."""
    async with at_step_6(place, email) as (kai,):
        await _store_under_another_key(kai)
        assert (await kai.run(ACCOUNT)).is_failed()
        row = await kai.row(ACCOUNT)
        assert row["status"] == "failed"
        assert "encrypted with another key" in row["error_message"]
        assert await kai.done("register-account") == 0


async def test_what_is_out_is_never_called_failed_before_it_is_looked_for(place: Place, email: str) -> None:
    """It was sent by a process that died, and this one cannot even ask: a person must settle it."""
    async with at_step_6(place, email) as (kai,):
        await _store_under_another_key(kai)
        await kai.query(
            "update registration_sub_steps set status = 'in_progress', sent_at = clock_timestamp()"
            " where job_id = :job and name = 'cloudwaitressAccount'"
        )
        assert (await kai.run(ACCOUNT)).name == "NeedsPerson"
        row = await kai.row(ACCOUNT)
        assert (row["status"], row["needs_person"]) == ("unknown", True)


async def test_another_batchs_job_is_refused(place: Place, email: str) -> None:
    """A task never works on a job that its process does not hold."""
    async with at_step_6(place, email) as (kai,), at_step_6(place, f"x{email}"):
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
    place: Place, email: str
) -> None:
    """The platform signs in with it, and tells it in the text of what failed."""
    async with at_step_6(place, email) as (kai,):
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
