"""The state of a batch in our tables, read without the pipeline's own functions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from dev.chaos.expected import RestaurantRecord, SubStepRecord
from dev.chaos.platform_records import NAMES, RECORDED
from dev.stack.fixtures import PreparedBatch
from registration.states import JOB_ENDED, Assurance, JobStatus, SubStepStatus
from registration.workflow.sub_steps import SubStepName

_RESTAURANTS: LiteralString = """
    select j.id as job_id, j.restaurant_id, r.name, j.status, j.error_message, j.created_at as opened_at,
        (select array_agg(p.restaurant_id) from registration_jobs p where p.organisation_id = j.organisation_id
            and (p.id = j.id or lower(p.execution_config -> 'account' ->> 'email')
                = lower(j.execution_config -> 'account' ->> 'email'))) as peers,
        (select jsonb_object_agg(u.name, jsonb_build_object(
                'status', u.status, 'intended', u.intent_at is not null, 'sent', u.sent_at is not null,
                'needs_person', u.needs_person, 'known', u.known, 'error', coalesce(u.error_message, u.skip_reason)))
            from registration_sub_steps u where u.job_id = j.id) as effects,
        (select array_agg(format('%%s was asked again in round %%s', d.gate, o.round_number))
            from registration_decisions d
            join registration_gate_rounds o on o.batch_job_id = j.batch_job_id and o.gate = d.gate
            where d.job_id = j.id and d.accepted and o.opened_at > d.decided_at
              and o.shown -> 'questions' @> jsonb_build_array(
                jsonb_build_object('job_id', d.job_id, 'visit', d.visit))) as repeated
    from registration_jobs j join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = any(%(batches)s) order by j.position
"""
_DECIDED: LiteralString = """
    select job_id, replace(what, ' reopened', '') as what, array_agg(created_at order by created_at) as moments
    from registration_events
    where job_id = any(%(jobs)s) and actor not in ('pipeline', 'prefect', 'preflight') group by 1, 2
"""
"""Moments at which a person moved or reopened a sub-step."""
_UNSETTLED: LiteralString = """
    select distinct j.batch_job_id as id from registration_jobs j
    where j.batch_job_id = any(%(batches)s) and (
        (j.status <> all(%(ended)s) and not exists (
            select from registration_sub_steps u where u.job_id = j.id and u.needs_person))
        or exists (select from registration_sub_steps u where u.job_id = j.id and not u.needs_person
            and (u.status = 'unknown' or (u.sent_at is not null and u.status in ('in_progress', 'retrying')))))
"""
_LIVE: LiteralString = """
    select batch_job_id as id from registration_leases
    where batch_job_id = any(%(batches)s) and expires_at > clock_timestamp()
"""
_SLOTS_HELD: LiteralString = """
    select count(*) as held from registration_browser_slots s
    join registration_leases l on l.batch_job_id = s.batch_job_id and l.holder = s.holder
    where s.taken_at is not null and l.expires_at > clock_timestamp()
"""


class Records:
    """The registration database as superuser; one connection per query, since Postgres is restarted."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def restaurants(self, batches: Sequence[PreparedBatch]) -> dict[UUID, RestaurantRecord]:
        """Every job of the batches, by its id."""
        rows = await self.query(_RESTAURANTS, batches=_ids(batches))
        decided: defaultdict[UUID, dict[str, tuple[datetime, ...]]] = defaultdict(dict)
        for row in await self.query(_DECIDED, jobs=[row["job_id"] for row in rows]):
            decided[row["job_id"]][row["what"]] = tuple(row["moments"])
        recorded = await self.recorded([row["restaurant_id"] for row in rows])
        return {row["job_id"]: _record(row, recorded[row["restaurant_id"]], decided[row["job_id"]]) for row in rows}

    async def recorded(self, restaurant_ids: Sequence[UUID]) -> Mapping[UUID, frozenset[SubStepName]]:
        """The sub-steps for which the platform's own tables record a success, by restaurant."""
        found: defaultdict[UUID, set[SubStepName]] = defaultdict(set)
        for row in await self.query(RECORDED, restaurants=list(restaurant_ids)):
            found[row["restaurant_id"]].add(NAMES[row["record"]])
        return {restaurant_id: frozenset(found[restaurant_id]) for restaurant_id in restaurant_ids}

    async def unfinished(self, batches: Sequence[PreparedBatch]) -> list[PreparedBatch]:
        """The batches that can still go on without a person."""
        found = await self.query(_UNSETTLED, batches=_ids(batches), ended=[str(status) for status in JOB_ENDED])
        return _those(batches, found)

    async def held(self, batches: Sequence[PreparedBatch]) -> list[PreparedBatch]:
        """The batches with a live lease."""
        return _those(batches, await self.query(_LIVE, batches=_ids(batches)))

    async def slots_held(self) -> int:
        """Number of browser slots held under a live lease."""
        [row] = await self.query(_SLOTS_HELD)
        return row["held"]

    async def query(self, sql: LiteralString, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement."""
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(sql, values)
            return await cursor.fetchall() if cursor.description else []


def _ids(batches: Sequence[PreparedBatch]) -> list[UUID]:
    return [batch.batch_id for batch in batches]


def _those(batches: Sequence[PreparedBatch], found: list[dict[str, Any]]) -> list[PreparedBatch]:
    ids = {row["id"] for row in found}
    return [batch for batch in batches if batch.batch_id in ids]


def _record(
    row: dict[str, Any], recorded: frozenset[SubStepName], decided: Mapping[str, tuple[datetime, ...]]
) -> RestaurantRecord:
    twelve = {name: _sub_step(**row["effects"][name]) for name in SubStepName}
    return RestaurantRecord(
        job_id=row["job_id"],
        restaurant_id=row["restaurant_id"],
        name=row["name"],
        peers=tuple(row["peers"]),
        status=JobStatus(row["status"]),
        twelve=twelve,
        repeated=tuple(row["repeated"] or ()),
        recorded=recorded,
        decided=decided,
        opened_at=row["opened_at"],
    )


def _sub_step(status: str, known: str | None, **rest: Any) -> SubStepRecord:
    return SubStepRecord(SubStepStatus(status), known=Assurance(known) if known else None, **rest)
