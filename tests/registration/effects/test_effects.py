"""Effects with a clear end: done and read back, there already, refused, or not done in spite of a success."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from registration.effects import Effect, EffectRow
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import AccountOutputs, CodeOutputs, MenuOutputs, OnboardingUserOutputs, Outputs
from registration.errors import EffectFailed, EffectUndecided
from registration.platform import requests
from registration.settings import EvidenceSource
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.registration.job_process import ITEMS, PASSWORD, JobProcess
from tests.registration.tenant import Tenant


def counted(effect: Effect, observations: list[str]) -> Effect:
    """The effect; each observation of it is noted as `observe` or `read_back`."""

    async def observe(row: EffectRow) -> Observation:
        observations.append("observe")
        return await effect.observe(row)

    async def read_back(row: EffectRow, outputs: Outputs) -> Observation:
        observations.append("read_back")
        return await effect.read_back(row, outputs)

    return replace(effect, observe=observe, read_back=read_back)


async def known(work: JobProcess, name: str) -> str:
    """How it is known that an effect is completed."""
    [row] = await work.query("select known from registration_sub_steps where name = :name", name=name)
    return row["known"]


async def test_a_success_is_read_back_and_kept(work: JobProcess) -> None:
    """It is done once, and the row has outputs, the platform's record of its success and the request's key."""
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert isinstance(outputs, MenuOutputs)
    assert outputs.item_count == ITEMS
    assert (row.status, row.outputs) == (SubStepStatus.COMPLETED, {"item_count": ITEMS, "menu_id": str(work.menu_id)})
    assert (len(await work.calls()), row.idempotency_key) == (1, f"{work.job_id}:menuImport:1")
    [stored] = await work.query(
        "select evidence, fingerprint, known, completed_at from registration_sub_steps where outputs is not null"
    )
    [event] = await work.query(
        "select created_at from usage_events where event_type = 'registration_menu_upload'"
        " and metadata ->> 'restaurant_id' = :restaurant",
        restaurant=str(work.restaurant_id),
    )
    assert (stored["known"], stored["evidence"]) == ("reported", {"at": event["created_at"].isoformat()})
    assert stored["fingerprint"] == work.menu_import().request.fingerprint
    assert await work.done() == 1


async def test_performing_it_again_gives_what_was_kept(work: JobProcess) -> None:
    """A completed effect is never sent again; its outputs come from the database."""
    first = await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.ledger.perform(work.job_id, work.menu_import()) == first
    assert len(await work.calls()) == await work.done() == 1


async def test_an_effect_that_is_there_is_not_sent(work: JobProcess) -> None:
    """What is on the platform already is adopted as completed."""
    await work.platform.send(work.menu_import().request, 10)
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    assert isinstance(outputs, MenuOutputs)
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert len(await work.calls()) == await work.done() == 1


async def test_a_set_effect_is_not_probed_first(work: JobProcess) -> None:
    """Repeating it is harmless: it is sent even if it was done before, and observed only afterwards."""
    await work.platform.send(work.code().request, 10)
    observations: list[str] = []
    await work.ledger.perform(work.job_id, counted(work.code(), observations))
    assert await work.done("generate-code-injections") == 2
    assert observations == ["read_back"]


async def test_somebody_elses_account_is_refused(tenant: Tenant) -> None:
    """An account that no restaurant of ours requested fails the effect as foreign; nothing is sent."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        other, _ = await tenant.restaurant()
        by_hand = requests.register_account(other, work.email, PASSWORD, "+6493791234")
        await work.platform.send(by_hand, 10)
        with pytest.raises(EffectFailed) as failed:
            await work.ledger.perform(work.job_id, work.account())
        assert failed.value.details["foreign"] is True
        assert await work.calls("register-account") == []
        row = await work.row(SubStepName.CLOUDWAITRESS_ACCOUNT)
        assert (row.status, row.sent_at) == (SubStepStatus.FAILED, None)
        assert str(row.error_message).startswith(f"the platform has an account for {work.email} that was not made here")


async def test_an_account_that_only_the_ordering_system_has_is_foreign(tenant: Tenant) -> None:
    """No table shows it before: a success with `alreadyExists` after a first request is somebody else's account."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        password = PASSWORD.get_secret_value()
        foreign = {"organisation_id": str(tenant.organisation_id), "email": work.email, "password": password}
        (await work.control.post("/sandbox/accounts", json=foreign)).raise_for_status()

        def reason(outputs: Any) -> str | None:
            return "foreign" if isinstance(outputs, AccountOutputs) and outputs.already_exists else None

        with pytest.raises(EffectFailed, match="foreign") as failed:
            await work.ledger.perform(work.job_id, work.account(foreign=reason))
        assert failed.value.details["foreign"] is True
        assert (len(await work.calls("register-account")), await work.done("register-account")) == (1, 0)


@pytest.mark.parametrize("kind", ["success_false", "refused"])
async def test_a_clear_no_fails_the_effect(work: JobProcess, kind: str) -> None:
    """`success: false` and a 4xx are refusals; the row keeps the platform's words and its answer."""
    await work.misbehave("import-menu-direct", kind, message="The menu has no category")
    with pytest.raises(EffectFailed, match="The menu has no category"):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.error_message) == (SubStepStatus.FAILED, "The menu has no category")
    [stored] = await work.query("select error_details from registration_sub_steps where error_details is not null")
    assert stored["error_details"]["path"] == "/api/registration/import-menu-direct"
    assert (len(await work.calls()), await work.done()) == (1, 0)


async def test_what_is_there_after_a_refusal_was_done(work: JobProcess, tenant: Tenant) -> None:
    """Of two concurrent requests for one onboarding user, the second is refused; a probe finds the user."""
    name, email = SubStepName.CREATE_ONBOARDING_USER, work.email
    request = requests.create_onboarding_user(work.restaurant_id, "Mere", email, PASSWORD)
    await work.misbehave("create-onboarding-user", "slow", seconds=1)
    effect = work.effect(name, request, limit_seconds=3000)
    performing = asyncio.create_task(work.ledger.perform(work.job_id, effect))
    await work.until_row(lambda row: row.sent_at is not None, name)
    other, _ = await tenant.restaurant()
    await work.platform.send(requests.create_onboarding_user(other, "Mere", email, PASSWORD), 10)
    assert isinstance(await performing, OnboardingUserOutputs)
    assert (await work.row(name)).status is SubStepStatus.COMPLETED
    [call] = await work.calls("create-onboarding-user")
    assert (call["status"], await work.done("create-onboarding-user")) == (400, 0)


async def test_a_success_that_did_nothing_is_a_failure(work: JobProcess) -> None:
    """What the platform's tables do not show after its success, read five times, is failed."""
    endpoint, observations = "generate-code-injections", list[str]()
    await work.misbehave(endpoint, "nothing_done")
    with pytest.raises(EffectFailed, match=r"^the platform said success, but "):
        await work.ledger.perform(work.job_id, counted(work.code(), observations))
    assert (await work.row(SubStepName.CODE_GENERATION)).status is SubStepStatus.FAILED
    assert (len(await work.calls(endpoint)), await work.done(endpoint)) == (1, 0)
    assert observations == ["read_back"] * 5


@pytest.mark.parametrize("way", [EvidenceSource.TABLES, EvidenceSource.HTTP])
@pytest.mark.parametrize("name", [SubStepName.MENU_IMPORT, SubStepName.SERVICES_CONFIG])
async def test_a_success_that_nothing_can_show_is_completed_as_reported(
    work: JobProcess, tenant: Tenant, name: SubStepName, way: EvidenceSource
) -> None:
    """No table mirrors the ordering system: by the platform's record, or by its answer alone, it is never proven."""
    endpoint = SUB_STEPS[name].endpoint
    await work.misbehave(endpoint, "nothing_done")
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id, platform_evidence=way) as asking:
        effect = asking.menu_import() if name is SubStepName.MENU_IMPORT else asking.services()
        await asking.ledger.perform(work.job_id, effect)
    row = await work.row(name)
    assert (row.status, row.needs_person, await known(work, name)) == (SubStepStatus.COMPLETED, False, "reported")
    assert (len(await work.calls(endpoint)), await work.done(endpoint)) == (1, 0)


async def test_a_partial_success_is_a_failure_with_its_numbers(work: JobProcess) -> None:
    """`summary.failed` above zero fails the sub-step."""
    await work.ledger.perform(work.job_id, work.menu_import())
    await work.misbehave("add-item-tags", "partly_failed")
    request = requests.add_item_tags(work.restaurant_id, work.menu_id)
    with pytest.raises(EffectFailed, match="1"):
        await work.ledger.perform(work.job_id, work.effect(SubStepName.ITEM_TAGS, request))
    assert (await work.row(SubStepName.ITEM_TAGS)).status is SubStepStatus.FAILED


async def test_adopting_completes_without_sending(work: JobProcess) -> None:
    """An account that was there before is completed with its evidence; adopting again changes nothing."""
    outputs = AccountOutputs(account_id="1", email=work.email, already_exists=True, existing=True)
    name = SubStepName.CLOUDWAITRESS_ACCOUNT
    for _ in range(2):
        assert (
            await work.ledger.adopt(work.job_id, name, outputs, Observation(Presence.UNKNOWN, "it was there"))
            == outputs
        )
    row = await work.row(name)
    assert (row.status, row.sent_at) == (SubStepStatus.COMPLETED, None)
    assert AccountOutputs.model_validate(row.outputs).existing
    assert await work.calls("register-account") == []


async def test_a_success_without_what_it_must_name_is_reconciled(work: JobProcess) -> None:
    """An answer that lacks a field of the outputs is not believed and not sent again: the tables show the code."""
    effect = work.code(read=OnboardingUserOutputs.model_validate)
    outputs = await work.ledger.perform(work.job_id, effect)
    assert isinstance(outputs, CodeOutputs)
    assert (await work.done("generate-code-injections"), await known(work, effect.name)) == (1, "proven")


async def test_a_success_that_cannot_be_read_and_not_be_observed_is_for_a_person(work: JobProcess) -> None:
    """The platform's record says that the route ended, its answer not with what: a second request may do harm."""
    effect = work.menu_import(read=OnboardingUserOutputs.model_validate)
    with pytest.raises(EffectUndecided, match=r"recorded a success at .*, and answered none"):
        await work.ledger.perform(work.job_id, effect)
    row = await work.row()
    assert (row.status, row.needs_person) == (SubStepStatus.UNKNOWN, True)
    assert (len(await work.calls()), await work.done()) == (1, 1)


async def test_the_next_generation_has_a_key_of_its_own(work: JobProcess) -> None:
    """The key names job, effect and generation; a reopened effect is another request."""
    for generation in (1, 2):
        await work.query(
            "update registration_sub_steps set status = 'pending', generation = :generation, sent_at = null,"
            " outputs = null where name = 'servicesConfig'",
            generation=generation,
        )
        await work.ledger.perform(work.job_id, work.services())
        row = await work.row(SubStepName.SERVICES_CONFIG)
        assert row.idempotency_key == f"{work.job_id}:servicesConfig:{generation}"
        assert len(await work.calls("configure-services")) == generation


async def test_an_effect_of_an_unknown_job_is_never_sent(work: JobProcess) -> None:
    """Without its row nothing leaves."""
    with pytest.raises(Exception, match="No row was found"):
        await work.ledger.perform(uuid4(), work.menu_import())
    assert await work.calls() == []
