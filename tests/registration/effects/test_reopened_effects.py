"""A failed effect that is reopened: what was sent before may still appear, and must not be done twice."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from registration.configuration.models import RestaurantSection
from registration.effects import EffectRow
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import AccountOutputs, MenuOutputs, Outputs
from registration.effects.queries import reopen_effects
from registration.errors import EffectFailed, EffectUndecided, PlatformUnclear
from registration.operations.resolve import Resolution, resolve
from registration.platform import requests
from registration.platform.requests import PlatformRequest
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution
from tests.registration.job_process import PASSWORD, JobProcess
from tests.registration.tenant import Tenant

pytestmark = pytest.mark.slow

ACCOUNT, RESTAURANT = SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION
LIMIT_OF_TAGS = 3600 * 0.004
"""Real seconds here."""
MERE = Attribution("Mere", "looked at the platform")


def registration(work: JobProcess) -> PlatformRequest:
    """The request for the restaurant."""
    restaurant = RestaurantSection(name="Kai", address="1 Queen Street", city="Auckland", phone="+6493791234")
    first = requests.RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT
    return requests.register_restaurant(work.restaurant_id, first, work.email, PASSWORD, restaurant)


async def reopened(work: JobProcess, name: str) -> None:
    """What `registration retry` does to an effect's row."""
    async with work.database.transaction(work.organisation_id) as transaction:
        assert name in await reopen_effects(transaction, work.job_id, [name])


async def resolved(work: JobProcess, name: str, resolution: Resolution, given_id: str | None = None) -> None:
    """A person resolves the effect, with the platform's id of the restaurant if it is about that."""
    key = (work.database, work.organisation_id, work.job_id)
    await resolve(*key, name, resolution, MERE, pumpd_restaurant_id=given_id)


@pytest_asyncio.fixture
async def newcomer(tenant: Tenant) -> AsyncGenerator[JobProcess]:
    """A process at work on a restaurant that the platform does not know yet."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as made:
        yield made


async def half_an_account(work: JobProcess) -> None:
    """The platform says success, its table says that the account is still being opened; the row is failed, reopened."""
    await work.misbehave("register-account", "nothing_done")
    with pytest.raises(EffectFailed, match=r"^the platform said success, but .* is still opening the account"):
        await work.ledger.perform(work.job_id, work.account())
    await reopened(work, ACCOUNT)


async def test_an_account_that_turns_up_after_its_failure_is_ours(newcomer: JobProcess) -> None:
    """The account was requested with the password that was sent: a probe finds it, and it is not requested again."""
    await half_an_account(newcomer)
    row = await newcomer.row(ACCOUNT)
    assert (row.status, row.sent_at is None) == (SubStepStatus.UNKNOWN, False)
    late = requests.register_account(newcomer.restaurant_id, newcomer.email, PASSWORD, "+6493791234")
    await newcomer.platform.send(late, 10)
    outputs = await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    assert isinstance(outputs, AccountOutputs)
    assert (outputs.email, outputs.already_exists) == (newcomer.email, False)
    assert (await newcomer.row(ACCOUNT)).idempotency_key == f"{newcomer.job_id}:{ACCOUNT}:1"
    assert len(await newcomer.calls("register-account")) == 2  # ours, and that of the platform
    assert await newcomer.done("register-account") == 1


@pytest.mark.parametrize("resolution", Resolution)
async def test_what_never_turned_up_is_for_a_person_who_has_two_ways_out(
    newcomer: JobProcess, resolution: Resolution
) -> None:
    """A retry is no outcome: a person who has looked at the platform decides."""
    await half_an_account(newcomer)
    with pytest.raises(EffectUndecided, match=r"whether it happened cannot be told: .*the platform is still opening"):
        await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    assert (await newcomer.row(ACCOUNT)).needs_person
    await resolved(newcomer, ACCOUNT, resolution)
    again = resolution is Resolution.DO_IT_AGAIN
    if again:
        await newcomer.misbehave("register-account", "too_many", seconds=0.1)
        assert isinstance(await newcomer.ledger.perform(newcomer.job_id, newcomer.account()), AccountOutputs)
    assert (await newcomer.row(ACCOUNT)).status is SubStepStatus.COMPLETED
    assert await newcomer.done("register-account") == again
    assert (await newcomer.row(ACCOUNT)).idempotency_key == f"{newcomer.job_id}:{ACCOUNT}:{2 if again else 1}"
    assert len(await newcomer.calls("register-account")) == (3 if again else 1)


async def test_a_create_that_may_have_happened_is_looked_for_after_its_reopening(work: JobProcess) -> None:
    """Nobody knew what became of it when it failed; the platform's record shows later that it was done."""

    async def half(_row: EffectRow, _outputs: Outputs) -> Observation:
        return Observation(Presence.PARTIAL, "the platform's tables show a part of it")

    with pytest.raises(EffectFailed, match="a part of it"):
        await work.ledger.perform(work.job_id, work.menu_import(read_back=half))
    await reopened(work, SubStepName.MENU_IMPORT)
    assert (await work.row()).status is SubStepStatus.UNKNOWN
    assert isinstance(await work.ledger.perform(work.job_id, work.menu_import()), MenuOutputs)
    assert (await work.row()).idempotency_key == f"{work.job_id}:menuImport:1"
    assert len(await work.calls()) == await work.done() == 1


async def test_a_clear_no_leaves_nothing_out(work: JobProcess) -> None:
    """A reopened effect is sent at once: nothing of the refused request can appear."""
    await work.misbehave("import-menu-direct", "success_false", message="The menu has no category")
    with pytest.raises(EffectFailed):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).sent_at is None
    await reopened(work, SubStepName.MENU_IMPORT)
    assert (await work.row()).status is SubStepStatus.PENDING
    await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.done() == 1


async def test_what_the_platform_said_it_could_not_do_is_over(work: JobProcess) -> None:
    """An answer with numbers is the end of the request: a person is asked without waiting for the limit."""
    await work.ledger.perform(work.job_id, work.menu_import())
    tags = work.effect(SubStepName.ITEM_TAGS, requests.add_item_tags(work.restaurant_id, work.menu_id))
    await work.misbehave("add-item-tags", "partly_failed")
    with pytest.raises(EffectFailed):
        await work.ledger.perform(work.job_id, tags)
    await reopened(work, SubStepName.ITEM_TAGS)
    async with asyncio.timeout(LIMIT_OF_TAGS / 2):
        with pytest.raises(EffectUndecided, match="whether it happened cannot be told"):
            await work.ledger.perform(work.job_id, tags)
    assert len(await work.calls("add-item-tags")) == 1


async def test_a_part_that_somebody_else_put_there_is_for_a_person_too(newcomer: JobProcess) -> None:
    """A registration that was tried by hand and failed may have made the restaurant: ours is not sent."""
    await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    effect = newcomer.effect(RESTAURANT, registration(newcomer))
    await newcomer.misbehave("register-restaurant", "fails", acts=True)
    with pytest.raises(PlatformUnclear):
        await newcomer.platform.send(effect.request, 10)
    with pytest.raises(EffectUndecided, match="only a part of it is there: its registration failed on the platform"):
        await newcomer.ledger.perform(newcomer.job_id, effect)
    row = await newcomer.row(RESTAURANT)
    assert (row.status, row.needs_person, row.sent_at) == (SubStepStatus.UNKNOWN, True, None)
    assert (await newcomer.job())[0] == "action_required"
    await resolved(newcomer, RESTAURANT, Resolution.IT_IS_THERE, "RES123456")
    assert (await newcomer.row(RESTAURANT)).status is SubStepStatus.COMPLETED
    assert len(await newcomer.calls("register-restaurant")) == await newcomer.done("register-restaurant") == 1


async def test_a_set_effect_is_sent_again_at_once(work: JobProcess) -> None:
    """Repeating it is harmless."""
    await work.misbehave("generate-code-injections", "nothing_done")
    with pytest.raises(EffectFailed, match=r"^the platform said success, but "):
        await work.ledger.perform(work.job_id, work.code())
    await reopened(work, SubStepName.CODE_GENERATION)
    assert (await work.row(SubStepName.CODE_GENERATION)).status is SubStepStatus.PENDING
    await work.ledger.perform(work.job_id, work.code())
    assert await work.done("generate-code-injections") == 1
