"""Queries about pages of the register that were not understood: kept for each attempt, bounded, and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from registration.companies.page_evidence import EvidenceKind, EvidencePiece, unpacked
from registration.database.session import NO_ORGANISATION, Database, Transaction
from registration.errors import NotFound

MOST_PAGES_OF_A_STEP: Final = 6
"""The pages that are kept of one step of a job, over all visits and attempts: three searches by name and address."""
MOST_PAGES: Final = 200
"""The pages that are kept of one organisation: a register that has changed must not fill the database."""

_DAY = 86_400
_DESCRIBED = "id, job_id, page_id, kind, step_number as step, visit, url, size, sha256, is_cut, created_at"
_SAVE = text(
    """
    insert into registration_evidence (organisation_id, job_id, step_number, visit, page_id, kind, url, content, sha256,
        size, is_cut, created_at)
    values (:organisation, :job, :step, :visit, :page, :kind, :url, :content, :sha256, :size, :is_cut,
        coalesce(cast(:at as timestamptz), now()) + make_interval(secs => :nth * 0.000001))
    on conflict (organisation_id, page_id, kind) do nothing
    """
)
_TOO_MANY = text(
    """
    select id from (
        select id, dense_rank() over (order by created_at desc, page_id) as number,
            dense_rank() over (partition by job_id, step_number order by created_at desc, page_id) as number_of_step
        from registration_evidence where organisation_id = :organisation
    ) ranked
    where number > :pages or number_of_step > :pages_of_a_step
    """
)
_OLD = text(
    """
    select id from registration_evidence
    where organisation_id = :organisation and created_at < clock_timestamp() - make_interval(secs => :seconds)
    """
)
_LOCK = text("select id from registration_evidence where id = any(:ids) order by id for update skip locked")
_FORGET = text("delete from registration_evidence where organisation_id = :organisation and id = any(:ids)")
_ORGANISATIONS = text(
    "select organisation_id from registration_old_evidence(clock_timestamp() - make_interval(secs => :seconds))"
)
_OF_JOB = text(
    f"""
    select {_DESCRIBED} from registration_evidence where organisation_id = :organisation and job_id = :job
    order by created_at, page_id, kind
    """
)
_ONE = text(
    f"""
    select {_DESCRIBED}, content from registration_evidence
    where organisation_id = :organisation and job_id = :job and id = :id
    """
)


@dataclass(frozen=True)
class KeptEvidence:
    """A stored piece without its content; `size` is in bytes, uncompressed. `is_cut`: the page's HTML was longer."""

    id: UUID
    job_id: UUID
    page_id: UUID
    kind: EvidenceKind
    step: int
    visit: int
    url: str
    size: int
    sha256: str
    is_cut: bool
    created_at: datetime

    @property
    def file_name(self) -> str:
        """A name for a file: HTML ends as text, so that no program opens it as a page."""
        ending = "png" if self.kind is EvidenceKind.SCREENSHOT else "html.txt"
        return f"register-{self.created_at:%Y%m%dT%H%M%S}-{str(self.page_id)[:8]}.{ending}"


@dataclass(frozen=True)
class PackedPage:
    """A page that is to be kept: its id, its URL and its pieces; `at` is when it was shown, by default now."""

    id: UUID
    url: str
    pieces: Sequence[EvidencePiece]
    at: datetime | None = None


async def keep_pages(
    transaction: Transaction, job_id: UUID, step: int, visit: int, pages: Sequence[PackedPage]
) -> None:
    """Keep the pages of an attempt of a step, a microsecond apart, so that they are listed in their order. A repeated
    call changes nothing.

    The oldest pages beyond the bounds of the step and of the organisation are deleted.
    """
    organisation = {"organisation": transaction.organisation_id}
    rows = [
        {"job": job_id, "step": step, "visit": visit, "page": page.id, "url": page.url, "at": page.at, "nth": nth}
        | organisation
        | {"kind": piece.kind.value, "content": piece.content, "sha256": piece.sha256}
        | {"size": piece.size, "is_cut": piece.is_cut}
        for nth, page in enumerate(pages)
        for piece in page.pieces
    ]
    if rows:
        await transaction.execute(_SAVE, rows)
        bounds = {"pages": MOST_PAGES, "pages_of_a_step": MOST_PAGES_OF_A_STEP}
        await _forget(transaction, list(await transaction.scalars(_TOO_MANY, organisation | bounds)))


async def list_evidence(transaction: Transaction, job_id: UUID) -> tuple[KeptEvidence, ...]:
    """The evidence of a job without its content, the oldest first."""
    rows = await transaction.execute(_OF_JOB, {"organisation": transaction.organisation_id, "job": job_id})
    return tuple(_kept(dict(row)) for row in rows.mappings())


async def read_evidence(transaction: Transaction, job_id: UUID, evidence_id: UUID) -> tuple[KeptEvidence, bytes]:
    """A piece of evidence of a job and its content. Raises NotFound, NotUnderstood if its checksum is wrong."""
    key = {"organisation": transaction.organisation_id, "job": job_id, "id": evidence_id}
    row = (await transaction.execute(_ONE, key)).mappings().one_or_none()
    if row is None:
        raise NotFound(
            f"there is no evidence {evidence_id} of this job",
            code="EVIDENCE_NOT_FOUND",
            hint="it may have been deleted, since evidence is kept for a limited time",
        )
    values = dict(row)
    content = bytes(values.pop("content"))
    kept = _kept(values)
    return kept, unpacked(content, kept.sha256)


async def forget_old_evidence(database: Database, days: float) -> int:
    """Delete the evidence of all organisations that is older than so many days; returns the number of pieces."""
    age = {"seconds": days * _DAY}
    async with database.transaction(NO_ORGANISATION, read_only=True) as transaction:
        organisations = list(await transaction.scalars(_ORGANISATIONS, age))
    forgotten = 0
    for organisation_id in organisations:
        async with database.transaction(organisation_id) as transaction:
            old = await transaction.scalars(_OLD, {"organisation": organisation_id} | age)
            forgotten += await _forget(transaction, list(old))
    return forgotten


def _kept(row: dict[str, Any]) -> KeptEvidence:
    row["kind"] = EvidenceKind(row["kind"])
    return KeptEvidence(**row)


async def _forget(transaction: Transaction, ids: list[UUID]) -> int:
    """Delete the rows, except those that another transaction is deleting: two such transactions cannot deadlock."""
    if not ids:
        return 0
    locked = list(await transaction.scalars(_LOCK, {"ids": ids}))
    values = {"organisation": transaction.organisation_id, "ids": locked}
    return (await transaction.execute(_FORGET, values)).rowcount
