"""The page of the company gate over HTTP: its rows and evidence, answers with a verdict each, and its two forms."""

import json
from typing import Any

import httpx
import pytest_asyncio
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from dev.screenshots.companies import companies_to_choose
from dev.screenshots.desk import Desk
from registration.gates.decisions import Channel, ChooseCompany
from registration.gates.rounds import Details
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import Step
from tests.interfaces.console.visiting import Visit, first, signed_in
from tests.registration.at_gate import (
    NUMBERS,
    AtGate,
    all_at_company_gate,
    at_company_gate,
    at_gate_after_failed_search,
)
from tests.registration.tenant import Tenant

HOSTILE = ["<img src=x onerror=alert(1)>", "\"' onmouseover='x", "\u202ekcab\u202c {{ 7*7 }}", "x" * 300]
LARGEST = 120_000


def _page(one: AtGate, rest: str = "") -> str:
    return f"/batches/{one.batch_id}/company-selection{rest}"


def _sent(*answers: tuple[AtGate, dict[str, Any]], visit: int = 1) -> dict[str, Any]:
    sent = [{"job_id": str(one.job_id), "visit": visit, "answer": answer} for one, answer in answers]
    return {"answers": json.dumps(sent)}


def _company(number: str) -> dict[str, Any]:
    return {"kind": "company", "company_number": number}


def _outcomes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Job and reason of each answer; an empty reason is taken."""
    found = LexborHTMLParser(answer.text).css("li[data-job]")
    return [(one.attributes["data-job"] or "", first(one, "[data-why]").text()) for one in found]


async def test_fifty_restaurants_are_on_one_page(visit: Visit, tenant: Tenant) -> None:
    """45 clear, 5 that need a person, each with what can be pressed, and the evidence of the first that needs one."""
    desk = Desk(tenant.database, tenant.organisation_id)
    batch, jobs = await companies_to_choose(desk, "Monday", 50, 5)
    answer = await visit.get(f"/batches/{batch}/company-selection")
    assert len(answer.content) <= LARGEST
    page = await visit.page(f"/batches/{batch}/company-selection")
    rows = page.css("#companies tbody tr")
    assert [row.attributes["id"] for row in rows] == [f"ask-{job}" for job in jobs]
    states = [row.attributes["data-state"] for row in rows]
    assert states == ["clear"] * 45 + ["close", "nothing", "failed", "close", "close"]
    assert json.loads(rows[0].attributes["data-clear"] or "") == _company("5800000")
    assert "SAFFRON LANE LIMITED · 5800000" in first(rows[0], "td.what").text()
    assert first(page, "#evidence article").attributes["data-evidence"] == str(jobs[45])
    assert "5 need you" in " ".join(first(page, "#company-head").text().split())
    where = f"/batches/{batch}/company-selection"
    assert first(await visit.page("/"), "#inbox-lines a.main").attributes["href"] == where
    links = {one.attributes["href"] for one in (await visit.page(f"/batches/{batch}")).css("a")}
    assert {where, f"{where}#ask-{jobs[0]}"} <= links


async def test_the_evidence_says_why(visit: Visit, tenant: Tenant) -> None:
    """Marked words, both scores with their reasons, a link to the register; of jobs of other batches nothing."""
    desk = Desk(tenant.database, tenant.organisation_id)
    batch, jobs = await companies_to_choose(desk, "Monday", 3, 2)
    part = await visit.get(f"/batches/{batch}/company-selection/{jobs[1]}", hx="true")
    assert "<mark>PHO HANOI CORNER</mark>" in part.text
    assert "name 85" in " ".join(part.text.split())
    assert "has also:" in part.text
    assert 'rel="noreferrer noopener"' in part.text
    elsewhere = await at_company_gate(tenant)
    assert (await visit.get(f"/batches/{batch}/company-selection/{elsewhere.job_id}")).status_code == 404


async def test_each_answer_is_decided_by_itself(
    visit: Visit, tenant: Tenant, transport: httpx.AsyncBaseTransport
) -> None:
    """What somebody else decided first is said in words, what cannot be stops no other, nothing is done twice."""
    one, two, three, four = await all_at_company_gate(tenant, {"name": "Kai"}, {"name": "Bao"}, {}, {})
    async with signed_in(transport, tenant, name="Hemi") as hemi:
        taken = await hemi.post(_page(one), _sent((two, _company(NUMBERS[1]))))
        assert "1 answer is taken" in taken.text, taken.text
    sent = _sent(
        (one, _company(NUMBERS[0])),
        (two, _company(NUMBERS[0])),
        (three, _company("999")),
        (four, {"kind": "leave_out"}),
    )
    outcomes = dict(_outcomes(await visit.post(_page(one), sent)))
    assert (outcomes[str(one.job_id)], outcomes[str(four.job_id)]) == ("", "")
    assert outcomes[str(two.job_id)].startswith("already decided by Hemi (console) at ")
    assert outcomes[str(two.job_id)].endswith(f": company {NUMBERS[1]}")
    assert "not among the candidates" in outcomes[str(three.job_id)]
    again = await visit.post(_page(one), _sent((one, _company(NUMBERS[0]))))
    assert _outcomes(again) == [(str(one.job_id), "")]
    [decision] = await one.decisions()
    assert (decision["decided_by"], decision["source"], decision["shown"]["visit"]) == ("Mere", "console", 1)
    page = await visit.page(_page(one, "?show=all"))
    assert "by Hemi (console)" in first(page, f"#ask-{two.job_id} td.what").text()
    assert first(page, f"#ask-{four.job_id}").attributes["data-state"] == "decided"


async def test_a_late_answer_is_told_of_the_first_also_once_the_restaurant_waits_at_the_next_gate(
    visit: Visit, tenant: Tenant
) -> None:
    """What is asked now is another question; the page was loaded before."""
    one = await at_company_gate(tenant)
    assert (await one.answer(ChooseCompany(company_number=NUMBERS[0]), channel=Channel.PREFECT)).accepted
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for status in (StepStatus.IN_PROGRESS, StepStatus.COMPLETED):
            await advance(transaction, one.job_id, Step.COMPANY_DETAILS, status)
        await arrive_at(transaction, one.job_id, Step.YOLO_CONFIG)
    [(_, why)] = _outcomes(await visit.post(_page(one), _sent((one, {"kind": "no_match"}))))
    assert why.startswith("already decided by Mere (prefect)")


async def test_an_answer_to_an_earlier_visit_is_refused_with_words(visit: Visit, tenant: Tenant) -> None:
    """A page that was open for an hour; what is not asked at all, too. Another batch's job writes nothing."""
    one, two = await all_at_company_gate(tenant, {"name": "Kai"}, {})
    query = {"visit": 1, "name": "Other", "street": "", "city": ""}
    searched = await visit.post(_page(one, f"/{one.job_id}/search"), query)
    assert _outcomes(searched) == [(str(one.job_id), "")]
    assert (await one.job()).steps[Step.SEARCH].status is StepStatus.PENDING
    [(_, why)] = _outcomes(await visit.post(_page(one), _sent((one, _company(NUMBERS[0])))))
    assert why.startswith("already decided by Mere (console)")
    assert why.endswith("search again for “Other”")
    row = first(await visit.page(_page(one)), f"#ask-{one.job_id}")
    assert (row.attributes["data-state"], row.attributes["data-visit"]) == ("searching", "2")
    [(_, early)] = _outcomes(await visit.post(_page(one), _sent((one, {"kind": "no_match"}), visit=2)))
    assert "wait" in early
    elsewhere = await at_company_gate(tenant)
    foreign = _sent((two, _company(NUMBERS[0])), (elsewhere, _company(NUMBERS[0])))
    assert (await visit.post(_page(one), foreign)).status_code == 404
    assert await two.decisions() == []
    assert (await visit.post(_page(one), {"answers": "[{}]"})).status_code == 422


async def test_a_failed_search_is_searched_again_or_entered_by_hand(visit: Visit, tenant: Tenant) -> None:
    """The register did not answer: the row says so, and the forms have what is known."""
    waiting = await at_gate_after_failed_search(tenant, name="Kai", contact_email="mere@example.nz")
    row = first(await visit.page(_page(waiting)), f"#ask-{waiting.job_id}")
    assert row.attributes["data-state"] == "failed"
    assert "the register did not answer" in row.text()
    search = await visit.page(_page(waiting, f"/{waiting.job_id}/search"))
    assert first(search, "input[name=street]").attributes["value"] == "1 Queen Street"
    empty = {"visit": 1, "name": " ", "street": "", "city": "Napier"}
    refused = await visit.post(_page(waiting, f"/{waiting.job_id}/search"), empty)
    assert (refused.status_code, "nothing to search by" in refused.text) == (422, True)
    by_hand = _page(waiting, f"/{waiting.job_id}/by-hand")
    assert first(await visit.page(by_hand), "input[name=contact_email]").attributes["value"] == "mere@example.nz"
    wrong = await visit.post(by_hand, {"visit": 1, "contact_name": "Mere", "contact_phone": "12"})
    assert (wrong.status_code, "is not a New Zealand phone number" in wrong.text) == (422, True)
    assert 'value="Mere"' in wrong.text
    assert await waiting.decisions() == []
    done = await visit.post(by_hand, {"visit": 1, "contact_name": "Mere Walker", "contact_email": ""})
    assert _outcomes(done) == [(str(waiting.job_id), "")]
    assert (await waiting.restaurant())["contact_name"] == "Mere Walker"
    assert (await visit.get(by_hand, hx="true")).status_code == 409


async def test_a_first_search_is_confirmed_as_it_is_set(visit: Visit, tenant: Tenant) -> None:
    """What would be searched is proposed; with other words it is still the first search."""
    restaurant_id, _ = await tenant.restaurant(name="Kai - Queen St", address="1 Queen Street", city="Auckland")
    batch_id, jobs = await tenant.batch(restaurant_id)
    waiting = AtGate(tenant, batch_id, jobs[restaurant_id], restaurant_id, Step.COMPANY_SELECTION)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, waiting.job_id, Step.COMPANY_SELECTION, Details.CONFIRM_QUERY)
    row = first(await visit.page(_page(waiting)), f"#ask-{waiting.job_id}")
    assert "to be searched: Kai · 1 Queen Street Auckland" in row.text()
    assert json.loads(row.attributes["data-clear"] or "")["kind"] == "confirm_query"
    typed = {"visit": 1, "name": "Kai Limited", "street": "", "city": ""}
    done = await visit.post(_page(waiting, f"/{waiting.job_id}/search"), typed)
    assert _outcomes(done) == [(str(waiting.job_id), "")]
    [decision] = await waiting.decisions()
    assert (decision["answer"]["kind"], decision["answer"]["query"]["name"]) == ("confirm_query", "Kai Limited")


@pytest_asyncio.fixture
async def hostile(tenant: Tenant) -> list[AtGate]:
    """Restaurants and companies whose names are markup, quotes, marks of direction, and long."""
    waiting = await all_at_company_gate(tenant, *({"name": name, "city": name} for name in HOSTILE))
    change = text(
        "update companies_office_search_candidates set combined_results = replace(combined_results::text, 'KAI',"
        " '<script>alert(1)</script>')::jsonb, preselected_company_number = null where registration_job_id = :job"
    )
    for one in waiting:
        await tenant.everything.execute(change, {"job": one.job_id})
    return waiting


async def test_names_are_text_whatever_they_hold(visit: Visit, hostile: list[AtGate]) -> None:
    """Those of restaurants and of the register, in rows, in evidence, in what keys mean, and in what is answered."""
    answer = await visit.get(_page(hostile[0]))
    assert "<img" not in answer.text
    assert "<script>alert" not in answer.text
    page = await visit.page(_page(hostile[0]))
    assert [one.text() for one in page.css("#companies td.name")] == HOSTILE
    choices = [json.loads(row.attributes["data-choices"] or "") for row in page.css("#companies tbody tr")]
    assert {tuple(map(len, one)) for one in choices} == {(2, 2)}
    for one in hostile:
        part = await visit.get(_page(one, f"/{one.job_id}"), hx="true")
        assert ("<img" in part.text, "<script" in part.text) == (False, False)
        assert "&lt;script&gt;" in part.text
    done = await visit.post(_page(hostile[0]), _sent(*((one, _company("999")) for one in hostile)))
    assert "&lt;img src=x" in done.text


async def test_viewers_see_the_page_and_answer_nothing(
    transport: httpx.AsyncBaseTransport, tenant: Tenant, other: Tenant
) -> None:
    """Nor does anybody see the page of another organisation."""
    one = await at_company_gate(tenant, name="Kai")
    async with signed_in(transport, tenant, role="viewer", name="Ana") as viewer:
        page = await viewer.page(_page(one))
        assert (page.css("#company-send"), page.css("[data-press]")) == ([], [])
        assert (await viewer.post(_page(one), _sent((one, _company(NUMBERS[0]))))).status_code == 403
        assert (await viewer.get(_page(one, f"/{one.job_id}/search"), hx="true")).status_code == 403
    async with signed_in(transport, other) as stranger:
        for rest in ("", "/stream", f"/{one.job_id}", f"/{one.job_id}/search", f"/{one.job_id}/by-hand"):
            assert (await stranger.get(_page(one, rest))).status_code == 404, rest
        assert (await stranger.post(_page(one), _sent((one, _company(NUMBERS[0]))))).status_code == 404
    assert await one.decisions() == []
