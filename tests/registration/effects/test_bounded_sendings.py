"""Requests that never get a clear answer: how often they are sent, and who decides then."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from registration.configuration.models import RestaurantSection
from registration.effects import Effect, EffectRow
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import AccountOutputs, OnboardingUserOutputs
from registration.errors import EffectFailed, EffectUndecided
from registration.kit.opening_hours_text import parse_opening_hours
from registration.operations.resolve import Resolution, resolve
from registration.platform import requests
from registration.platform.requests import PlatformRequest
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from registration.workflow.transition_queries import Attribution
from tests.registration.job_process import PASSWORD, JobProcess
from tests.registration.tenant import Tenant
from tests.waiting import HANG, eventually

pytestmark = pytest.mark.slow

N = SubStepName
SCALE = 0.004
"""The clock of `Tenant`."""

SAID = "No restaurant in the list"
COMMAND = f'Command failed: node x.js --email="a@b.nz" --password="{{}}"\n{SAID}'
NEVER_AGAIN = (
    N.RESTAURANT_REGISTRATION,
    N.MENU_IMPORT,
    N.OPTION_SETS,
    N.ITEM_TAGS,
    N.SERVICES_CONFIG,
    N.PAYMENT_CONFIG,
    N.CREATE_ONBOARDING_USER,
)


def request_of(work: JobProcess, name: SubStepName) -> PlatformRequest:
    """The request of a sub-step that makes or switches something."""
    restaurant, menu = work.restaurant_id, work.menu_id
    first = requests.RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT
    return {
        N.RESTAURANT_REGISTRATION: lambda: requests.register_restaurant(
            restaurant,
            first,
            work.email,
            PASSWORD,
            RestaurantSection(name="Kai", opening_hours=parse_opening_hours("Fri 11:00-21:00")),
        ),
        N.MENU_IMPORT: lambda: requests.import_menu(restaurant, menu),
        N.OPTION_SETS: lambda: requests.add_option_sets(restaurant, menu),
        N.ITEM_TAGS: lambda: requests.add_item_tags(restaurant, menu),
        N.SERVICES_CONFIG: lambda: requests.configure_services(restaurant),
        N.PAYMENT_CONFIG: lambda: requests.configure_payment(restaurant, include_connect_link=False),
        N.CREATE_ONBOARDING_USER: lambda: requests.create_onboarding_user(restaurant, "Mere", work.email, PASSWORD),
    }[name]()


async def nothing(_row: EffectRow) -> Observation:
    """What the platform shows of something that it may have made all the same."""
    return Observation(Presence.ABSENT, "the platform shows nothing of it")


async def failing(work: JobProcess, name: str, times: int | None = None) -> None:
    """Have every request of a sub-step end as the platform's scripts do when they fail."""
    told = COMMAND.format(PASSWORD.get_secret_value())
    endpoint = SUB_STEPS[SubStepName(name)].endpoint
    await work.misbehave(endpoint, "refused", times=times, status=500, message=told, acts=False)


async def dies_once_sent(work: JobProcess, tenant: Tenant, effect: Effect) -> None:
    """A process that ends while its request is in flight; the next one reconciles the effect.

    The process itself waits for an answer longer than any machine needs to hear of the request.
    """
    patient = replace(effect, limit_seconds=HANG / SCALE)
    endpoint = SUB_STEPS[SubStepName(effect.name)].endpoint
    before = len(await work.calls(endpoint))

    async def has_arrived() -> bool:
        return len(await work.calls(endpoint)) > before

    async with tenant.process(work.batch_id, work.job_id) as other:
        performing = asyncio.create_task(other.ledger.perform(work.job_id, patient))
        await eventually(has_arrived, "the request to arrive")
        performing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await performing


@pytest.mark.parametrize("name", NEVER_AGAIN)
async def test_after_one_unclear_answer_nothing_is_sent_again_by_itself(work: JobProcess, name: SubStepName) -> None:
    """A second restaurant, menu or payment method: a person is asked now, and told what the platform answered."""
    await failing(work, name)
    before = len(await work.calls(SUB_STEPS[name].endpoint))
    async with asyncio.timeout(SUB_STEPS[name].limit_seconds * SCALE):
        with pytest.raises(EffectUndecided, match="whether it happened cannot be told"):
            await work.ledger.perform(work.job_id, work.effect(name, request_of(work, name), observe=nothing))
    row = await work.row(name)
    assert (row.status, row.needs_person, row.window_closed) == (SubStepStatus.UNKNOWN, True, True)
    assert row.error_message is not None
    assert row.error_message.endswith(f": Command failed: *** {SAID}; the platform shows nothing of it")
    assert len(await work.calls(SUB_STEPS[name].endpoint)) == before + 1


async def test_a_set_effect_is_sent_four_times_and_then_failed(work: JobProcess) -> None:
    """Each request ended without success; between them is a growing pause, and no password is kept."""
    await failing(work, N.CODE_GENERATION)
    with pytest.raises(EffectFailed, match="sent 4 times without a clear answer"):
        await work.ledger.perform(work.job_id, work.code())
    assert (await work.row(N.CODE_GENERATION)).status is SubStepStatus.FAILED
    assert len(await work.calls("generate-code-injections")) == 4
    kept = await work.query("select * from registration_sub_steps")
    kept += await work.query("select * from registration_events")
    assert PASSWORD.get_secret_value() not in str(kept)
    assert "--email" not in str(kept)


async def test_sendings_are_counted_over_the_processes_that_die_with_one_out(work: JobProcess, tenant: Tenant) -> None:
    """The row counts the sendings: a crash gives no new ones."""
    await work.misbehave("generate-code-injections", "hang", times=None)
    await work.lease.release()
    for _ in range(3):
        await dies_once_sent(work, tenant, work.code())
        async with tenant.process(work.batch_id, work.job_id) as heir:
            assert await heir.ledger.reconcile(work.job_id, heir.code()) is None
    assert (await work.row(N.CODE_GENERATION)).unclear_sendings == 3
    await dies_once_sent(work, tenant, work.code())
    async with tenant.process(work.batch_id, work.job_id) as heir:
        with pytest.raises(EffectFailed, match="sent 4 times"):
            await heir.ledger.perform(work.job_id, heir.code())
    assert len(await work.calls("generate-code-injections")) == 4


async def test_an_account_is_asked_for_four_times_and_then_by_a_person(tenant: Tenant) -> None:
    """A second request finds what the first one made; the number of requests is limited all the same."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        await failing(work, N.CLOUDWAITRESS_ACCOUNT)
        with pytest.raises(EffectUndecided, match="sent 4 times without a clear answer"):
            await work.ledger.perform(work.job_id, work.account())
        assert len(await work.calls("register-account")) == 4
        assert (await work.row(N.CLOUDWAITRESS_ACCOUNT)).needs_person


async def test_a_persons_decision_counts_anew(work: JobProcess) -> None:
    """A person who approves another request has looked: one request more, and a person again if it is unclear."""
    await failing(work, N.MENU_IMPORT, times=2)
    for _ in range(2):
        with pytest.raises(EffectUndecided):
            await work.ledger.perform(work.job_id, work.menu_import())
        attribution = Attribution("Mere", "looked at the platform")
        again = (work.job_id, N.MENU_IMPORT, Resolution.DO_IT_AGAIN)
        await resolve(work.database, work.organisation_id, *again, attribution)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert (len(await work.calls()), await work.done()) == (3, 1)


async def test_a_user_that_the_platform_has_already_is_enough(work: JobProcess) -> None:
    """One user per e-mail over all organisations: the platform's refusal says that the user exists."""
    user = OnboardingUserOutputs(user_name=None, user_email=work.email, password_generated=None)
    request = request_of(work, N.CREATE_ONBOARDING_USER)
    effect = work.effect(N.CREATE_ONBOARDING_USER, request, there=lambda _said: user)
    told = "User already exists in onboarding system"
    await work.misbehave("create-onboarding-user", "refused", status=400, message=told, acts=False)
    assert await work.ledger.perform(work.job_id, effect) == user
    row = await work.row(N.CREATE_ONBOARDING_USER)
    assert row.status is SubStepStatus.COMPLETED


@pytest.mark.parametrize("previous_sent_at", [False, True])
async def test_an_account_that_the_platform_says_to_have_is_ours_only_if_we_asked_before(
    tenant: Tenant, *, previous_sent_at: bool
) -> None:
    """A first request that meets an account meets somebody else's, with another password."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        if previous_sent_at:
            await failing(work, N.CLOUDWAITRESS_ACCOUNT, times=1)
        told = "Account already registered"
        await work.misbehave("register-account", "success_false", message=told, acts=False)
        ours = AccountOutputs(account_id=None, email=work.email, already_exists=True)
        effect = work.account(there=lambda _said: ours, foreign=lambda _found: "somebody else's")
        if previous_sent_at:
            assert await work.ledger.perform(work.job_id, effect) == ours
        else:
            with pytest.raises(EffectFailed, match="somebody else's") as failed:
                await work.ledger.perform(work.job_id, effect)
            assert failed.value.details["foreign"] is True
