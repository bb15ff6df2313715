"""A page of the register that was not understood, kept for a job of a test."""

from uuid import UUID

from registration.companies.page_evidence import page_copy, pieces_of
from registration.companies.page_evidence_queries import KeptEvidence, PackedPage, keep_pages, list_evidence
from registration.database.session import Database

URL = "http://register.example/1"
PNG = b"\x89PNG\r\n\x1a\n kai"
HTML = "<h1>Ōtaki</h1><script>alert(1)</script>"


def packed(html: str = HTML, screenshot: bytes | None = PNG) -> PackedPage:
    """A page as a task packs it."""
    page = page_copy(URL, html, screenshot)
    return PackedPage(page.id, page.url, pieces_of(page))


async def keep_page(
    database: Database, organisation_id: UUID, job_id: UUID, html: str = HTML, *, step: int = 2, visit: int = 1
) -> tuple[KeptEvidence, ...]:
    """Keep one page with a screenshot; returns everything that is kept of the job, the oldest first."""
    async with database.transaction(organisation_id) as transaction:
        await keep_pages(transaction, job_id, step, visit, [packed(html)])
        return await list_evidence(transaction, job_id)
