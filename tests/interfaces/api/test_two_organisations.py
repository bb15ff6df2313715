"""Nothing of one organisation can be told from nothing at all by somebody of another."""

from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import AtGate, at_company_gate, at_config_gate
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

PIXEL = "data:image/png;base64,iVBORw0KGgo="
REQUEST = {"X-Request-ID": "the-same-request"}
OF_BATCHES = (
    "",
    "?fields=slim",
    "/progress",
    "/results",
    "/candidates",
    *(f"/steps/{number}" for number in range(1, 7)),
)
OF_RESTAURANTS = (
    "",
    "/details",
    "/images/website_og_image",
    "/registration-jobs",
    "/registration-jobs/active",
)
OF_JOBS = ("", "/item-tags", "/steps/6/sub-steps/menuImport/validation")
OF_SINGLES = ("single-restaurant-progress", "status")


@dataclass(frozen=True)
class Theirs:
    """What the other organisation has."""

    batches: tuple[UUID, ...]
    jobs: tuple[UUID, ...]
    restaurants: tuple[UUID, ...]

    def paths(self) -> list[tuple[str, UUID]]:
        """Every path with an id in it, and the id."""
        return [
            *((f"{BATCHES}/{one}{rest}", one) for one, rest in product(self.batches, OF_BATCHES)),
            *((f"/api/registration-jobs/{one}?story=true", one) for one in self.jobs),
            *((f"{BATCHES}/jobs/{one}{rest}", one) for one, rest in product(self.jobs, OF_JOBS)),
            *((f"/api/registration/{what}/{one}", one) for one, what in product(self.restaurants, OF_SINGLES)),
            *((f"/api/restaurants/{one}{rest}", one) for one, rest in product(self.restaurants, OF_RESTAURANTS)),
        ]


@pytest_asyncio.fixture
async def theirs(other: Tenant) -> Theirs:
    """A batch at each gate, of restaurants with an image."""
    waiting: list[AtGate] = [
        await at_company_gate(other, website_og_image=PIXEL),
        await at_config_gate(other, website_og_image=PIXEL),
    ]
    return Theirs(
        tuple(one.batch_id for one in waiting),
        tuple(one.job_id for one in waiting),
        tuple(one.restaurant_id for one in waiting),
    )


async def test_ids_of_others_are_answered_like_ids_of_nobody(api: Api, other: Tenant, theirs: Theirs) -> None:
    """Byte for byte; their own people see every one."""
    own = api.as_organisation(other.organisation_id)
    for path, one in theirs.paths():
        assert (await own.get(path)).status_code == 200, path
        nothing = str(uuid4())
        foreign, nobody = await api.get(path, REQUEST), await api.get(path.replace(str(one), nothing), REQUEST)
        assert (foreign.status_code, nobody.status_code) == (404, 404), path
        assert foreign.content == nobody.content.replace(nothing.encode(), str(one).encode()), path
        assert _kept(foreign) == _kept(nobody)


def _kept(answer: httpx.Response) -> dict[str, str]:
    """The headers, without the counters of the rate limit."""
    return {name: value for name, value in answer.headers.items() if not name.startswith("ratelimit")}


async def test_ids_are_in_no_list_of_others(api: Api, other: Tenant, theirs: Theirs) -> None:
    """Neither is a lead of theirs."""
    scraping = await add(other.everything, "lead_scrape_jobs", other.organisation_id)
    passed = {
        "lead_scrape_job_id": scraping,
        "current_step": 4,
        "step_progression_status": "passed",
    }
    lead_id = await add(other.everything, "leads", other.organisation_id, city="Kerikeri", **passed)
    own = api.as_organisation(other.organisation_id)
    ids = {str(one) for one in (*theirs.batches, *theirs.jobs, *theirs.restaurants, lead_id)}
    lists = (BATCHES, "/api/gates", "/api/restaurants", "/api/leads/pending", "/api/leads/pending/filter-options")
    seen, foreign = "", ""
    for path in lists:
        seen, foreign = seen + (await own.get(path)).text, foreign + (await api.get(path)).text
    assert all(one in seen for one in ids | {"Kerikeri"})
    assert not any(one in foreign for one in ids | {"Kerikeri"})
