"""Every fault ends with its own status and its true reason, and delays no other restaurant."""

from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from registration.companies.page_evidence_queries import list_evidence, read_evidence
from registration.operations.resolve import Resolution, resolve
from registration.workflow.sub_steps import SUB_STEPS
from registration.workflow.transition_queries import Attribution
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow

REFUSAL = "the merchant's business type is not supported"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troubled(system: RunningSystem) -> OpenedBatch:
    """A batch of eight, each but the last with its own fault; the slow one is cancelled at the end.

    A person says whether the menu was imported although the script failed: it was not, do it again.
    """
    batch = await system.batch(8, failure_threshold=1)
    no_register, no_start, broken, no_payment, flaky, slow, changed, well = batch.names
    ids = {one: job["restaurant_id"] for one, job in (await system.records.jobs(batch.batch_id)).items()}
    tell = system.platform.break_with
    for searched_for in (no_register, await street(system, ids[no_register]), await street(system, ids[flaky])):
        await tell(searched_for, "register-search", "unavailable")
    for searched_for in (changed, await street(system, ids[changed])):
        await tell(searched_for, "register-search", "changed_layout")
    await tell(ids[no_start], "extract-menu-premium", "unavailable")
    await tell(ids[broken], "import-menu-direct", "fails", times=1)
    await tell(ids[no_payment], "configure-payment", "refused", message=REFUSAL)
    await tell(ids[flaky], "configure-services", "unavailable", times=2)
    await tell(ids[slow], "menu-extraction", "slow", seconds=600)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    found = await batch.gates.form(COMPANY, *batch.names)
    companies = {name: found.preset(name) for name in batch.names}
    decided = {no_register: "Leave this restaurant out", changed: "No match"}
    await batch.gates.answer(found, companies | decided)
    as_proposed = dict.fromkeys((broken, no_payment, flaky, changed, well))
    await batch.gates.answer_each(CONFIG, {no_start: "Leave this restaurant out", **as_proposed})
    await eventually(lambda: are_open(system, batch, broken, slow), "everybody but two has ended")
    job_id = (await system.records.jobs(batch.batch_id))[broken]["id"]
    looked = Attribution("Mere", "the restaurant has no menu there")
    again = ("menuImport", Resolution.DO_IT_AGAIN, looked)
    await eventually(lambda: needs_person(system, batch, broken), "the import waits for a person")
    await resolve(system.database, batch.organisation_id, job_id, *again)
    await eventually(lambda: are_open(system, batch, slow), "everybody but the slow one has ended")
    assert (await system.records.steps(batch.batch_id, slow))[1]["status"] == "in_progress"
    await system.records.query(
        "update registration_jobs set stop_requested_at = clock_timestamp() where restaurant_id = %(id)s", id=ids[slow]
    )
    assert (await run.ended()).type == "COMPLETED"
    return batch


async def are_open(system: RunningSystem, batch: OpenedBatch, *restaurants: str) -> bool:
    """True if these are the only jobs that have not ended."""
    jobs = await system.records.jobs(batch.batch_id)
    return {name for name, job in jobs.items() if job["completed_at"] is None} == set(restaurants)


async def needs_person(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> bool:
    """True if only a person can tell whether the menu was imported."""
    return bool((await system.records.effects(batch.batch_id, restaurant))["menuImport"]["needs_person"])


async def street(system: RunningSystem, restaurant_id: UUID) -> str:
    """House number and street of a restaurant."""
    [row] = await system.records.query("select address from restaurants where id = %(id)s", id=restaurant_id)
    return row["address"].split(",")[0]


async def test_every_restaurant_ends_as_expected(system: RunningSystem, troubled: OpenedBatch) -> None:
    """Completed without a company where a page was not understood, partially completed where an optional sub-step
    failed.

    No job waited for the slow extraction; it was cancelled when all others had ended.
    """
    no_register, no_start, broken, no_payment, flaky, slow, changed, well = troubled.names
    assert await system.records.statuses(troubled.batch_id) == {
        no_register: "skipped",
        no_start: "skipped",
        broken: "completed",
        no_payment: "partially_completed",
        flaky: "completed",
        slow: "cancelled",
        changed: "completed",
        well: "completed",
    }


async def test_a_register_that_is_down_is_a_failed_search_and_never_no_match(
    system: RunningSystem, troubled: OpenedBatch
) -> None:
    """Once the patience is over step 2 is failed with the reason, and a person decides at the gate."""
    steps = await system.records.steps(troubled.batch_id, troubled.names[0])
    assert steps[2]["status"] == "failed"
    assert steps[2]["retry_count"] > 0
    assert "503" in steps[2]["error_message"]
    [shown] = [
        decision["shown"]
        for decision in await system.records.decisions(troubled.batch_id)
        if decision["restaurant"] == troubled.names[0]
    ]
    assert shown["evidence"].startswith("**The register did not answer:** ")
    assert "No candidates" not in shown["evidence"]
    job = (await system.records.jobs(troubled.batch_id))[troubled.names[0]]
    assert job["error_message"].startswith("Contact Details Search: ")


async def test_a_register_that_has_changed_shows_its_page(system: RunningSystem, troubled: OpenedBatch) -> None:
    """The search is not retried; the pages are kept in the database, and linked in the Prefect UI."""
    step = (await system.records.steps(troubled.batch_id, troubled.names[6]))[2]
    assert (step["status"], step["retry_count"]) == ("failed", 0)
    assert "there is no list of results, and no message that nothing was found" in step["error_message"]
    job_id = step["job_id"]
    async with system.database.transaction(troubled.organisation_id) as transaction:
        kept = await list_evidence(transaction, job_id)
        pages = [(await read_evidence(transaction, job_id, one.id))[1] for one in kept]
    assert step["error_details"]["evidence"] == {"pages": [str(one.page_id) for one in kept]}
    assert (len(pages), all(b"<html" in page for page in pages)) == (2, True)
    key = f"register-page-{job_id}"
    shown = await system.client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(like_=key)))
    linked = " ".join(str(one.data) for one in shown)
    assert all(one.url in linked for one in kept)


async def test_a_search_that_failed_by_address_alone_is_shown_at_the_gate(
    system: RunningSystem, troubled: OpenedBatch
) -> None:
    """The companies found by name can be chosen, and the form says that the other search failed."""
    flaky = troubled.names[4]
    [shown] = [
        decision["shown"]
        for decision in await system.records.decisions(troubled.batch_id)
        if (decision["gate"], decision["restaurant"]) == (COMPANY, flaky)
    ]
    assert "**The search by address failed:**" in shown["evidence"]
    assert shown["choices"][0]["answer"]["kind"] == "company"


async def test_an_extraction_that_cannot_start_is_shown_at_the_gate(
    system: RunningSystem, troubled: OpenedBatch
) -> None:
    """Step 1 has failed after the patience of an outage; the restaurant waits for a person nevertheless."""
    steps = await system.records.steps(troubled.batch_id, troubled.names[1])
    assert (steps[1]["status"], steps[1]["retry_count"]) == ("failed", 0)
    assert "stayed away" in steps[1]["error_message"]
    [shown] = [
        decision["shown"]
        for decision in await system.records.decisions(troubled.batch_id)
        if (decision["gate"], decision["restaurant"]) == (CONFIG, troubled.names[1])
    ]
    assert shown["preset"] == "Change…"
    assert "Extract again" in [choice["label"] for choice in shown["choices"]]


async def test_a_failed_import_waits_for_a_person(system: RunningSystem, troubled: OpenedBatch) -> None:
    """It is not sent again automatically; a person read the platform's answer, looked, and the menu was
    imported once.
    """
    job = (await system.records.jobs(troubled.batch_id))[troubled.names[2]]
    told = await system.records.query(
        "select reason from registration_events where job_id = %(job)s and reason like %(told)s",
        job=job["id"],
        told="whether it happened cannot be told: Command failed: *** %",
    )
    assert told
    effects = await system.records.effects(troubled.batch_id, troubled.names[2])
    assert {effects[name]["status"] for name in SUB_STEPS} == {"completed"}
    done = (await system.platform.done(troubled.organisation_id))[troubled.names[2]]
    assert done["import-menu-direct"] == 1


async def test_a_refused_payment_keeps_the_platforms_message(system: RunningSystem, troubled: OpenedBatch) -> None:
    """It is not retried, and no other sub-step is affected."""
    effects = await system.records.effects(troubled.batch_id, troubled.names[3])
    assert (effects["paymentConfig"]["status"], effects["paymentConfig"]["attempt"]) == ("failed", 0)
    assert REFUSAL in effects["paymentConfig"]["error_message"]
    assert {effects[name]["status"] for name in SUB_STEPS if name != "paymentConfig"} == {"completed"}


async def test_a_platform_that_is_unavailable_twice_is_tried_three_times(
    system: RunningSystem, troubled: OpenedBatch
) -> None:
    """It was not ready, so no attempt was used, and nothing shows it afterwards."""
    effects = await system.records.effects(troubled.batch_id, troubled.names[4])
    assert (effects["servicesConfig"]["status"], effects["servicesConfig"]["attempt"]) == ("completed", 0)
    assert effects["servicesConfig"]["error_message"] is None
    assert (await system.platform.done(troubled.organisation_id))[troubled.names[4]]["configure-services"] == 1
