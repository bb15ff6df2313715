"""The page of a restaurant: what it shows of its sub-steps, and what can be done with them after a preview."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from dev.screenshots.desk import Desk
from registration.workflow.sub_steps import SubStepName
from tests.interfaces.console.visiting import Visit, first
from tests.registration.at_gate import at_company_gate
from tests.registration.operations.ended_jobs import EndedJob, ended_job
from tests.registration.tenant import Tenant

N = SubStepName
HOSTILE = "<script>alert(1)</script> \u202e\"' onmouseover='x"


def _text(page: LexborHTMLParser, selector: str) -> str:
    return " ".join(first(page, selector).text().split())


async def test_a_failed_sub_step_says_why_and_what_can_be_done(visit: Visit, tenant: Tenant) -> None:
    """It is open; the others are closed. What cannot be done says why."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    page = await visit.page(f"/jobs/{job.job_id}")
    assert [one.attributes["id"] for one in page.css("details.sub[open]")] == ["sub-menuImport"]
    assert len(page.css("details.sub")) == 12
    failed = first(page, "#sub-menuImport")
    assert "the platform said no" in failed.text()
    assert [one.text() for one in failed.css(".actions a")] == ["Retry …", "Done by hand …", "Skip …"]
    assert len(failed.css("svg rect")) >= 1
    because = _text(page, "#sub-optionSets")
    assert "menuImport failed" in because
    assert "Retry …: optionSets needs menuImport, which is failed: retry that, and optionSets follows" in because
    assert "it is failed: there is nothing to cancel" in _text(page, ".why-not")
    part = await visit.get(f"/jobs/{job.job_id}", hx="true")
    assert (part.text.startswith('<div class="drawer-head">'), "<html" in part.text) == (True, False)


async def test_what_the_platform_said_is_text_and_links_lead_out_safely(visit: Visit, tenant: Tenant) -> None:
    """Scripts, quotes and marks that turn the writing around stay text; only http(s) is a link; no secret is shown."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    outputs = {
        "demo_store_url": "https://kai.example/x",
        "uploaded_logo_url": "javascript:alert(1)",
        "password": "hush",
    }
    details = {"answer": HOSTILE, "api_token": "hush"}
    said = "update registration_sub_steps set error_message = :text, error_details = cast(:details as jsonb)"
    await job.query(f"{said} where job_id = :job and name = 'menuImport'", text=HOSTILE, details=json.dumps(details))
    named = "update registration_sub_steps set outputs = cast(:outputs as jsonb) where job_id = :job"
    await job.query(f"{named} and name = 'websiteConfig'", outputs=json.dumps(outputs))
    await job.query("update registration_jobs set error_message = :text where id = :job", text=HOSTILE)
    await tenant.everything.execute(
        text("update restaurants set name = :name where id = :id"), {"name": HOSTILE, "id": job.restaurant_id}
    )
    for answer in (await visit.get(f"/jobs/{job.job_id}"), await visit.get(f"/jobs/{job.job_id}/retry", hx="true")):
        assert "<script>alert" not in answer.text
        assert "hush" not in answer.text
        assert LexborHTMLParser(answer.text).css("[onmouseover]") == []
    page = await visit.page(f"/jobs/{job.job_id}")
    assert HOSTILE in first(page, "#sub-menuImport .note").text()
    assert "<script>alert(1)</script>" in first(page, "#sub-menuImport .raw pre").text()
    links = {one.attributes["href"]: one.attributes["rel"] for one in page.css("#sub-websiteConfig a[target]")}
    assert links == {"https://kai.example/x": "noreferrer noopener"}
    assert [one.text() for one in page.css("#restaurant-head a[target]")] == ["demo store ↗"]


async def test_a_retry_of_one_sub_step_brings_what_needs_it(visit: Visit, tenant: Tenant) -> None:
    """The preview says so and writes nothing; the person and the reason are recorded."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    before = await job.statuses()
    preview = await visit.get(f"/jobs/{job.job_id}/retry?sub_steps=menuImport", hx="true")
    assert "menuImport, optionSets, itemTags" in preview.text
    assert await job.statuses() == before
    done = await visit.post(f"/jobs/{job.job_id}/retry", {"sub_steps": "menuImport", "why": "the menu was mended"})
    assert "is open again" in done.text, done.text
    assert await job.statuses() == dict.fromkeys(("menuImport", "optionSets", "itemTags"), "pending")
    [event] = await job.query("select actor, reason from registration_events where what = 'menuImport reopened'")
    assert dict(event) == {"actor": "Mere", "reason": "the menu was mended"}


async def test_completed_work_is_done_again_with_what_was_built_on_it(visit: Visit, tenant: Tenant) -> None:
    """It is chosen, its consequences are named, and what is sent is what was shown. The platform must be asked."""
    job = await ended_job(tenant)
    choice = LexborHTMLParser((await visit.get(f"/jobs/{job.job_id}/redo", hx="true")).text)
    assert "menuImport with itemTags, optionSets" in _text(choice, "form")
    preview = LexborHTMLParser((await visit.get(f"/jobs/{job.job_id}/retry?redo=menuImport", hx="true")).text)
    fields = [one.attributes["value"] for one in preview.css("input[name=redo]")]
    assert fields == ["itemTags", "menuImport", "optionSets"]
    assert "asks the platform first whether it is still there" in preview.text()
    again = await visit.get(f"/jobs/{job.job_id}/retry?redo=5", hx="true")
    assert "asks people again at" in again.text
    configured = await visit.post(f"/jobs/{job.job_id}/retry", {"redo": "5"})
    assert "5 Yolo Mode Configuration" in configured.text, configured.text
    waits = "select status from registration_job_steps where job_id = :job and step_number = 5"
    assert [row["status"] for row in await job.query(waits)] == ["pending"]


async def test_what_was_done_by_hand_goes_on_from_there(visit: Visit, tenant: Tenant) -> None:
    """The reason is needed; without a platform that can be asked it counts by the person."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    preview = await visit.get(f"/jobs/{job.job_id}/by-hand?sub_step=menuImport", hx="true")
    assert ("optionSets, itemTags" in preview.text, "required" in preview.text) == (True, True)
    shown = await visit.get(f"/jobs/{job.job_id}/platform?sub_step=menuImport", hx="true")
    assert "The platform shows: <strong>nothing that is certain</strong>" in shown.text
    path = f"/jobs/{job.job_id}/by-hand"
    assert (await visit.post(path, {"sub_step": "menuImport", "why": " "})).status_code == 422
    done = await visit.post(path, {"sub_step": "menuImport", "why": "made it in the dashboard"})
    assert "completed, by a person" in done.text, done.text
    assert "optionSets goes on" in done.text
    assert (await job.row(N.MENU_IMPORT))["evidence"] == {"said_by": "Mere", "why": "made it in the dashboard"}


async def test_a_skip_names_what_is_skipped_with_it(visit: Visit, tenant: Tenant) -> None:
    """Before and after; the same again changes nothing."""
    job = await ended_job(tenant, N.RESTAURANT_REGISTRATION)
    path, sent = f"/jobs/{job.job_id}/skip", {"sub_step": "servicesConfig", "why": "not wanted"}
    refused = await visit.get(f"{path}?sub_step=codeGeneration", hx="true")
    assert "This is not possible now" in refused.text
    for _ in range(2):
        assert "servicesConfig is skipped" in (await visit.post(path, sent)).text
    assert (await job.row(N.SERVICES_CONFIG))["skip_reason"] == "skipped by Mere: not wanted"


@pytest.mark.parametrize("there, status", [("true", "completed"), ("false", "pending")])
async def test_an_unknown_effect_is_settled_by_who_looked(
    visit: Visit, tenant: Tenant, there: str, status: str
) -> None:
    """From the inbox to the page, its preview and the answer."""
    job = await _unknown(tenant, N.PAYMENT_CONFIG)
    inbox = await visit.page("/")
    [link] = [one for one in inbox.css("a[data-main]") if "tell what happened" in one.text()]
    assert (link.attributes["href"], "hx-get" in link.attributes) == (f"/jobs/{job.job_id}", False)
    page = await visit.page(f"/jobs/{job.job_id}")
    assert [one.text() for one in page.css("#sub-paymentConfig .actions a")] == ["It is there …", "Do it again …"]
    assert "over at" in _text(page, "#sub-paymentConfig dl")
    query = urlencode({"sub_step": "paymentConfig", "there": there})
    preview = await visit.get(f"/jobs/{job.job_id}/resolve?{query}", hx="true")
    expected = "counts as done, by a person" if there == "true" else "the second one reverts or doubles it"
    assert expected in preview.text
    sent = {"sub_step": "paymentConfig", "there": there, "why": "I saw it"}
    done = await visit.post(f"/jobs/{job.job_id}/resolve", sent)
    assert f"paymentConfig is {status} now" in done.text, done.text
    assert (await job.row(N.PAYMENT_CONFIG))["status"] == status


async def _unknown(tenant: Tenant, name: SubStepName) -> EndedJob:
    """A job whose effect only a person can resolve."""
    job = await ended_job(tenant)
    await job.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true, known = null, completed_at = null,"
        " sent_at = clock_timestamp() - interval '9 minutes' where job_id = :job and name = :name",
        name=name,
    )
    await job.query("update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6")
    await job.query("update registration_jobs set status = 'action_required' where id = :job")
    return job


async def test_tags_that_contradict_the_menu_are_decided_in_words(visit: Visit, tenant: Tenant) -> None:
    """The question names the dish and its words; the decision and its channel are in the history."""
    job = await ended_job(tenant)
    asked = json.dumps([{"dish": "Brownie <b>", "tag": "Nut Free", "words": ["contains nuts"]}])
    await job.query(
        "update registration_sub_steps set status = 'pending', needs_person = true, asked = cast(:asked as jsonb)"
        " where job_id = :job and name = 'itemTags'",
        asked=asked,
    )
    await job.query("update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6")
    await job.query("update registration_jobs set status = 'action_required' where id = :job")
    page = await visit.page(f"/jobs/{job.job_id}")
    assert [one.text() for one in page.css("#sub-itemTags .actions a")] == ["Decide about the tags …"]
    question = await visit.get(f"/jobs/{job.job_id}/item-tags", hx="true")
    assert "“Brownie &lt;b&gt;” would be tagged Nut Free" in question.text
    path, sent = f"/jobs/{job.job_id}/item-tags", {"decision": "leave_out", "why": "nuts"}
    assert (await visit.post(path, sent | {"decision": "else"})).status_code == 422
    assert "the tags are left out" in (await visit.post(path, sent)).text
    assert (await job.row(N.ITEM_TAGS))["status"] == "skipped"
    told = _text(await visit.page(f"/jobs/{job.job_id}"), "#restaurant-happened")
    assert "item-tags: leave tags out" in told
    assert "Mere (console)" in told


async def test_one_restaurant_is_cancelled_or_left(visit: Visit, tenant: Tenant) -> None:
    """The others of its batch go on."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", 4)
    jobs = await _jobs(tenant, batch)
    preview = await visit.get(f"/jobs/{jobs[1]}/cancel", hx="true")
    assert "the other restaurants of the batch go on" in preview.text
    assert "is cancelled" in (await visit.post(f"/jobs/{jobs[1]}/cancel", {"why": "closed"})).text
    assert "it is being cancelled" in (await visit.get(f"/jobs/{jobs[1]}")).text
    assert "stays as it is" in (await visit.post(f"/jobs/{jobs[3]}/leave")).text
    refused = await visit.post(f"/jobs/{jobs[0]}/leave", headers={"HX-Current-URL": f"https://here/jobs/{jobs[0]}"})
    assert (refused.status_code, f'href="/jobs/{jobs[0]}"' in refused.text) == (409, True)


async def test_the_question_is_shown_as_it_was(visit: Visit, tenant: Tenant) -> None:
    """With what was answered; a decision that is not there is not found."""
    gate = await at_company_gate(tenant, name="Kai <i>")
    decided = (
        "insert into registration_decisions (organisation_id, job_id, gate, visit, answer, shown, decided_by, source,"
        " decided_at, accepted) values (:organisation, :job, 'company-selection', 1, cast(:answer as jsonb),"
        " cast(:shown as jsonb), 'Tama', 'prefect', clock_timestamp(), true)"
    )
    shown: Mapping[str, Any] = {
        "title": "Kai <i>",
        "evidence": r"searched \<i\>",
        "choices": [{"label": "No match", "answer": {"kind": "no_match"}}],
        "preset": "No match",
    }
    values = {"answer": json.dumps({"kind": "no_match"}), "shown": json.dumps(shown)}
    await tenant.everything.execute(
        text(decided), values | {"organisation": tenant.organisation_id, "job": gate.job_id}
    )
    page = await visit.page(f"/jobs/{gate.job_id}")
    [link] = [one for one in page.css("#restaurant-happened a") if one.text() == "the question"]
    asked = await visit.get(link.attributes["href"] or "", hx="true")
    assert "searched &lt;i&gt;" in asked.text
    assert "answered" in asked.text
    assert (await visit.get(f"/jobs/{gate.job_id}/questions/1")).status_code == 404


async def test_other_batches_of_the_restaurant_are_named(visit: Visit, tenant: Tenant) -> None:
    """With links to their pages."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    _, others = await tenant.batch(job.restaurant_id)
    page = await visit.page(f"/jobs/{job.job_id}")
    other = others[job.restaurant_id]
    assert [one.attributes["href"] for one in page.css("#restaurant-facts li a")] == [f"/jobs/{other}"]
    assert "active" in _text(page, ".why-not")


async def _jobs(tenant: Tenant, batch: UUID) -> list[UUID]:
    query = text("select id from registration_jobs where batch_job_id = :batch order by position")
    return list((await tenant.everything.execute(query, {"batch": batch})).scalars())


async def test_an_id_of_nobody_is_not_found(visit: Visit) -> None:
    """Of no job, and no id at all."""
    for path in (f"/jobs/{uuid4()}", "/jobs/x", f"/jobs/{uuid4()}/retry", f"/jobs/{uuid4()}/stream"):
        assert (await visit.get(path)).status_code == 404, path
