"""Every link of the console leads somewhere, and says where a question is answered."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid4

import pytest
from prefect.settings import PREFECT_UI_URL, temporary_settings
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from dev.screenshots.desk import Desk
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Round
from registration.workflow.steps import GateName
from tests.interfaces.console.visiting import ADDRESS, Visit, first
from tests.registration.tenant import Tenant

_LINKS = ("a[href]", "[hx-get]", "form[action]", "link[href]", "script[src]")
_MOST_PAGES = 1000
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_ALIKE = 2
"""How many addresses are opened that differ in their ids only."""


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    """The batches of this test's organisation."""
    return Desk(tenant.database, tenant.organisation_id)


def _links(page: LexborHTMLParser, path: str) -> set[str]:
    """The addresses of this host to which a page leads; a form without a method is a link, too."""
    found: set[str] = set()
    for node in page.css(".needs-admin"):
        node.decompose()
    for selector in _LINKS:
        for node in page.css(selector):
            address = node.attributes[selector.partition("[")[2].rstrip("]")] or ""
            parts = urlsplit(urljoin(f"{ADDRESS}{path}", address))
            if f"{parts.scheme}://{parts.netloc}" == ADDRESS:
                found.add(parts._replace(scheme="", netloc="", fragment="").geturl())
    return found


async def test_no_link_leads_nowhere(visit: Visit, desk: Desk, tenant: Tenant) -> None:
    """From the inbox through all pages, with restaurants and batches in every state."""
    await desk.batch("Monday", 12)
    await desk.batch("Later", 2, begun=False)
    halted = await desk.batch("Halted", 12)
    halt = text("update registration_batch_jobs set stopped_reason = '5 of 8 failed' where id = :batch")
    await tenant.everything.execute(halt, {"batch": halted})
    seen: set[str] = set()
    shapes = Counter[str]()
    waiting, wrong = ["/"], list[str]()
    while waiting and len(seen) < _MOST_PAGES:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        shapes[shape := _ID.sub("ID", path)] += 1
        if shapes[shape] > _ALIKE and "/batches/" not in shape:
            continue
        answer = await visit.client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            wrong.append(f"{answer.status_code} {path}")
        elif answer.headers["content-type"].startswith("text/html"):
            waiting.extend(_links(LexborHTMLParser(answer.text), path) - seen)
    assert not wrong, wrong
    assert not waiting, "the pages are without end"
    assert {"/batches", f"/batches/{halted}", f"/batches/{halted}/answering", "/search"} <= seen


async def test_a_question_says_where_it_is_answered(visit: Visit, desk: Desk, tenant: Tenant) -> None:
    """The form in the Prefect UI as a link, the command of the terminal as a text to copy."""
    batch = await desk.batch("Monday", 12)
    run = uuid4()
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await insert_round(transaction, batch, run, Round(gate=GateName.COMPANY_SELECTION, questions=()))
    [button] = [one for one in (await visit.page(f"/batches/{batch}")).css("#head a") if "company" in one.text()]
    [others] = (await visit.page(button.attributes["href"] or "")).css("main a[href$=answering]")
    with temporary_settings({PREFECT_UI_URL: "http://here"}):
        said = await visit.page(others.attributes["hx-get"] or "")
    form = first(said, "main a[target=_blank]")
    assert ("choose companies" in form.text(), (form.attributes["href"] or "").endswith(str(run))) == (True, True)
    assert f"registration answer {str(batch)[:8]}" in _copied(said)
    assert "Kererū Kitchen" in first(said, "main").text()


async def test_an_unknown_effect_leads_to_its_restaurant(visit: Visit, desk: Desk) -> None:
    """From its row beside the batch, from the list of what the batch asks, and by its id."""
    batch = await desk.batch("Monday", 12)
    [row] = (await visit.page(f"/batches/{batch}?q=piccola")).css("tr[id^=job-]")
    job = UUID((row.attributes["id"] or "").removeprefix("job-"))
    for link in (first(row, "td.name a"), first(row, "td.do a")):
        assert (link.attributes["href"], link.attributes["hx-target"]) == (f"/jobs/{job}", "#drawer")
    said = await visit.page(f"/batches/{batch}/answering?job={job}")
    assert [one.attributes["href"] for one in said.css("main ul a")] == [f"/jobs/{job}"]
    assert (await visit.get(f"/batches/{batch}/answering?job={uuid4()}")).status_code == 404
    found = await visit.get(f"/search?q={job}")
    assert found.headers["location"] == f"/jobs/{job}"


async def test_a_batch_without_questions_says_so(visit: Visit, desk: Desk) -> None:
    """Whoever comes late with an old link is not left alone."""
    batch = await desk.batch("Later", 1, begun=False)
    assert "Nothing waits for an answer any more" in (await visit.get(f"/batches/{batch}/answering")).text


def _copied(page: LexborHTMLParser) -> list[str]:
    return [one.attributes["data-copy"] or "" for one in page.css("main [data-copy]")]
