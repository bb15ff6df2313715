"""The process of the REST API is killed between a write and its reply; the client makes the same call again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, LiteralString
from uuid import UUID, uuid4

import httpx

from dev.chaos.api_process import ApiProcess
from dev.chaos.finish import finish, verdict
from dev.chaos.judge import ANY_TRUE_END, COMPLETED, Expected
from dev.chaos.lab import FAST, Lab
from dev.chaos.operator import Operator, gates_answered
from dev.chaos.traps import Moment
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.databases import provide_organisation
from dev.stack.fixtures import Next, PreparedBatch, of_its_own
from registration.restaurants.importing import import_restaurants
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

BATCHES = "/api/registration-batches"
_SPRUNG_SECONDS = 60.0
_REPEATED_SECONDS = 120.0
_FORM_LIMIT = 180.0
_REFUSED_ONCE = {"kind": "success_false", "times": 1}
_CUT_ONCE = {"kind": "cut_before", "times": 1}
_MADE: LiteralString = """
    select b.id as batch_id, array_agg(j.id order by j.position) as jobs,
        array_agg(j.restaurant_id order by j.position) as restaurants
    from registration_batch_jobs b join registration_jobs j on j.batch_job_id = b.id
    where b.organisation_id = %(organisation)s group by b.id
"""
_DECISIONS: LiteralString = "select 1 as one from registration_decisions where job_id = %(job)s and accepted"
_EVENTS: LiteralString = (
    "select 1 as one from registration_events where organisation_id = %(organisation)s and what = %(what)s"
)


@dataclass(frozen=True)
class Call:
    """A write, and the point of its transaction at which its process is held: `subject` is an event or a gate."""

    organisation_id: UUID
    path: str
    subject: str
    trapped: UUID
    """The job of a decision; for an event the organisation."""
    body: Mapping[str, Any] | None = None
    key: str | None = None

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        """The answer. Raises httpx.TransportError if the process dies."""
        headers = {"Idempotency-Key": self.key} if self.key else {}
        return await client.post(self.path, json=self.body, headers=headers)


async def killed_at(lab: Lab, call: Call, moment: Moment) -> Verdict:
    """The process dies at this point; the same call to the next process must succeed."""
    async with ApiProcess.running(lab) as api, api.person(call.organisation_id) as client:
        trap = await lab.traps.lay(call.trapped, call.subject, moment)
        sending = asyncio.create_task(call.send(client))
        sprung = await lab.traps.spring([trap], _SPRUNG_SECONDS)
        api.kill()
        [first] = await asyncio.gather(sending, return_exceptions=True)
        await lab.traps.release([trap])
        if not sprung or not isinstance(first, httpx.TransportError):
            return Verdict(stuck=(f"{call.path} was not held at “{moment}”: {first!r}",))
        await api.start_again()
        again = await _until_done(call, client)
    if again.is_success:
        return Verdict()
    return Verdict(losses=(f"{call.path}, said again: {again.status_code} {again.text}",))


async def _until_done(call: Call, client: httpx.AsyncClient) -> httpx.Response:
    """The answer to the call, once the server no longer takes the first one for being at work."""
    async with asyncio.timeout(_REPEATED_SECONDS):
        while (answer := await call.send(client)).status_code == 409 and "retry-after" in answer.headers:
            await asyncio.sleep(float(answer.headers["retry-after"]))
    return answer


async def _create(lab: Lab, moment: Moment) -> Verdict:
    """One batch, whatever was lost; it goes its whole way."""
    organisation_id = uuid4()
    await provide_organisation(lab.stack.addresses.owner_database_url, str(organisation_id))
    number = lab.organisations.setdefault(organisation_id, len(lab.organisations) + 1)
    row = of_its_own(lab.rows[0], number)
    [imported] = await import_restaurants(lab.database, organisation_id, [row])
    body = {"name": "Killed", "restaurant_ids": [str(imported.id)], "auto_start": True}
    subject = "answer" if moment is Moment.ANSWER_COMMITTED else "batch opened"
    call = Call(organisation_id, BATCHES, subject, organisation_id, body, key=f"create-{uuid4()}")
    found = await killed_at(lab, call, moment)
    made = await lab.records.query(_MADE, organisation=organisation_id)
    if len(made) != 1:
        return found + Verdict(duplicates=(f"{len(made)} batches were made by one call and its repetition",))
    [one] = made
    ids = (organisation_id, one["batch_id"], tuple(one["jobs"]), tuple(one["restaurants"]))
    batch = PreparedBatch(*ids, (row.restaurant.external_id or "",))
    async with gates_answered(lab, "faults", [batch]):
        await finish(lab, [batch])
    return found + await verdict(lab, batch)


async def _start(lab: Lab, moment: Moment) -> Verdict:
    """Started once: one event."""
    batch = await lab.batch(1)
    call = _of_batch(batch, f"{BATCHES}/{batch.batch_id}/start", "batch started")
    found = await killed_at(lab, call, moment) + await _once(lab, batch, "batch started")
    return found + await _finished(lab, batch)


async def _cancel(lab: Lab, moment: Moment) -> Verdict:
    """Cancelled once; nothing was done, and nothing is."""
    batch = await lab.batch(1)
    call = _of_batch(batch, f"{BATCHES}/{batch.batch_id}/cancel", "batch stop requested", {"why": "killed"})
    found = await killed_at(lab, call, moment) + await _once(lab, batch, "batch stop requested")
    return found + await _finished(lab, batch, ANY_TRUE_END)


async def _decide(lab: Lab, moment: Moment) -> Verdict:
    """One decision, by the person who called; the restaurant is set up once."""
    batch = await waiting_at_configuration(lab)
    call = _of_batch(batch, f"{BATCHES}/{batch.batch_id}/steps/5/complete", GateName.YOLO_CONFIG, go_ahead(batch))
    found = await killed_at(lab, replace(call, trapped=batch.job_ids[0]), moment)
    decisions = await lab.records.query(_DECISIONS, job=batch.job_ids[0])
    if len(decisions) != 1:
        found += Verdict(losses=(f"{len(decisions)} decisions of one call and its repetition",))
    return found + await _finished(lab, batch)


async def _retry(lab: Lab, moment: Moment) -> Verdict:
    """A sub-step that failed is opened once, and done once."""
    [batch], name = await lab.batches_of_one(1), SubStepName.MENU_IMPORT
    await lab.platform.misbehave(batch.restaurant_ids[0], SUB_STEPS[name].endpoint, _REFUSED_ONCE)
    await finish(lab, [batch])
    path = f"/api/registration-jobs/{batch.job_ids[0]}/retry"
    found = await killed_at(
        lab, _of_batch(batch, path, f"{name} reopened", {"sub_steps": [name], "why": "killed"}), moment
    )
    return found + await _finished(lab, batch)


async def _resolve(lab: Lab, moment: Moment) -> Verdict:
    """A person says once that an unknown effect did not happen; it is done once."""
    [batch], name = await lab.batches_of_one(1), SubStepName.MENU_IMPORT
    await lab.platform.misbehave(batch.restaurant_ids[0], SUB_STEPS[name].endpoint, _CUT_ONCE)
    await finish(lab, [batch], resolves=False)
    path = f"/api/registration-jobs/{batch.job_ids[0]}/steps/6/sub-steps/{name}/resolve"
    call = _of_batch(batch, path, name, {"it_is_there": False, "why": "killed"})
    return await killed_at(lab, call, moment) + await _finished(lab, batch)


def _of_batch(batch: PreparedBatch, path: str, subject: str, body: Mapping[str, Any] | None = None) -> Call:
    return Call(batch.organisation_id, path, subject, batch.organisation_id, body)


def go_ahead(batch: PreparedBatch) -> Mapping[str, Any]:
    """The configurations as proposed."""
    return {"configurations": {str(job_id): {"use_defaults": True} for job_id in batch.job_ids}}


async def waiting_at_configuration(lab: Lab) -> PreparedBatch:
    """A batch of one at its configuration gate; its process was killed."""
    batch = await lab.batch(1, Next.CONFIGURATION)
    async with Operator.connected(lab, "faults") as operator, lab.process([batch], FAST):
        await operator.sees(batch, _FORM_LIMIT)
    return batch


async def _once(lab: Lab, batch: PreparedBatch, what: str) -> Verdict:
    events = await lab.records.query(_EVENTS, organisation=batch.organisation_id, what=what)
    if len(events) == 1:
        return Verdict()
    return Verdict(losses=(f"“{what}” was recorded {len(events)} times",))


async def _finished(lab: Lab, batch: PreparedBatch, expected: Expected = COMPLETED) -> Verdict:
    await finish(lab, [batch])
    return await verdict(lab, batch, expected)


_EVENT = {"before-commit": Moment.EVENT, "before-reply": Moment.EVENT_COMMITTED}
_DECISION = {"before-commit": Moment.DECISION, "before-reply": Moment.DECISION_COMMITTED}
_CASES: dict[str, Case] = {
    **{f"create-{name}": partial(_create, moment=moment) for name, moment in _EVENT.items()},
    "create-answer-kept": partial(_create, moment=Moment.ANSWER_COMMITTED),
    **{f"start-{name}": partial(_start, moment=moment) for name, moment in _EVENT.items()},
    **{f"decide-{name}": partial(_decide, moment=moment) for name, moment in _DECISION.items()},
    **{f"retry-{name}": partial(_retry, moment=moment) for name, moment in _EVENT.items()},
    **{f"resolve-{name}": partial(_resolve, moment=moment) for name, moment in _EVENT.items()},
    **{f"cancel-{name}": partial(_cancel, moment=moment) for name, moment in _EVENT.items()},
}


TRIALS: Sequence[Trial] = tuple(Trial((f"api/{name}",), one_by_one(_CASES)) for name in _CASES)
