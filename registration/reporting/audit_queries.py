"""Queries about what persons did in an organisation: passwords, answers at gates, and operations, newest first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction


class AuditKind(StrEnum):
    """What is audited."""

    ACCOUNT = "password"
    DECISION = "decision"
    RETRY = "retry"
    RESOLVE = "resolve"
    CANCEL = "cancel"
    SETTING = "setting"


_AUDIT = text(
    """
    with acts as (
        select e.created_at as at, e.what, e.actor, e.reason, e.data, e.batch_job_id as batch_id, e.job_id,
            case
                when e.what like 'password%' then 'password'
                when e.what like '%reopened' or e.what = 'failure left as it is' then 'retry'
                when e.what like '%stop requested' or e.what = 'batch continued' then 'cancel'
                when e.what like '%switched on' or e.what like '%switched off' then 'setting'
                when e.what = 'default configuration changed' then 'setting'
                when e.to_status is not null and e.from_status = 'unknown' and e.actor <> 'pipeline' then 'resolve'
            end as kind
        from registration_events e where e.organisation_id = :organisation
        union all
        select d.decided_at, d.gate || ': ' || coalesce(d.answer ->> 'kind', 'what cannot be read'), d.decided_by,
            d.refused_reason, jsonb_build_object('visit', d.visit, 'source', d.source, 'accepted', d.accepted),
            j.batch_job_id, d.job_id, 'decision'
        from registration_decisions d join registration_jobs j on j.id = d.job_id
        where d.organisation_id = :organisation
    )
    select *, count(*) over () as total from acts
    where kind = any(:kinds) and (cast(:actor as text) is null or actor = :actor)
      and (cast(:email as text) is null or data ->> 'email' = :email)
      and at >= coalesce(cast(:begin as timestamptz), '-infinity')
      and at < coalesce(cast(:end as timestamptz), 'infinity')
    order by at desc limit :limit offset :offset
    """
)


@dataclass(frozen=True)
class AuditEntry:
    """What a person, or the pipeline for a person, did; `data` has no secrets."""

    at: datetime
    kind: AuditKind
    what: str
    actor: str
    reason: str | None
    data: dict[str, Any]
    batch_id: UUID | None
    job_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries; None filters nothing. `email` is the account that an entry is about."""

    kinds: frozenset[AuditKind] = frozenset(AuditKind)
    actor: str | None = None
    email: str | None = None
    begin: datetime | None = None
    end: datetime | None = None


async def read_audit(
    transaction: Transaction, only: AuditFilter, *, limit: int, offset: int = 0
) -> tuple[tuple[AuditEntry, ...], int]:
    """The entries that fit, newest first, and how many there are on this and all other pages; 0 beyond the last."""
    values = {"actor": only.actor, "email": only.email, "begin": only.begin, "end": only.end}
    values |= {"limit": limit, "offset": offset}
    key = {"organisation": transaction.organisation_id, "kinds": sorted(only.kinds)}
    rows = (await transaction.execute(_AUDIT, key | values)).all()
    entries = [
        AuditEntry(row.at, AuditKind(row.kind), row.what, row.actor, row.reason, row.data, row.batch_id, row.job_id)
        for row in rows
    ]
    return tuple(entries), rows[0].total if rows else 0
