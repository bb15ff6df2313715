"""Every trouble ends as what it is, with its true reason, and holds nobody else up."""

from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from registration.operations.resolve import Resolution, resolve
from registration.workflow.sub_steps import SUB_STEPS
from registration.workflow.transition_queries import Attribution
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.stage import Opened, Stage
from tests.waiting import eventually

pytestmark = pytest.mark.slow

REFUSAL = "the merchant's business type is not supported"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troubled(stage: Stage) -> Opened:
    """A batch of eight, each with a trouble of its own but the last; the slow one is told to stop at the end.

    Whether a menu was imported though the script failed, a person says: it was not, do it again.
    """
    batch = await stage.batch(8, failure_threshold=1)
    no_register, no_start, broken, no_payment, flaky, slow, changed, well = batch.names
    ids = {one: job["restaurant_id"] for one, job in (await stage.records.jobs(batch.batch_id)).items()}
    tell = stage.platform.break_with
    for searched_for in (no_register, await street(stage, ids[no_register]), await street(stage, ids[flaky])):
        await tell(searched_for, "register-search", "unavailable")
    for searched_for in (changed, await street(stage, ids[changed])):
        await tell(searched_for, "register-search", "changed_layout")
    await tell(ids[no_start], "extract-menu-premium", "unavailable")
    await tell(ids[broken], "import-menu-direct", "fails", times=1)
    await tell(ids[no_payment], "configure-payment", "refused", message=REFUSAL)
    await tell(ids[flaky], "configure-services", "unavailable", times=2)
    await tell(ids[slow], "menu-extraction", "slow", seconds=600)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    found = await batch.gates.form(COMPANY, *set(batch.names) - {no_register, changed})
    await batch.gates.answer(found)
    as_proposed = dict.fromkeys((broken, no_payment, flaky, well))
    await batch.gates.answer_each(CONFIG, {no_start: "Leave this restaurant out", **as_proposed})
    await eventually(lambda: are_open(stage, batch, broken, slow), "everybody but two has ended")
    job_id = (await stage.records.jobs(batch.batch_id))[broken]["id"]
    looked = Attribution("Mere", "the restaurant has no menu there")
    again = ("menuImport", Resolution.DO_IT_AGAIN, looked)
    await eventually(lambda: needs_person(stage, batch, broken), "the import waits for a person")
    await resolve(stage.database, batch.organisation_id, job_id, *again)
    await eventually(lambda: are_open(stage, batch, slow), "everybody but the slow one has ended")
    assert (await stage.records.steps(batch.batch_id, slow))[1]["status"] == "in_progress"
    await stage.records.query(
        "update registration_jobs set stop_requested_at = clock_timestamp() where restaurant_id = %(id)s", id=ids[slow]
    )
    assert (await run.ended()).type == "COMPLETED"
    return batch


async def are_open(stage: Stage, batch: Opened, *restaurants: str) -> bool:
    """Whether these are the only ones that have not ended."""
    jobs = await stage.records.jobs(batch.batch_id)
    return {name for name, job in jobs.items() if job["completed_at"] is None} == set(restaurants)


async def needs_person(stage: Stage, batch: Opened, restaurant: str) -> bool:
    """Whether the import of its menu is for a person to tell."""
    return bool((await stage.records.effects(batch.batch_id, restaurant))["menuImport"]["needs_person"])


async def street(stage: Stage, restaurant_id: UUID) -> str:
    """House number and street of a restaurant."""
    [row] = await stage.records.query("select address from restaurants where id = %(id)s", id=restaurant_id)
    return row["address"].split(",")[0]


async def test_everybody_ends_as_they_should(stage: Stage, troubled: Opened) -> None:
    """Failed where a search failed, partly completed where something optional did.

    Nobody waited for the slow extraction; it was told to stop when everybody else had ended.
    """
    no_register, no_start, broken, no_payment, flaky, slow, changed, well = troubled.names
    assert await stage.records.statuses(troubled.batch_id) == {
        no_register: "failed",
        no_start: "skipped",
        broken: "completed",
        no_payment: "partially_completed",
        flaky: "completed",
        slow: "cancelled",
        changed: "failed",
        well: "completed",
    }


async def test_a_register_that_is_down_is_a_failed_search_and_never_no_match(stage: Stage, troubled: Opened) -> None:
    """After its retries step 2 is failed with the reason, and what comes after is skipped because of it."""
    steps = await stage.records.steps(troubled.batch_id, troubled.names[0])
    assert (steps[2]["status"], steps[2]["retry_count"]) == ("failed", 3)
    assert "503" in steps[2]["error_message"]
    later = {(steps[number]["status"], steps[number]["result_data"]["skipped"]) for number in (3, 4, 5, 6)}
    assert later == {("skipped", "Contact Details Search failed")}
    job = (await stage.records.jobs(troubled.batch_id))[troubled.names[0]]
    assert job["error_message"].startswith("Contact Details Search: ")


async def test_a_register_that_has_changed_shows_its_page(stage: Stage, troubled: Opened) -> None:
    """It is not tried again; the pages are kept as files, and linked in the Prefect UI."""
    step = (await stage.records.steps(troubled.batch_id, troubled.names[6]))[2]
    assert (step["status"], step["retry_count"]) == ("failed", 0)
    assert "there is no list of results, and no message that nothing was found" in step["error_message"]
    kept = [page["evidence"]["html"] for page in step["error_details"]["sources"]]
    assert all("<html" in Path(file).read_text() for file in kept)
    key = f"register-page-{step['job_id']}"
    shown = await stage.client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(like_=key)))
    linked = " ".join(str(one.data) for one in shown)
    assert all(Path(file).as_uri() in linked for file in kept)


async def test_a_search_that_failed_by_address_alone_is_told_at_the_gate(stage: Stage, troubled: Opened) -> None:
    """What was found by name can be chosen, and a person sees that it is not all."""
    flaky = troubled.names[4]
    [shown] = [
        decision["shown"]
        for decision in await stage.records.decisions(troubled.batch_id)
        if (decision["gate"], decision["restaurant"]) == (COMPANY, flaky)
    ]
    assert "**The search by address failed:**" in shown["evidence"]
    assert shown["choices"][0]["answer"]["kind"] == "company"


async def test_an_extraction_that_cannot_start_is_told_at_the_gate(stage: Stage, troubled: Opened) -> None:
    """Step 1 is failed after its retries; the restaurant waits for a person all the same."""
    steps = await stage.records.steps(troubled.batch_id, troubled.names[1])
    assert (steps[1]["status"], steps[1]["retry_count"]) == ("failed", 3)
    assert "unavailable" in steps[1]["error_message"]
    [shown] = [
        decision["shown"]
        for decision in await stage.records.decisions(troubled.batch_id)
        if (decision["gate"], decision["restaurant"]) == (CONFIG, troubled.names[1])
    ]
    assert shown["preset"] == "Change…"
    assert "Extract again" in [choice["label"] for choice in shown["choices"]]


async def test_an_import_that_failed_is_for_a_person(stage: Stage, troubled: Opened) -> None:
    """It is not sent again by itself; a person, told what the platform answered, looked, and it was imported once."""
    job = (await stage.records.jobs(troubled.batch_id))[troubled.names[2]]
    told = await stage.records.query(
        "select reason from registration_events where job_id = %(job)s and reason like %(told)s",
        job=job["id"],
        told="whether it happened cannot be told: Command failed: *** %",
    )
    assert told
    effects = await stage.records.effects(troubled.batch_id, troubled.names[2])
    assert {effects[name]["status"] for name in SUB_STEPS} == {"completed"}
    done = (await stage.platform.done(troubled.organisation_id))[troubled.names[2]]
    assert done["import-menu-direct"] == 1


async def test_a_refused_payment_is_told_in_the_platforms_words(stage: Stage, troubled: Opened) -> None:
    """It is not tried again, and nothing else suffers."""
    effects = await stage.records.effects(troubled.batch_id, troubled.names[3])
    assert (effects["paymentConfig"]["status"], effects["paymentConfig"]["attempt"]) == ("failed", 0)
    assert REFUSAL in effects["paymentConfig"]["error_message"]
    assert {effects[name]["status"] for name in SUB_STEPS if name != "paymentConfig"} == {"completed"}


async def test_a_platform_that_is_unavailable_twice_is_tried_three_times(stage: Stage, troubled: Opened) -> None:
    """Nothing of it is left to see but the number of retries."""
    effects = await stage.records.effects(troubled.batch_id, troubled.names[4])
    assert (effects["servicesConfig"]["status"], effects["servicesConfig"]["attempt"]) == ("completed", 2)
    assert effects["servicesConfig"]["error_message"] is None
    assert (await stage.platform.done(troubled.organisation_id))[troubled.names[4]]["configure-services"] == 1
