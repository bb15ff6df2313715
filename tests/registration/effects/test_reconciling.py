"""An effect without a clear answer: evidence, the limit of its request, or a person decides."""

import asyncio
import contextlib
from datetime import datetime

import pytest

from registration.effects import EffectRow
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import MenuOutputs
from registration.errors import CancelRequested, EffectUndecided
from registration.platform import requests
from registration.settings import EvidenceSource
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.database.rows import add
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant
from tests.waiting import HANG, eventually

pytestmark = pytest.mark.slow

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
SCALE = 0.004
"""The clock of `Tenant`."""

LIMIT = 300 * SCALE
"""Real seconds of a menu import's limit here."""


@pytest.mark.parametrize("kind", ["cut_after", "malformed", "html_error"])
async def test_what_was_done_without_an_answer_is_found(work: JobProcess, kind: str) -> None:
    """A cut after the effect, a torn answer, a gateway's error page: the effect is found, adopted, never sent twice."""
    await work.misbehave("import-menu-direct", kind, acts=True)
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    assert isinstance(outputs, MenuOutputs)
    row = await work.row()
    assert (row.status, row.error_message) == (SubStepStatus.COMPLETED, None)
    assert len(await work.calls()) == await work.done() == 1


@pytest.mark.parametrize("kind", ["cut_before", "hang"])
async def test_what_is_not_shown_after_its_limit_is_for_a_person(work: JobProcess, kind: str) -> None:
    """The platform's records do not show every effect: a second request could create a second object."""
    await work.misbehave("import-menu-direct", kind)
    begin = asyncio.get_running_loop().time()
    with pytest.raises(EffectUndecided, match="whether it happened cannot be told"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert asyncio.get_running_loop().time() - begin >= LIMIT
    row = await work.row()
    assert (row.status, row.needs_person, row.attempt) == (SubStepStatus.UNKNOWN, True, 0)
    assert len(await work.calls()) == 1


async def test_an_effect_is_unknown_until_there_is_an_outcome(work: JobProcess) -> None:
    """Between the broken request and the outcome the row is unknown, with what happened."""
    await work.misbehave("import-menu-direct", "cut_before")
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    row = await work.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
    assert "gave no clear answer" in str(row.error_message)
    assert row.sent_at is not None
    with pytest.raises(EffectUndecided):
        await performing


async def test_without_evidence_a_person_decides(work: JobProcess, tenant: Tenant) -> None:
    """No route shows an import: where the tables are not read it stays unknown, and the job waits for somebody."""
    await work.misbehave("import-menu-direct", "cut_after")
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id, platform_evidence=EvidenceSource.HTTP) as asking:
        with pytest.raises(EffectUndecided, match=r"whether it happened cannot be told: .* usage events are not read"):
            await asking.ledger.perform(work.job_id, asking.menu_import())
    row = await work.row()
    assert row.status is SubStepStatus.UNKNOWN
    view = await work.watch.refresh()
    assert view.jobs[work.job_id].needs_person
    assert (await work.job())[0] == "action_required"
    assert (len(await work.calls()), await work.done()) == (1, 1)


async def test_a_set_effect_is_sent_again_without_a_person(work: JobProcess) -> None:
    """Repeating it changes nothing more: what the tables do not show after the limit is sent again."""
    await work.misbehave("generate-code-injections", "cut_before")
    await work.ledger.perform(work.job_id, work.code())
    first, second = await work.calls("generate-code-injections")
    assert _seconds_between(first, second) >= 180 * SCALE
    row = await work.row(SubStepName.CODE_GENERATION)
    assert (row.status, row.idempotency_key) == (SubStepStatus.COMPLETED, f"{work.job_id}:codeGeneration:1")
    assert await work.done("generate-code-injections") == 1


async def test_a_set_effect_that_was_stored_since_the_sending_was_ours(work: JobProcess) -> None:
    """The time of the stored code decides at once; the request is not repeated."""
    await work.misbehave("generate-code-injections", "cut_after")
    await work.ledger.perform(work.job_id, work.code())
    assert len(await work.calls("generate-code-injections")) == await work.done("generate-code-injections") == 1


async def test_an_effect_in_part_is_waited_for(tenant: Tenant) -> None:
    """Before the limit a part means that the platform is at work; after it nobody can tell."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        await work.misbehave("register-account", "cut_before")
        opening = {"restaurant_id": restaurant_id, "email": work.email, "registration_status": "in_progress"}
        observations: list[Observation] = []

        async def observe(row: EffectRow) -> Observation:
            observations.append(await work.evidence.observe(ACCOUNT, work.expected(row)))
            if len(observations) == 1:  # the probe before the request
                await add(tenant.everything, "pumpd_accounts", tenant.organisation_id, **opening)
            return observations[-1]

        with pytest.raises(EffectUndecided, match="the platform is still opening the account"):
            await work.ledger.perform(work.job_id, work.account(observe=observe))
        assert [one.verdict for one in observations] == [Presence.ABSENT] + [Presence.PARTIAL] * (len(observations) - 1)
        assert len(observations) > 3
        assert (await work.row(ACCOUNT)).status is SubStepStatus.UNKNOWN
        assert len(await work.calls("register-account")) == 1


async def test_a_second_process_probes_and_does_not_send(work: JobProcess, tenant: Tenant) -> None:
    """A process dies with its request in flight; the next one finds the row sent, marks it unknown, and probes."""
    # The limit of the request passes only if the machine stands still: after it, a person would be asked.
    limit = HANG / SCALE
    await work.misbehave("import-menu-direct", "slow", seconds=0.5)
    dying = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import(limit_seconds=limit)))
    await eventually(work.calls, "the request to arrive")
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id) as heir:
        performing = asyncio.create_task(heir.ledger.perform(work.job_id, heir.menu_import(limit_seconds=limit)))
        row = await heir.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
        assert row.error_message == "it was sent and not answered"
        assert isinstance(await performing, MenuOutputs)
    assert len(await work.calls()) == await work.done() == 1


async def test_an_observation_from_before_the_limit_does_not_count(work: JobProcess, tenant: Tenant) -> None:
    """A slow observation of a moment before the limit is no reason to ask a person, or to send again."""
    limit, hold = HANG / SCALE, f"import-{work.restaurant_id}"
    await work.misbehave("import-menu-direct", "slow", hold=hold)
    dying = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import(limit_seconds=limit)))
    await eventually(work.calls, "the request to arrive")
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id) as heir:
        observations: list[Observation] = []

        async def observe(row: EffectRow) -> Observation:
            seen = await heir.evidence.observe(SubStepName.MENU_IMPORT, heir.expected(row))
            observations.append(seen)
            if len(observations) == 1:
                await work.let_go(hold)
                await eventually(work.done, "the platform to end its work")
                await work.query(f"update registration_sub_steps set sent_at = sent_at - interval '{HANG} seconds'")
            return seen

        await heir.ledger.perform(work.job_id, heir.menu_import(observe=observe, limit_seconds=limit))
    assert [one.verdict for one in observations] == [Presence.UNKNOWN, Presence.PRESENT]
    assert len(await work.calls()) == await work.done() == 1


async def test_the_import_of_another_menu_is_no_record_of_this_one(work: JobProcess, tenant: Tenant) -> None:
    """The platform's record names the menu: the menu of this effect is not there yet, and is requested."""
    other = await add(tenant.everything, "menus", tenant.organisation_id, restaurant_id=work.restaurant_id)
    await add(tenant.everything, "menu_items", tenant.organisation_id, menu_id=other)
    await work.platform.send(requests.import_menu(work.restaurant_id, other), 10)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert len(await work.calls()) == await work.done() == 2


async def test_an_effect_stays_unknown_when_its_job_is_cancelled(work: JobProcess) -> None:
    """A cancel is no outcome: what is in flight stays unknown until it is reconciled."""
    await work.misbehave("import-menu-direct", "cut_before")
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    await work.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(CancelRequested):
        await performing
    row = await work.row()
    assert row.status is SubStepStatus.UNKNOWN
    assert row.sent_at is not None


def _seconds_between(first: dict[str, str], second: dict[str, str]) -> float:
    moments = [datetime.fromisoformat(call["arrived_at"]) for call in (first, second)]
    return (moments[1] - moments[0]).total_seconds()
