"""The ledger's clear ways: done and read back, found there, refused, not done though it was said."""

from typing import Any
from uuid import uuid4

import pytest

from registration.clients import requests
from registration.errors import EffectFailed, EffectUndecided
from registration.evidence import Look, Verdict
from registration.models.outputs import AccountOutputs, CodeOutputs, MenuOutputs, OnboardingUserOutputs
from registration.states import SubStepStatus
from registration.sub_steps import SubStepName
from tests.registration.at_work import ITEMS, PASSWORD, AtWork
from tests.registration.place import Place


async def test_a_success_is_read_back_and_kept(work: AtWork) -> None:
    """It is done once, and the row has outputs, evidence of the platform and the key that was sent."""
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert isinstance(outputs, MenuOutputs)
    assert outputs.item_count == ITEMS
    assert (row.status, row.outputs) == (SubStepStatus.COMPLETED, {"item_count": ITEMS, "menu_id": str(work.menu_id)})
    [call] = await work.calls()
    assert call["idempotency_key"] == row.idempotency_key == f"{work.job_id}:menuImport:1"
    [stored] = await work.query(
        "select evidence, fingerprint, completed_at from registration_sub_steps where outputs is not null"
    )
    assert stored["evidence"]["items"] == ITEMS
    assert stored["fingerprint"] == work.menu_import().request.fingerprint
    assert await work.done() == 1


async def test_performing_it_again_gives_what_was_kept(work: AtWork) -> None:
    """A completed effect is never sent again; its outputs come from the database."""
    first = await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.ledger.perform(work.job_id, work.menu_import()) == first
    assert len(await work.calls()) == await work.done() == 1


async def test_a_look_that_finds_it_there_sends_nothing(work: AtWork) -> None:
    """What is on the platform already is adopted as completed."""
    await work.platform.send(work.menu_import().request, "by hand", 10)
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    assert isinstance(outputs, MenuOutputs)
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert len(await work.calls()) == await work.done() == 1


async def test_a_set_effect_does_not_look_first(work: AtWork) -> None:
    """Repeating it is harmless: it is sent even if it was done before, and looked at afterwards only."""
    await work.platform.send(work.code().request, "by hand", 10)
    await work.ledger.perform(work.job_id, work.code())
    assert await work.done("generate-code-injections") == 2
    assert len(await work.calls("code-injection")) == 1


async def test_somebody_elses_account_is_refused(place: Place) -> None:
    """An account that nobody of us asked for fails the effect as foreign, and nothing is sent."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as work:
        foreign = {"organisation_id": str(place.organisation_id), "email": work.email, "password": "Somebody.Elses-1"}
        (await work.control.post("/sandbox/accounts", json=foreign)).raise_for_status()
        with pytest.raises(EffectFailed) as failed:
            await work.ledger.perform(work.job_id, work.account())
        assert failed.value.details["foreign"] is True
        assert await work.calls("register-account") == []
        row = await work.row(SubStepName.CLOUDWAITRESS_ACCOUNT)
        assert (row.status, row.sent_at) == (SubStepStatus.FAILED, None)
        assert str(row.error_message).startswith(f"the platform has an account for {work.email} that was not made here")


async def test_an_account_that_the_platform_hides_and_then_reports_is_foreign(place: Place) -> None:
    """`alreadyExists` of an account that we never asked for before is no success."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as work:
        password = PASSWORD.get_secret_value()
        foreign = {"organisation_id": str(place.organisation_id), "email": work.email, "password": password}
        (await work.control.post("/sandbox/accounts", json=foreign)).raise_for_status()
        await work.misbehave("register-account", "area_absent", times=None)

        def reason(outputs: Any) -> str | None:
            return "foreign" if isinstance(outputs, AccountOutputs) and outputs.already_exists else None

        with pytest.raises(EffectFailed, match="foreign") as failed:
            await work.ledger.perform(work.job_id, work.account(foreign=reason))
        assert failed.value.details["foreign"] is True
        assert await work.done("register-account") == 0


@pytest.mark.parametrize("kind", ["success_false", "refused"])
async def test_a_clear_no_fails_the_effect(work: AtWork, kind: str) -> None:
    """`success: false` and a 4xx are refusals; the row keeps the platform's words and its answer."""
    await work.misbehave("import-menu-direct", kind, message="The menu has no category")
    with pytest.raises(EffectFailed, match="The menu has no category"):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.error_message) == (SubStepStatus.FAILED, "The menu has no category")
    [stored] = await work.query("select error_details from registration_sub_steps where error_details is not null")
    assert stored["error_details"]["path"] == "/api/registration/import-menu-direct"
    assert (len(await work.calls()), await work.done()) == (1, 0)


async def test_what_is_there_after_a_refusal_was_done(work: AtWork) -> None:
    """Of two that ask for one onboarding user at once, the second is refused, looks, and finds it there."""
    name, email = SubStepName.CREATE_ONBOARDING_USER, work.email
    request = requests.create_onboarding_user(work.restaurant_id, "Mere", email, PASSWORD)
    await work.platform.send(request, "the other one", 10)
    await work.misbehave("create-onboarding-user", "area_absent")
    outputs = await work.ledger.perform(work.job_id, work.effect(name, request))
    assert isinstance(outputs, OnboardingUserOutputs)
    assert (await work.row(name)).status is SubStepStatus.COMPLETED
    assert await work.done("create-onboarding-user") == 1


async def test_a_success_that_did_nothing_is_a_failure(work: AtWork) -> None:
    """Completed is true: what the platform does not show after its success is failed."""
    endpoint, effect = "generate-code-injections", work.code()
    await work.misbehave(endpoint, "nothing_done")
    with pytest.raises(EffectFailed, match=r"^the platform said success, but "):
        await work.ledger.perform(work.job_id, effect)
    assert (await work.row(effect.name)).status is SubStepStatus.FAILED
    assert (len(await work.calls(endpoint)), await work.done(endpoint)) == (1, 0)
    assert len(await work.calls("code-injection")) >= 5


@pytest.mark.parametrize("endpoint", ["import-menu-direct", "configure-services"])
async def test_a_success_of_which_nothing_is_shown_is_for_a_person_where_a_second_one_makes_a_second_thing(
    work: AtWork, endpoint: str
) -> None:
    """The platform may not show what it has made: failed would say that it is not there."""
    await work.misbehave(endpoint, "nothing_done")
    effect = work.menu_import() if endpoint == "import-menu-direct" else work.services()
    with pytest.raises(EffectUndecided, match=r"^the platform said success, but "):
        await work.ledger.perform(work.job_id, effect)
    row = await work.row(effect.name)
    assert (row.status, row.needs_person, row.sent_at is None) == (SubStepStatus.UNKNOWN, True, False)
    assert (len(await work.calls(endpoint)), await work.done(endpoint)) == (1, 0)
    assert len(await work.calls("setup-status")) >= 5


async def test_a_partial_success_is_a_failure_with_its_numbers(work: AtWork) -> None:
    """`summary.failed` above zero fails the sub-step."""
    await work.ledger.perform(work.job_id, work.menu_import())
    await work.misbehave("add-item-tags", "partly_failed")
    request = requests.add_item_tags(work.restaurant_id, work.menu_id)
    with pytest.raises(EffectFailed, match="1"):
        await work.ledger.perform(work.job_id, work.effect(SubStepName.ITEM_TAGS, request))
    assert (await work.row(SubStepName.ITEM_TAGS)).status is SubStepStatus.FAILED


async def test_adopting_completes_without_sending(work: AtWork) -> None:
    """An account that was there before is completed with its evidence; adopting again changes nothing."""
    outputs = AccountOutputs(account_id="1", email=work.email, already_exists=True, existing=True)
    name = SubStepName.CLOUDWAITRESS_ACCOUNT
    for _ in range(2):
        assert await work.ledger.adopt(work.job_id, name, outputs, Look(Verdict.NO_EVIDENCE, "it was there")) == outputs
    row = await work.row(name)
    assert (row.status, row.sent_at) == (SubStepStatus.COMPLETED, None)
    assert AccountOutputs.model_validate(row.outputs).existing
    assert await work.calls("register-account") == []


async def test_a_success_without_what_it_must_name_is_unclear(work: AtWork) -> None:
    """An answer that lacks a field of the outputs is settled by looking, not believed and not sent again."""
    effect = work.menu_import(read=CodeOutputs.model_validate)
    outputs = await work.ledger.perform(work.job_id, effect)
    assert isinstance(outputs, MenuOutputs)
    assert await work.done() == 1


async def test_the_next_generation_has_a_key_of_its_own(work: AtWork) -> None:
    """The key names job, effect and generation; a renewed effect is another request."""
    await work.ledger.perform(work.job_id, work.services())
    await work.query(
        "update registration_sub_steps set status = 'pending', generation = 2, sent_at = null, outputs = null"
        " where name = 'servicesConfig'"
    )
    await work.ledger.perform(work.job_id, work.services())
    keys = [call["idempotency_key"] for call in await work.calls("configure-services")]
    assert keys == [f"{work.job_id}:servicesConfig:{generation}" for generation in (1, 2)]


async def test_an_effect_of_an_unknown_job_is_never_sent(work: AtWork) -> None:
    """Without its row nothing leaves."""
    with pytest.raises(Exception, match="No row was found"):
        await work.ledger.perform(uuid4(), work.menu_import())
    assert await work.calls() == []
