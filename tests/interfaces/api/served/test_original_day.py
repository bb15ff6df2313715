"""A day's work of the original system's web client on a whole stack, from leads to registered restaurants."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from dev.sandbox.generated import generated
from dev.sandbox.register.derived import company_of
from dev.stack.sandbox_control import PretendedPlatform
from dev.stack.stack import LocalStack
from interfaces.api.examples import ANSWERS_FILE
from registration.workflow.sub_steps import SUB_STEPS
from tests.interfaces.api.calling import Api
from tests.interfaces.api.operations import OPERATIONS
from tests.interfaces.api.original import CALLS, LEAD, Client
from tests.interfaces.api.recorded import Recorder, shape
from tests.registration.database.conftest import engine
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_CLEAR, _UNFINDABLE, _BY_HAND, _LATER = (generated(number) for number in range(21, 25))
_FULL = {
    "google_address": "1 Quay Street, Auckland 1010",
    "google_maps_url": "https://maps.google.com/?cid=1",
    "google_number_of_reviews": "80",
    "instagram_url": "https://www.instagram.com/kai",
    "facebook_url": "https://www.facebook.com/kai",
    "contact_email": "mere@kai.example.nz",
    "contact_phone": "+6493791234",
    "contact_role": "Manager",
    "region": "Auckland",
    "opening_hours_text": "Mon-Sun 11:00-21:00",
    "website_type": "own",
    "ordering_platform_url": "https://order.kai.example.nz",
    "ordering_platform_name": "Kai Orders",
    "ubereats_og_image": "https://images.example.nz/kai.jpg",
}
"""What a lead may have besides."""
_NOWHERE = {"restaurant_name": "Qwxz Vbnm", "ubereats_address": "1 Zzyx Road"}
_UNREAD = 0.1
"""Less than this share of the fields has no value all day; each of the others has the type that is read."""


class Day:
    """The client, and the batch that it looks at."""

    def __init__(self, client: Client, platform: PretendedPlatform, batch_id: str) -> None:
        self.client = client
        self.platform = platform
        self.batch_id = batch_id

    async def batch(self) -> Any:
        """The batch, as the client polls it."""
        return await self.client.call("useRegistrationBatch", batchId=self.batch_id)

    async def jobs(self) -> list[Any]:
        """The jobs of the batch, in the order of the leads."""
        return (await self.batch())["registration_jobs"]

    async def steps(self, step: int) -> list[str]:
        """The status of a step of each job."""
        return [job["steps"][step - 1]["status"] for job in await self.jobs()]

    async def watch(self, what: str, condition: Callable[[list[Any]], bool]) -> list[Any]:
        """Poll the batch until its jobs are as expected."""

        async def reached() -> list[Any] | None:
            _hazards(jobs := await self.jobs())
            return jobs if condition(jobs) else None

        return await eventually(reached, what)

    async def complete(self, step: int, body: Any) -> None:
        """Answer a gate."""
        done = await self.client.call(f"useCompleteRegistrationStep.step{step}", body, batchId=self.batch_id)
        assert done["blocked_jobs"] == []


async def test_a_day_ends_with_registered_restaurants(
    served: Api, stack: LocalStack, recorder: Recorder, pytestconfig: pytest.Config
) -> None:
    """Convert leads, start, watch, choose companies, search again, enter by hand, configure, watch sub-steps, retry,
    mark a sub-step; at last another batch is cancelled.
    """
    client = Client(served)
    assert stack.addresses.sandbox_url is not None
    platform = PretendedPlatform(stack.addresses.sandbox_url)
    *leads, later = await _leads(client, stack)
    day = Day(client, platform, await _converted(client, leads))
    await client.call("useStartRegistrationBatch", batchId=day.batch_id)
    await _companies(day)
    await _configurations(day)
    await _sub_steps(day)
    await _cancelled(Day(client, platform, await _converted(client, [later])))
    await _registered(day, served.organisation_id)
    await client.call("useLead", leadId=leads[0])
    await _look_at_everything(day)
    if pytestconfig.getoption("--write-examples"):
        recorder.write()
    for name, example in json.loads(ANSWERS_FILE.read_text()).items():
        assert set(shape(example)) <= recorder.shapes[name], name
    unread = {call: fields for call, fields in client.unread.items() if fields}
    read = sum(len(CALLS[call]["reads"]) for call in client.unread)
    assert sum(map(len, unread.values())) < _UNREAD * read, unread


async def _look_at_everything(day: Day) -> None:
    """Read what this day has not read yet; the doctor's answer is about this machine."""
    job = (await day.jobs())[0]
    ids = {"batch_id": day.batch_id, "job_id": job["id"], "restaurant_id": job["restaurant_id"], "step_number": 3}
    ids |= {"sub_step": "menuImport", "slug": "job-not-found"}
    for one in OPERATIONS:
        if (
            one.method == "GET"
            and set(one.names) <= set(ids)
            and not one.streams
            and "Doctor" not in str(one.described)
        ):
            assert (await day.client.api.get(one.path.format(**ids))).is_success, one


def _hazards(jobs: list[Any]) -> None:
    """What breaks the client's page if it is otherwise."""
    for job in jobs:
        status = [step["status"] for step in job["steps"]]
        if status[1] == "action_required":
            assert (status[2], job.get("company_candidates")) in (("pending", None), ("pending", []))
        if status[2] == "action_required":
            assert job["company_candidates"]
        if status[4] != "completed":
            assert job["steps"][5]["sub_step_progress"] is None
        assert 0 not in [step["duration_ms"] for step in job["steps"]]


async def _leads(client: Client, stack: LocalStack) -> list[str]:
    """Qualified leads of four restaurants; the client looks at the list, and corrects one of them."""
    async with engine(stack.postgres.url("registration")).begin() as connection:
        organisation = client.api.organisation_id
        scraping = await add_scrape_job(connection, organisation)
        added: list[UUID] = []
        for one in (_CLEAR, _UNFINDABLE, _BY_HAND, _LATER):
            columns = (
                LEAD
                | _FULL
                | {
                    "restaurant_name": one.name,
                    "ubereats_address": one.address,
                    "city": one.city,
                    "phone": one.phone,
                    "email": one.email,
                    "contact_name": one.contact_name,
                    "website_url": one.website_url,
                    "store_link": one.ubereats_url,
                }
            )
            columns |= _NOWHERE if one is _UNFINDABLE else {}
            added += await add_leads(connection, organisation, scraping, 1, **columns)
    shown = await client.call("usePendingLeads", query={})
    assert {str(lead) for lead in added} <= {lead["id"] for lead in shown["leads"]}
    await client.call("usePendingLeadsFilterOptions")
    form = CALLS["useUpdateLead"]["body"]
    lead = (await client.call("useLead", leadId=added[0]))["lead"]
    corrected = {name: lead.get(name) for name in form} | {"contact_role": "Owner"}
    await client.call("useUpdateLead", corrected, leadId=added[0])
    assert (await client.call("useLead", leadId=added[0]))["lead"]["contact_role"] == "Owner"
    return list(map(str, added))


async def _converted(client: Client, leads: list[str]) -> str:
    """The batch of converted leads; one that does not exist stops no other."""
    body = CALLS["useConvertLeadsToRestaurants"]["body"] | {"lead_ids": [*leads, str(uuid4())]}
    converted = await client.call("useConvertLeadsToRestaurants", body)
    assert (converted["summary"]["converted"], converted["summary"]["failed"]) == (len(leads), 1)
    return converted["registration_batch"]["id"]


async def _companies(day: Day) -> None:
    """One search finds nothing, so its job waits at step 2 and is searched again; one is entered by hand."""

    def searched(jobs: list[Any]) -> bool:
        clear, unfindable, by_hand = (job["steps"] for job in jobs)
        waiting = (clear[2]["status"], unfindable[1]["status"], by_hand[2]["status"])
        return waiting == ("action_required",) * 3

    clear, unfindable, by_hand = await day.watch("all three wait for a company", searched)
    again = {"restaurant_name": _UNFINDABLE.name, "street": _UNFINDABLE.address.split(",")[0]}
    await day.client.call("useRetryStep2Search", again | {"city": _UNFINDABLE.city}, jobId=unfindable["id"])
    company = {"contact_name": "Mira Tane", "company_name": "KAI HANDS LIMITED", "company_number": "7412503"}
    entry = CALLS["useSkipWithManualEntry"]["body"] | company | {"contact_email": "mira@example.nz"}
    await day.client.call("useSkipWithManualEntry", entry, jobId=by_hand["id"])
    jobs = await day.watch("the new search has found it", lambda jobs: _status(jobs[1], 3) == "action_required")
    selections = {
        job["id"]: {"company_number": job["company_candidates"][0]["company_number"]} for job in (clear, jobs[1])
    }
    await day.complete(3, {"selections": selections})
    numbers = [selections[job["id"]]["company_number"] for job in (clear, unfindable)]
    assert numbers == [company_of(one).number for one in (_CLEAR, _UNFINDABLE)]


def _status(job: Any, step: int) -> str:
    return job["steps"][step - 1]["status"]


async def _configurations(day: Day) -> None:
    """Three forms, filled in from what the client was shown; the platform refuses something of each."""
    waiting = "all three wait for their configuration"
    jobs = await day.watch(waiting, lambda jobs: [_status(job, 5) for job in jobs] == ["action_required"] * 3)
    shown = jobs[1]["restaurant"]
    saved = CALLS["useSaveRestaurantFromConfig"]["body"]
    corrected = {name: shown.get(name) for name in saved} | {"name": _UNFINDABLE.name, "theme": "dark"}
    await day.client.call("useSaveRestaurantFromConfig", corrected, jobId=jobs[1]["id"])
    jobs = await day.jobs()
    assert jobs[1]["restaurant"]["name"] == _UNFINDABLE.name
    for job, endpoint, times in zip(
        jobs, ("configure-services", "add-option-sets", "generate-code-injections"), (1, 1, 2), strict=True
    ):
        await day.platform.misbehave(job["restaurant_id"], endpoint, {"kind": "refused", "times": times})
    configurations = {job["id"]: _form(job["restaurant"]) for job in jobs}
    await day.complete(5, {"configurations": configurations, "selectedJobIds": list(configurations)})


def _form(restaurant: Any) -> Any:
    """The client's form for a restaurant."""
    [form] = CALLS["useCompleteRegistrationStep.step5"]["body"]["configurations"].values()
    email, phone = restaurant["email"], restaurant["phone"]
    basics = {name: restaurant[name] for name in ("name", "phone", "address", "city", "opening_hours")}
    header = {"configureHeader": bool(restaurant["website_og_image"])}
    return form | {
        "account": form["account"] | {"email": email, "phone": phone},
        "restaurant": form["restaurant"] | basics,
        "menu": form["menu"] | {"selectedMenuId": restaurant["menus"][0]["id"]},
        "website": form["website"] | header,
        "onboarding": form["onboarding"] | {"userName": restaurant["contact_name"], "userEmail": email},
    }


async def _sub_steps(day: Day) -> None:
    """Each restaurant fails in a sub-step, and is mended in another of the client's ways."""
    first, second, third = await day.watch("all three have failed", lambda jobs: _ended(jobs, *jobs))
    assert [job["status"] for job in (first, second, third)] == ["failed"] * 3
    key: dict[str, Any] = {"jobId": third["id"], "subStepKey": "codeGeneration"}
    for name in SUB_STEPS:
        await day.client.call("useSubStepValidation", jobId=third["id"], subStepKey=name)
    await day.client.call("useResumeStep6", jobId=first["id"])
    await day.client.call("useRetryRegistrationJob", jobId=second["id"])
    await day.client.call("useResetSubStep", **key)
    jobs = await day.watch("the platform has refused it again", lambda jobs: _ended(jobs, *jobs))
    assert [job["status"] for job in jobs] == ["completed", "completed", "failed"]
    await day.client.call("useUpdateSubStepStatus", **key)
    await day.watch("the third is completed", lambda jobs: _ended(jobs, *jobs))


def _ended(jobs: list[Any], *which: Any) -> bool:
    ids = {job["id"] for job in which}
    return all(job["status"] in ("completed", "failed") for job in jobs if job["id"] in ids)


async def _cancelled(day: Day) -> None:
    """Another batch is cancelled while it waits."""
    await day.client.call("useStartRegistrationBatch", batchId=day.batch_id)
    await day.watch("it waits for a company", lambda jobs: _status(jobs[0], 3) == "action_required")
    await day.client.call("useCancelRegistrationBatch", batchId=day.batch_id)
    ended = await day.watch("the batch is cancelled", lambda jobs: jobs[0]["status"] == "cancelled")
    assert len(ended) == 1

    async def listed() -> bool:
        shown = await day.client.call("useRegistrationBatches", query={"status": "failed,cancelled"})
        return day.batch_id in [batch["id"] for batch in shown["batch_jobs"]]

    await eventually(listed, "the batch is in the tab of cancelled ones")


async def _registered(day: Day, organisation_id: UUID) -> None:
    """Every restaurant is completed, and the platform has each of its effects once."""
    batch = (await day.batch())["batch_job"]
    assert (batch["status"], batch["completed_restaurants"], batch["failed_restaurants"]) == ("completed", 3, 0)
    done: dict[str, Counter[str]] = {}
    for effect in await day.platform.done(organisation_id):
        done.setdefault(str(effect.restaurant_id), Counter())[effect.effect] += effect.count
    for job in await day.jobs():
        effects = done[job["restaurant_id"]]
        assert {name: effects[name] for name in ("register-account", "register-restaurant", "import-menu-direct")} == {
            "register-account": 1,
            "register-restaurant": 1,
            "import-menu-direct": 1,
        }
