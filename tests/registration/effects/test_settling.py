"""An effect that was sent and not clearly answered: only looking, its limit, or a person leads on."""

import asyncio
import contextlib
from datetime import datetime

import pytest

from registration.effects import Entry
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import MenuOutputs
from registration.errors import EffectUndecided, StopRequested
from registration.platform import requests
from registration.settings import EvidenceSource
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.at_work import AtWork
from tests.registration.database.rows import add
from tests.registration.place import Place

pytestmark = pytest.mark.slow

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
SCALE = 0.004
"""The clock of `Place`."""

LIMIT = 300 * SCALE
"""Real seconds of a menu import's limit here."""


@pytest.mark.parametrize("kind", ["cut_after", "malformed", "html_error"])
async def test_what_was_done_without_an_answer_is_found(work: AtWork, kind: str) -> None:
    """A cut after the effect, a torn answer, an error page of a gateway: looked for, adopted, never sent twice."""
    await work.misbehave("import-menu-direct", kind, acts=True)
    outputs = await work.ledger.perform(work.job_id, work.menu_import())
    assert isinstance(outputs, MenuOutputs)
    row = await work.row()
    assert (row.status, row.error_message) == (SubStepStatus.COMPLETED, None)
    assert len(await work.calls()) == await work.done() == 1


@pytest.mark.parametrize("kind", ["cut_before", "hang"])
async def test_what_is_not_shown_after_its_limit_is_for_a_person(work: AtWork, kind: str) -> None:
    """The platform's books are not what happened outside of it: a second request could make a second thing."""
    await work.misbehave("import-menu-direct", kind)
    begin = asyncio.get_running_loop().time()
    with pytest.raises(EffectUndecided, match="whether it happened cannot be told"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert asyncio.get_running_loop().time() - begin >= LIMIT
    row = await work.row()
    assert (row.status, row.needs_person, row.attempt) == (SubStepStatus.UNKNOWN, True, 0)
    assert len(await work.calls()) == 1


async def test_it_is_unknown_while_nobody_can_tell(work: AtWork) -> None:
    """Between the broken call and the look that settles it the row says so, with what happened."""
    await work.misbehave("import-menu-direct", "cut_before")
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    row = await work.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
    assert "gave no clear answer" in str(row.error_message)
    assert row.sent_at is not None
    with pytest.raises(EffectUndecided):
        await performing


async def test_without_evidence_a_person_decides(work: AtWork, place: Place) -> None:
    """No route shows an import: where the tables are not read it stays unknown, and the job waits for somebody."""
    await work.misbehave("import-menu-direct", "cut_after")
    await work.lease.release()
    async with place.process(work.batch_id, work.job_id, platform_evidence=EvidenceSource.HTTP) as asking:
        with pytest.raises(EffectUndecided, match=r"whether it happened cannot be told: .* usage events are not read"):
            await asking.ledger.perform(work.job_id, asking.menu_import())
    row = await work.row()
    assert row.status is SubStepStatus.UNKNOWN
    view = await work.watch.refresh()
    assert view.jobs[work.job_id].needs_person
    assert (await work.job())[0] == "action_required"
    assert (len(await work.calls()), await work.done()) == (1, 1)


async def test_a_set_effect_is_sent_again_without_a_person(work: AtWork) -> None:
    """Repeating it changes nothing more: what the tables do not show after its limit goes out again."""
    await work.misbehave("generate-code-injections", "cut_before")
    await work.ledger.perform(work.job_id, work.code())
    first, second = await work.calls("generate-code-injections")
    assert _seconds_between(first, second) >= 180 * SCALE
    row = await work.row(SubStepName.CODE_GENERATION)
    assert (row.status, row.idempotency_key) == (SubStepStatus.COMPLETED, f"{work.job_id}:codeGeneration:1")
    assert await work.done("generate-code-injections") == 1


async def test_a_set_effect_that_was_stored_since_the_sending_was_ours(work: AtWork) -> None:
    """The time of the stored code settles it at once; it is not repeated."""
    await work.misbehave("generate-code-injections", "cut_after")
    await work.ledger.perform(work.job_id, work.code())
    assert len(await work.calls("generate-code-injections")) == await work.done("generate-code-injections") == 1


async def test_a_part_of_it_is_waited_for(place: Place) -> None:
    """Before the limit a part means that the platform is at work; after it nobody can tell."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as work:
        await work.misbehave("register-account", "cut_before")
        opening = {"restaurant_id": restaurant_id, "email": work.email, "registration_status": "in_progress"}
        looks: list[Observation] = []

        async def look(entry: Entry) -> Observation:
            looks.append(await work.witness.look(ACCOUNT, work.asked(entry)))
            if len(looks) == 1:  # the one before the sending
                await add(place.everything, "pumpd_accounts", place.organisation_id, **opening)
            return looks[-1]

        with pytest.raises(EffectUndecided, match="the platform is still opening the account"):
            await work.ledger.perform(work.job_id, work.account(look=look))
        assert [one.verdict for one in looks] == [Presence.ABSENT] + [Presence.PARTIAL] * (len(looks) - 1)
        assert len(looks) > 3
        assert (await work.row(ACCOUNT)).status is SubStepStatus.UNKNOWN
        assert len(await work.calls("register-account")) == 1


async def test_a_second_process_looks_and_does_not_send(work: AtWork, place: Place) -> None:
    """A process dies with its request out; the one that takes over finds the row sent, calls it unknown, and looks."""
    await work.misbehave("import-menu-direct", "slow", seconds=0.5)
    dying = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    await work.until_row(lambda row: row.sent_at is not None)
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    await work.lease.release()
    async with place.process(work.batch_id, work.job_id) as heir:
        performing = asyncio.create_task(heir.ledger.perform(work.job_id, heir.menu_import()))
        row = await heir.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
        assert row.error_message == "it was sent and not answered"
        assert isinstance(await performing, MenuOutputs)
    assert len(await work.calls()) == await work.done() == 1


async def test_a_look_from_before_the_limit_does_not_count(work: AtWork, place: Place) -> None:
    """What a slow look says about a moment before the limit is no reason to ask a person, or to send again."""
    limit = 3.0
    await work.misbehave("import-menu-direct", "slow", seconds=limit * 0.8)
    dying = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import(limit_seconds=limit / SCALE)))
    await work.until_row(lambda row: row.sent_at is not None)
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    await work.lease.release()
    async with place.process(work.batch_id, work.job_id) as heir:
        looks: list[Observation] = []

        async def look(entry: Entry) -> Observation:
            seen = await heir.witness.look(SubStepName.MENU_IMPORT, heir.asked(entry))
            looks.append(seen)
            if len(looks) == 1:
                await work.until_row(lambda row: (row.sent_ago or 0) > limit)
            return seen

        await heir.ledger.perform(work.job_id, heir.menu_import(look=look, limit_seconds=limit / SCALE))
    assert [one.verdict for one in looks] == [Presence.UNKNOWN, Presence.PRESENT]
    assert len(await work.calls()) == await work.done() == 1


async def test_the_import_of_another_menu_is_no_record_of_this_one(work: AtWork, place: Place) -> None:
    """The platform's record names the menu: what was asked for is not there yet, and is sent for."""
    other = await add(place.everything, "menus", place.organisation_id, restaurant_id=work.restaurant_id)
    await add(place.everything, "menu_items", place.organisation_id, menu_id=other)
    await work.platform.send(requests.import_menu(work.restaurant_id, other), 10)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert len(await work.calls()) == await work.done() == 2


async def test_it_stays_unknown_when_the_job_is_told_to_stop(work: AtWork) -> None:
    """A cancel does not make up an outcome: what is out stays unknown until somebody looks again."""
    await work.misbehave("import-menu-direct", "cut_before")
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    await work.until_row(lambda row: row.status is SubStepStatus.UNKNOWN)
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(StopRequested):
        await performing
    row = await work.row()
    assert row.status is SubStepStatus.UNKNOWN
    assert row.sent_at is not None


def _seconds_between(first: dict[str, str], second: dict[str, str]) -> float:
    moments = [datetime.fromisoformat(call["arrived_at"]) for call in (first, second)]
    return (moments[1] - moments[0]).total_seconds()
