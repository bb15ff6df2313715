"""Settings and health: for administrators, with what a policy would have decided, and what to do about a finding."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest_asyncio
from prefect.settings import PREFECT_UI_URL, temporary_settings
from sqlalchemy import text

from interfaces.console.pages.health.routes import lines_of
from interfaces.console.rendering import text_of
from registration.health.finding import error, fine, undetermined, warning
from tasks.batch_runs import server_page
from tests.interfaces.console.visiting import Visit, first, signed_in
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

PRESET = "KAI LIMITED · 111"
CLEAR = {"label": PRESET, "answer": {"kind": "company", "company_number": "111"}}
OTHERS = [{"label": "No match", "answer": {"kind": "no_match"}}, {"label": "Decide later", "answer": None}]


@pytest_asyncio.fixture
async def admin(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> AsyncGenerator[Visit]:
    """An administrator of this test's organisation."""
    async with signed_in(transport, tenant, role="admin", name="Ana") as made:
        yield made


async def _decided(tenant: Tenant, name: str, answer: dict[str, Any], preset: str = PRESET, **values: Any) -> None:
    """An answer at the company gate to a question with a preselected line."""
    restaurant, _ = await tenant.restaurant(name=name)
    _, jobs = await tenant.batch(restaurant)
    shown = {"preset": preset, "choices": [CLEAR, *OTHERS]}
    row = {"job_id": jobs[restaurant], "answer": answer, "shown": shown} | values
    await add(tenant.everything, "registration_decisions", tenant.organisation_id, **row)


async def test_a_policy_says_what_it_would_have_decided(admin: Visit, tenant: Tenant, other: Tenant) -> None:
    """Answers of people to first questions with a clear match; the unclear and those of the policy do not count."""
    assert "people decided no such question" in (await admin.get("/settings")).text
    await _decided(tenant, "Kai", {"kind": "company", "company_number": "111"})
    await _decided(tenant, "<b>Tio</b>", {"kind": "no_match"})
    await _decided(tenant, "Unclear", {"kind": "no_match"}, preset="Decide later")
    await _decided(tenant, "Again", {"kind": "company", "company_number": "111"}, source="policy")
    await _decided(tenant, "Refused", {"kind": "no_match"}, accepted=False)
    await _decided(other, "Theirs", {"kind": "no_match"})
    page = await admin.page("/settings")
    assert [one.text() for one in page.css(".card strong")] == ["1", "1"]
    [row] = page.css("tbody tr")
    assert ("<b>Tio</b>" in row.text(), "no match" in row.text(), "Mere" in row.text()) == (True, True, True)


async def test_a_policy_is_switched_with_person_and_reason(admin: Visit, visit: Visit, tenant: Tenant) -> None:
    """After a preview; operators see neither the page nor its line in the rail."""
    assert first(await admin.page("/settings"), ".card .status").text() == "off"
    assert "Switch on" in (await admin.get("/settings/clear-matches?on=true", hx="true")).text
    done = await admin.post("/settings/clear-matches", {"on": "true", "why": "Mondays"})
    assert (done.status_code, done.headers["hx-redirect"]) == (204, "/settings")
    assert first(await admin.page("/settings"), ".card .status").text() == "on"
    query = text("select what, actor, reason from registration_events where organisation_id = :id")
    rows = (await tenant.everything.execute(query, {"id": tenant.organisation_id})).all()
    assert [tuple(one) for one in rows] == [("auto_select_clear_matches switched on", "Ana", "Mondays")]
    for path in ("/settings", "/settings/clear-matches", "/health", "/health/findings"):
        assert (await visit.get(path)).status_code == 403, path
    assert (await visit.post("/settings/clear-matches", {"on": "true"})).status_code == 403
    assert "/settings" not in (await visit.get("/batches")).text


async def test_the_default_configuration_is_set_in_a_form(admin: Visit, visit: Visit) -> None:
    """The page says what is set, the form begins with it; what contradicts itself is refused, operators are, too."""
    path = "/settings/default-configuration"
    assert "Everything is as the restaurants propose it" in (await admin.get("/settings")).text
    sent = {"all_theme": "Dark", "all_include_stripe_link": "Include", "all_steps_off": "itemTags", "why": "our look"}
    assert (await admin.post(path, sent)).headers["hx-redirect"] == "/settings"
    page = await admin.page("/settings")
    assert [one.text() for one in page.css(".facts dt")] == ["Theme", "Stripe link", "Sub-steps not to run"]
    assert [one.text() for one in page.css(".facts dd")] == ["Dark", "Include", "itemTags"]
    form = await admin.page(path)
    assert next(one.text() for one in form.css("main option[selected]")) == "Dark"
    assert [one.attributes["value"] for one in form.css("main input[checked]")] == ["itemTags"]
    assert (await admin.post(path, sent | {"all_steps_on": "itemTags"})).status_code == 422
    assert [(await visit.get(path)).status_code, (await visit.post(path, sent)).status_code] == [403, 403]


async def test_health_has_findings_with_their_next_steps(admin: Visit) -> None:
    """Of this installation, which has no Prefect server; the page is there before them."""
    assert 'hx-get="/health/findings"' in (await admin.get("/health")).text
    found = await admin.get("/health/findings", hx="true")
    assert "Prefect server" in found.text
    assert "start it; batches wait meanwhile" in found.text
    assert "start one with <code>make up</code>" in found.text


def test_health_leads_to_the_prefect_ui() -> None:
    """To its first page, if its address is known: engineers look there."""
    with temporary_settings({PREFECT_UI_URL: "https://prefect.example/ui"}):
        assert server_page() == "https://prefect.example/ui"
    page = text_of("health/parts.html", "findings", [], "https://prefect.example/ui")
    assert 'href="https://prefect.example/ui"' in page
    assert "Prefect UI" not in text_of("health/parts.html", "findings", [], None)


def test_the_worst_finding_comes_first() -> None:
    """Else they stay in the order of the checks."""
    findings = [fine("disk", "5 GB"), warning("keys", "old", "renew"), undetermined("rows", "none", "later")]
    findings += [error("database", "away", "start it"), fine("platform", "answers")]
    assert [one.about for one in lines_of(findings)] == ["database", "keys", "rows", "disk", "platform"]


async def test_only_administrators_are_told_the_keys_of_their_pages(admin: Visit, visit: Visit) -> None:
    """The help lists what the rail has."""
    for person, its in ((admin, True), (visit, False)):
        page = await person.page("/")
        named = {one.text() for one in page.css("#help dd")}
        assert ({"accounts", "settings", "health"} <= named, "batches" in named) == (its, True)
