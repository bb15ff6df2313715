"""Pages that were not understood, in the database: once each, bounded, deleted in time, each organisation its own."""

import asyncio
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.companies.page_evidence import EvidenceKind
from registration.companies.page_evidence_queries import (
    MOST_PAGES,
    MOST_PAGES_OF_A_STEP,
    forget_old_evidence,
    keep_pages,
    list_evidence,
    read_evidence,
)
from registration.errors import NotFound
from tests.registration.kept_pages import HTML, PNG, URL, keep_page, packed
from tests.registration.tenant import Tenant
from tests.waiting import HANG

_AGE = text(
    "update registration_evidence set created_at = created_at - make_interval(days => :days) where page_id = :page"
)


@pytest_asyncio.fixture
async def job_id(tenant: Tenant) -> UUID:
    """A job."""
    restaurant_id, _ = await tenant.restaurant()
    _, jobs = await tenant.batch(restaurant_id)
    return jobs[restaurant_id]


async def _kept(tenant: Tenant, job_id: UUID) -> list[UUID]:
    """The pages that are kept of a job, the oldest first."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return list(dict.fromkeys(one.page_id for one in await list_evidence(transaction, job_id)))


async def test_a_page_is_kept_once_and_read_as_it_was(tenant: Tenant, job_id: UUID) -> None:
    """Also if the same is said twice, as after a commit whose answer was lost."""
    page = packed()
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for _ in range(2):
            await keep_pages(transaction, job_id, 2, 3, [page])
        html, screenshot = await list_evidence(transaction, job_id)
        assert (html.kind, html.step, html.visit, html.url) == (EvidenceKind.HTML, 2, 3, URL)
        assert (await read_evidence(transaction, job_id, html.id))[1] == HTML.encode()
        assert (await read_evidence(transaction, job_id, screenshot.id))[1] == PNG


async def test_pages_of_one_attempt_are_listed_in_their_order(tenant: Tenant, job_id: UUID) -> None:
    """As the error names them, although one transaction keeps them all."""
    pages = [packed() for _ in range(MOST_PAGES_OF_A_STEP)]
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await keep_pages(transaction, job_id, 2, 1, pages)
    assert await _kept(tenant, job_id) == [page.id for page in pages]


async def test_nobody_else_reads_it(tenant: Tenant, job_id: UUID) -> None:
    """Another organisation finds neither the list nor the bytes, nor does another job of the same one."""
    [html, _] = await keep_page(tenant.database, tenant.organisation_id, job_id)
    async with tenant.database.transaction(uuid4()) as transaction:
        assert await list_evidence(transaction, job_id) == ()
        with pytest.raises(NotFound):
            await read_evidence(transaction, job_id, html.id)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        with pytest.raises(NotFound):
            await read_evidence(transaction, uuid4(), html.id)


async def test_a_step_keeps_its_newest_pages(tenant: Tenant, job_id: UUID) -> None:
    """Whatever the number of attempts and visits; another step has its own."""
    await keep_page(tenant.database, tenant.organisation_id, job_id, step=4)
    attempts = [
        await keep_page(tenant.database, tenant.organisation_id, job_id, visit=visit)
        for visit in range(MOST_PAGES_OF_A_STEP + 2)
    ]
    kept = attempts[-1]
    assert sorted({one.visit for one in kept if one.step == 2}) == list(range(2, MOST_PAGES_OF_A_STEP + 2))
    assert len({one.page_id for one in kept if one.step == 4}) == 1
    assert len(kept) == 2 * (MOST_PAGES_OF_A_STEP + 1)


async def test_an_organisation_keeps_its_newest_pages(tenant: Tenant, job_id: UUID) -> None:
    """A register that has changed for all restaurants does not fill the database."""
    first = await keep_page(tenant.database, tenant.organisation_id, job_id)
    restaurants = [(await tenant.restaurant())[0] for _ in range(50)]
    _, jobs = await tenant.batch(*restaurants)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for other in jobs.values():
            await keep_pages(transaction, other, 2, 1, [packed(screenshot=None) for _ in range(MOST_PAGES // 50)])
        left = await transaction.scalar(text("select count(distinct page_id) from registration_evidence"))
    assert (left, await _kept(tenant, job_id), len(first)) == (MOST_PAGES, [], 2)


async def test_old_pages_are_forgotten_of_every_organisation(tenant: Tenant, job_id: UUID) -> None:
    """Also of one that keeps nothing new; what is younger stays."""
    old, young = [
        (await keep_page(tenant.database, tenant.organisation_id, job_id, html))[-1].page_id for html in ("1", "2")
    ]
    await tenant.everything.execute(_AGE, {"days": 91, "page": old})
    await tenant.everything.execute(_AGE, {"days": 89, "page": young})
    assert await forget_old_evidence(tenant.database, 90) >= 2
    assert await _kept(tenant, job_id) == [young]
    assert await forget_old_evidence(tenant.database, 90) == 0


async def test_pages_that_another_transaction_deletes_are_not_waited_for(tenant: Tenant, job_id: UUID) -> None:
    """The new page is kept at once, while the oldest one is locked."""
    for _ in range(MOST_PAGES_OF_A_STEP):
        await keep_page(tenant.database, tenant.organisation_id, job_id)
    oldest = (await _kept(tenant, job_id))[0]
    async with tenant.database.transaction(tenant.organisation_id) as holding:
        lock = text("select from registration_evidence where page_id = :page for update")
        await holding.execute(lock, {"page": oldest})
        async with asyncio.timeout(HANG):
            await keep_page(tenant.database, tenant.organisation_id, job_id)
    assert len(await _kept(tenant, job_id)) == MOST_PAGES_OF_A_STEP + 1
    await keep_page(tenant.database, tenant.organisation_id, job_id)
    assert len(await _kept(tenant, job_id)) == MOST_PAGES_OF_A_STEP


async def test_the_evidence_goes_with_its_batch(tenant: Tenant, job_id: UUID) -> None:
    """A batch that is deleted leaves nothing behind."""
    await keep_page(tenant.database, tenant.organisation_id, job_id)
    gone = text("delete from registration_batch_jobs where organisation_id = :organisation")
    await tenant.everything.execute(gone, {"organisation": tenant.organisation_id})
    left = text("select count(*) from registration_evidence where organisation_id = :organisation")
    assert await tenant.everything.scalar(left, {"organisation": tenant.organisation_id}) == 0
