"""What the platform shows of work that a person did by hand: proven, or why it is not."""

from pydantic import SecretStr

from registration.effects.evidence import Presence
from registration.effects.outputs import RestaurantOutputs
from registration.operations.by_hand import finish_by_hand
from registration.operations.job_state_queries import read_job_state
from registration.operations.platform_checks import PlatformChecks
from registration.settings import Settings
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from tests.plain_http import plain_http
from tests.registration.job_process import SERVICE_KEY
from tests.registration.operations.ended_jobs import MERE, EndedJob, ended_job
from tests.registration.tenant import Tenant

N = SubStepName


def _checks(job: EndedJob, key: SecretStr = SERVICE_KEY) -> PlatformChecks:
    installation = Settings(platform_url=job.tenant.url, platform_key=key)
    return PlatformChecks(job.tenant.database, job.tenant.organisation_id, installation)


async def _register(job: EndedJob) -> None:
    """Have somebody register the restaurant on the platform without us."""
    body = {
        "restaurantId": str(job.restaurant_id),
        "registrationType": "new_account_with_restaurant",
        "email": job.email,
        "password": "Correct.Horse-7Battery",
        "restaurantName": "Kai",
        "address": "1 Queen Street",
        "phone": "+6493791234",
        "hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
        "city": "Auckland",
    }
    headers = {
        "X-Service-Key": SERVICE_KEY.get_secret_value(),
        "X-Organisation-ID": str(job.tenant.organisation_id),
    }
    async with plain_http(job.tenant.url) as client:
        answer = await client.post("/api/registration/register-restaurant", json=body, headers=headers, timeout=20)
        assert answer.is_success, answer.text


async def test_a_registration_by_hand_is_proven_by_the_platform(tenant: Tenant) -> None:
    """Its id and addresses are taken from there: nobody has to type them."""
    job = await ended_job(tenant, N.RESTAURANT_REGISTRATION)
    await _register(job)
    async with _checks(job) as platform:
        key = (tenant.database, tenant.organisation_id, job.job_id, N.RESTAURANT_REGISTRATION, MERE)
        stated = await finish_by_hand(*key, platform.shown)
    row = await job.row(N.RESTAURANT_REGISTRATION)
    outputs = RestaurantOutputs.model_validate(row["outputs"])
    assert (stated.known, row["known"]) == (Assurance.PROVEN, "proven")
    assert str(outputs.pumpd_restaurant_id).startswith("RES")
    assert (row["evidence"]["said_by"], row["evidence"]["id"]) == ("Mere", outputs.pumpd_restaurant_id)
    assert N.MENU_IMPORT in stated.opened


async def test_what_the_platform_does_not_show_stays_a_persons_word(tenant: Tenant) -> None:
    """Also where the platform cannot be asked."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        state = await read_job_state(transaction, job.job_id)
    async with _checks(job) as platform:
        assert (await platform.shown(state, N.MENU_IMPORT)).verdict is not Presence.PRESENT
    async with _checks(job, SecretStr("")) as platform:
        unasked = await platform.shown(state, N.MENU_IMPORT)
    assert (unasked.verdict, unasked.reason[:26]) == (Presence.UNKNOWN, "the platform was not asked")
