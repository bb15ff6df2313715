"""The REST API while Prefect or Postgres is away, and while two hundred people answer the same question."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import LiteralString

import httpx

from dev.chaos.api_process import ApiProcess
from dev.chaos.cases.api_kills import BATCHES, go_ahead, waiting_at_configuration
from dev.chaos.finish import finish, verdict
from dev.chaos.lab import Lab
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch

_PEOPLE = 200
_BACK_SECONDS = 30.0
_ACCEPTED: LiteralString = "select decided_by as by from registration_decisions where job_id = %(job)s and accepted"


async def _prefect_away(lab: Lab) -> Verdict:
    """An answer stands, and says that nobody works on it yet."""
    batch = await waiting_at_configuration(lab)
    async with ApiProcess.running(lab) as api, api.person(batch.organisation_id) as client:
        # The lease of the killed process would count as a process at work.
        await _lease_over(lab, batch)
        lab.servers.prefect.kill()
        try:
            answer = await client.post(f"{BATCHES}/{batch.batch_id}/steps/5/complete", json=go_ahead(batch))
        finally:
            await lab.servers.prefect.start_again()
    found = Verdict()
    if not answer.is_success:
        found = Verdict(losses=(f"an answer without the Prefect server: {answer.status_code} {answer.text}",))
    elif answer.json()["auto_processing"]:
        found = Verdict(false_completed=("the answer says that a process works on the batch, though none can",))
    await finish(lab, [batch])
    return found + await verdict(lab, batch)


async def _lease_over(lab: Lab, batch: PreparedBatch) -> None:
    while await lab.records.held([batch]):
        await asyncio.sleep(0.5)


async def _postgres_away(lab: Lab, seconds: float) -> Verdict:
    """503 with a time to wait meanwhile; the same process goes on afterwards, and the same call succeeds."""
    batch = await waiting_at_configuration(lab)
    path = f"{BATCHES}/{batch.batch_id}/steps/5/complete"
    async with ApiProcess.running(lab) as api, api.person(batch.organisation_id) as client:
        (await client.get(f"{BATCHES}/{batch.batch_id}")).raise_for_status()
        await lab.servers.postgres.stop()
        meanwhile = [asyncio.create_task(client.post(path, json=go_ahead(batch)))]
        await asyncio.sleep(seconds)
        meanwhile.append(asyncio.create_task(client.get(f"{BATCHES}/{batch.batch_id}")))
        await asyncio.wait(meanwhile)
        await lab.servers.postgres.start_again()
        await lab.database.close()
        answer = await _until_back(client, path, batch)
    refused = [task.result() for task in meanwhile]
    wrong = [one for one in refused if one.status_code != 503 or "retry-after" not in one.headers]
    found = Verdict(losses=tuple(f"without a database: {one.status_code} {one.text}" for one in wrong))
    if not answer.is_success:
        found += Verdict(losses=(f"after the outage: {answer.status_code} {answer.text}",))
    await finish(lab, [batch])
    return found + await verdict(lab, batch)


async def _until_back(client: httpx.AsyncClient, path: str, batch: PreparedBatch) -> httpx.Response:
    """The first answer that is not “try again”, or the last one after the limit."""
    until = asyncio.get_running_loop().time() + _BACK_SECONDS
    while True:
        answer = await client.post(path, json=go_ahead(batch))
        if answer.status_code != 503 or asyncio.get_running_loop().time() > until:
            return answer
        await asyncio.sleep(1)


async def _two_hundred(lab: Lab) -> Verdict:
    """One answer is accepted, every other person learns that it was; nobody gets an error of the server."""
    batch = await waiting_at_configuration(lab)
    path = f"{BATCHES}/{batch.batch_id}/steps/5/complete"
    async with ApiProcess.running(lab) as api, AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(api.person(batch.organisation_id, f"person-{number}"))
            for number in range(_PEOPLE)
        ]
        answers = await asyncio.gather(*(client.post(path, json=go_ahead(batch)) for client in people))
    accepted = [number for number, answer in enumerate(answers) if answer.is_success]
    others = {(answer.status_code, answer.json()["code"]) for answer in answers if not answer.is_success}
    found = Verdict()
    if len(accepted) != 1:
        found += Verdict(duplicates=(f"{len(accepted)} of {_PEOPLE} answers were accepted",))
    if unclear := others - {(409, "ALREADY_DECIDED")}:
        found += Verdict(losses=(f"people who came later were told {sorted(unclear)}",))
    recorded = [row["by"] for row in await lab.records.query(_ACCEPTED, job=batch.job_ids[0])]
    if recorded != [f"person-{number}" for number in accepted]:
        found += Verdict(losses=(f"recorded: {recorded}, told: {accepted}",))
    await finish(lab, [batch])
    return found + await verdict(lab, batch)


_CASES: dict[str, Case] = {
    "two-hundred-people": _two_hundred,
    "prefect-away": _prefect_away,
    "postgres-2s": partial(_postgres_away, seconds=2),
    "postgres-90s": partial(_postgres_away, seconds=90),
}
_ALONE = ("prefect-away", "postgres-2s", "postgres-90s")


TRIALS = tuple(Trial((f"api/{name}",), one_by_one(_CASES), alone=name in _ALONE) for name in _CASES)
