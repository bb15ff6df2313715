"""Every address that names something of another organisation is answered like one that names nothing."""

import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from interfaces.console.app import PAGES
from tests.interfaces.console.visiting import Visit, signed_in
from tests.registration.at_gate import at_company_gate
from tests.registration.kept_pages import keep_page
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.registration.tenant import Tenant

REQUEST = {"X-Request-ID": "the-same-request"}
PARAMETER = re.compile(r"{(\w+)}")
KINDS = ("batch_id", "job_id", "restaurant_id", "lead_id", "evidence_id")
OTHERS = {"number": "0", "name": "website_og_image"}
"""Parameters that name a part of what another parameter names."""
QUERY = {"sub_step": "menuImport", "there": "true"}
SENT = QUERY | {
    "why": "x",
    "decision": "set",
    "answers": "[]",
    "visit": "1",
    "address": "https://www.example.com/logo.png",
    "secret": "Correct.Horse-7Battery",
    "name": "website_og_image",
}
"""What the forms of the pages send, of all pages together."""


@dataclass(frozen=True)
class Things:
    """The ids of a batch, a job of it, its restaurant, a lead, and a page of the register that was kept."""

    batch_id: UUID
    job_id: UUID
    restaurant_id: UUID
    lead_id: UUID
    evidence_id: UUID

    @classmethod
    def of_nobody(cls) -> "Things":
        """Ids that nothing has."""
        return cls(uuid4(), uuid4(), uuid4(), uuid4(), uuid4())

    def path(self, template: str) -> str:
        """The address with these ids."""
        return PARAMETER.sub(lambda found: OTHERS.get(found[1]) or str(getattr(self, found[1])), template)

    def told(self, answer: httpx.Response) -> tuple[int, str]:
        """Status and text, with the name of its kind in the place of each id."""
        shown = answer.text
        for kind in KINDS:
            shown = shown.replace(str(getattr(self, kind)), kind)
        return answer.status_code, shown


@pytest_asyncio.fixture
async def theirs(other: Tenant) -> Things:
    """A batch that waits at a gate, with a kept page of the register, and a lead."""
    waiting = await at_company_gate(other, name="Kai of others")
    scraped = await add_scrape_job(other.everything, other.organisation_id)
    [lead] = await add_leads(other.everything, other.organisation_id, scraped, 1)
    kept, *_ = await keep_page(other.database, other.organisation_id, waiting.job_id)
    return Things(waiting.batch_id, waiting.job_id, waiting.restaurant_id, lead, kept.id)


@pytest_asyncio.fixture
async def admin(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> AsyncGenerator[Visit]:
    """A person who may do everything in this organisation."""
    async with signed_in(transport, tenant, role="admin") as made:
        yield made


def _addresses() -> list[tuple[str, str]]:
    """Method and address of everything that names a thing."""
    routes = [route for router in PAGES for route in router.routes]
    found = {
        (method, path)
        for route in routes
        for method in getattr(route, "methods", None) or ()
        if any(f"{{{kind}}}" in (path := getattr(route, "path", "")) for kind in KINDS)
    }
    return sorted(found)


async def test_ids_of_others_are_answered_like_ids_of_nobody(admin: Visit, theirs: Things) -> None:
    """Byte for byte, and with 404: pages, parts of pages, streams and commands."""
    nobody = Things.of_nobody()

    async def told(method: str, path: str, things: Things) -> tuple[int, str]:
        if method == "POST":
            shown = json.dumps({"job": str(things.job_id), "visit": 1, "config": {}})
            return things.told(await admin.post(things.path(path), SENT | {"shown": shown}, REQUEST))
        return things.told(await admin.client.get(things.path(path), params=QUERY, headers=REQUEST))

    wrong: dict[str, tuple[object, object]] = {}
    addresses = _addresses()
    for method, path in addresses:
        foreign, unknown = await told(method, path, theirs), await told(method, path, nobody)
        if foreign != unknown or foreign[0] != 404:
            wrong[f"{method} {path}"] = foreign, unknown
    assert wrong == {}
    assert len(addresses) > len(KINDS)


async def test_lists_hold_nothing_of_others(admin: Visit, theirs: Things) -> None:
    """Nor does a search for their names or ids find anything, or a selection take them."""
    lists = ("/", "/batches", "/restaurants", "/leads", "/notices", "/accounts")
    asked = ("/batches?q=Kai", "/restaurants?q=Kai", f"/search?q={theirs.batch_id}", f"/search?q={theirs.job_id}")
    chosen = (f"/leads/convert?leads={theirs.lead_id}", f"/batches/new?restaurants={theirs.restaurant_id}")
    for path in (*lists, *asked, *chosen):
        shown = (await admin.get(path)).text
        assert "Kai of others" not in shown, path
        found = [kind for kind in KINDS if str(getattr(theirs, kind)) in shown.replace(f"q={theirs.batch_id}", "")]
        assert found == [], path
