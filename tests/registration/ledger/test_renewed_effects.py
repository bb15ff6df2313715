"""A failed effect that is opened again: what was sent before may still turn up, and must not be done twice."""

import asyncio
from dataclasses import replace

import pytest

from registration.clients import requests
from registration.errors import EffectFailed, EffectUndecided
from registration.evidence import Look, Verdict
from registration.ledger import Entry
from registration.models.outputs import AccountOutputs, MenuOutputs
from registration.resolving import Resolution, resolve
from registration.states import SubStepStatus
from registration.store.moves import Because
from registration.store.renewing import renew
from registration.sub_steps import SubStepName
from tests.registration.at_work import ITEMS, PASSWORD, AtWork
from tests.registration.place import Place

pytestmark = pytest.mark.slow

LIMIT_OF_TAGS = 3600 * 0.004
"""Real seconds here."""
MERE = Because("Mere", "looked at the platform")


async def reopened(work: AtWork, name: str) -> None:
    """What `registration retry` does to an effect's row."""
    async with work.database.transaction(work.organisation_id) as connection:
        assert name in await renew(connection, work.organisation_id, work.job_id, [name])


async def resolved(work: AtWork, name: str, resolution: Resolution) -> None:
    """What a person says of an effect of which only a person can tell."""
    await resolve(work.database, work.organisation_id, work.job_id, name, resolution, MERE)


async def a_part_is_there(work: AtWork) -> None:
    """The platform says success and shows a part of the menu; the row is failed, and opened again."""

    async def look_for_twenty(entry: Entry) -> Look:
        return await work.witness.look(SubStepName.MENU_IMPORT, replace(work.asked(entry), menu_items=20))

    with pytest.raises(EffectFailed, match="but 12 of 20 menu items are there"):
        await work.ledger.perform(
            work.job_id, work.menu_import(read_back=lambda entry, _outputs: look_for_twenty(entry))
        )
    await reopened(work, SubStepName.MENU_IMPORT)


async def test_a_menu_that_turns_up_after_its_failure_is_not_imported_again(work: AtWork) -> None:
    """The platform works on after its success: it is looked for, and found."""
    await a_part_is_there(work)
    row = await work.row()
    assert (row.status, row.sent_at is None) == (SubStepStatus.UNKNOWN, False)
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    assert isinstance(outputs, MenuOutputs)
    assert outputs.item_count == ITEMS
    assert [call["idempotency_key"] for call in await work.calls()] == [f"{work.job_id}:menuImport:1"]
    assert await work.done() == 1


async def test_what_never_turned_up_is_for_a_person(work: AtWork) -> None:
    """A retry does not say that it did not happen: that is said by whoever looked."""
    await a_part_is_there(work)

    async def nothing(_entry: Entry) -> Look:
        return Look(Verdict.NOT_THERE, "the restaurant has no menu items on the platform")

    with pytest.raises(EffectUndecided, match="whether it happened cannot be told"):
        await work.ledger.perform(work.job_id, work.menu_import(look=nothing))
    await resolved(work, SubStepName.MENU_IMPORT, Resolution.DO_IT_AGAIN)
    await work.ledger.perform(work.job_id, work.menu_import(look=nothing))
    keys = [call["idempotency_key"] for call in await work.calls()]
    assert keys == [f"{work.job_id}:menuImport:{generation}" for generation in (1, 2)]


async def test_an_account_that_turns_up_after_its_failure_is_ours(place: Place) -> None:
    """It has the password that was sent: nobody else made it."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as work:
        await work.misbehave("register-account", "nothing_done")
        with pytest.raises(EffectFailed, match=r"^the platform said success, but "):
            await work.ledger.perform(work.job_id, work.account())
        late = requests.register_account(restaurant_id, work.email, PASSWORD, "+6493791234")
        await work.platform.send(late, "the platform, late", 10)
        await reopened(work, SubStepName.CLOUDWAITRESS_ACCOUNT)
        outputs = await work.ledger.perform(work.job_id, work.account())
        assert isinstance(outputs, AccountOutputs)
        assert (outputs.email, outputs.already_exists) == (work.email, False)
        assert await work.done("register-account") == 1


async def test_a_clear_no_leaves_nothing_out(work: AtWork) -> None:
    """Opened again it is sent at once: nothing of it can turn up."""
    await work.misbehave("import-menu-direct", "success_false", message="The menu has no category")
    with pytest.raises(EffectFailed):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).sent_at is None
    await reopened(work, SubStepName.MENU_IMPORT)
    assert (await work.row()).status is SubStepStatus.PENDING
    await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.done() == 1


async def test_what_the_platform_said_it_could_not_do_is_over(work: AtWork) -> None:
    """With its numbers it says that it is done: nothing more of it is waited for before a person is asked."""
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


@pytest.mark.parametrize("resolution", Resolution)
async def test_a_part_of_it_is_for_a_person_who_has_two_ways_out(work: AtWork, resolution: Resolution) -> None:
    """Twelve of twenty items are there: sending again is somebody's decision, and it is followed."""

    async def look_for_twenty(entry: Entry) -> Look:
        return await work.witness.look(SubStepName.MENU_IMPORT, replace(work.asked(entry), menu_items=20))

    menu = work.menu_import(look=look_for_twenty, read_back=lambda entry, _outputs: look_for_twenty(entry))
    with pytest.raises(EffectFailed, match="but 12 of 20 menu items are there"):
        await work.ledger.perform(work.job_id, menu)
    await reopened(work, SubStepName.MENU_IMPORT)
    with pytest.raises(EffectUndecided, match="12 of 20 menu items are there"):
        await work.ledger.perform(work.job_id, menu)
    assert (await work.row()).needs_person
    await resolved(work, SubStepName.MENU_IMPORT, resolution)
    if resolution is Resolution.DO_IT_AGAIN:
        await work.misbehave("import-menu-direct", "too_many", seconds=0.1)
        assert isinstance(await work.ledger.perform(work.job_id, menu), MenuOutputs)
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert await work.done() == (2 if resolution is Resolution.DO_IT_AGAIN else 1)


async def test_a_part_that_somebody_else_put_there_is_for_a_person_too(work: AtWork) -> None:
    """Nothing was sent by us; what is there is neither added to nor taken for the whole."""
    await work.platform.send(work.menu_import().request, "by hand", 10)

    async def look_for_twenty(entry: Entry) -> Look:
        return await work.witness.look(SubStepName.MENU_IMPORT, replace(work.asked(entry), menu_items=20))

    with pytest.raises(EffectUndecided, match="only a part of it is there: 12 of 20"):
        await work.ledger.perform(work.job_id, work.menu_import(look=look_for_twenty))
    row = await work.row()
    assert (row.status, row.needs_person, row.sent_at) == (SubStepStatus.UNKNOWN, True, None)
    assert (await work.job())[0] == "action_required"
    await resolved(work, SubStepName.MENU_IMPORT, Resolution.IT_IS_THERE)
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert len(await work.calls()) == 1


async def test_a_set_effect_is_sent_again_at_once(work: AtWork) -> None:
    """Repeating it is harmless."""
    await work.misbehave("generate-code-injections", "nothing_done")
    with pytest.raises(EffectFailed, match=r"^the platform said success, but "):
        await work.ledger.perform(work.job_id, work.code())
    await reopened(work, SubStepName.CODE_GENERATION)
    assert (await work.row(SubStepName.CODE_GENERATION)).status is SubStepStatus.PENDING
    await work.ledger.perform(work.job_id, work.code())
    assert await work.done("generate-code-injections") == 1
