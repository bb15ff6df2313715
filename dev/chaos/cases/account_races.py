"""Two at a time who want one account: another batch, a person with a password, a person who settles it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import LiteralString

from pydantic import SecretStr

from dev.chaos.cases.mixtures import in_batches, sharing
from dev.chaos.finish import finish, leases_over, settled, verdict, within
from dev.chaos.held_rows import HeldRows
from dev.chaos.judge import ANY_TRUE_END
from dev.chaos.lab import FAST, Lab
from dev.chaos.operator import CommandFailed, registration
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import Child
from registration.accounts.passwords import Cipher, new_password
from registration.accounts.queries import ensure_credential
from registration.effects.model import MOST_ATTEMPTS
from registration.kit.values import email_key
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
_HOLD_ACCOUNT: LiteralString = """
    select from registration_credentials where organisation_id = %(organisation)s and email = %(email)s for update
"""
_HOLD_JOB: LiteralString = "select from registration_jobs where id = %(job)s for update"
_WAITS: LiteralString = """
    select 1 as found from registration_sub_steps
    where job_id = %(job)s and name = 'cloudwaitressAccount' and needs_person
"""
_TO_RECOVER: LiteralString = "select batch_job_id as id from registration_batches_to_recover()"
_EMAIL: LiteralString = (
    "select execution_config -> 'account' ->> 'email' as email from registration_jobs where id = %(job)s"
)
_BY = ("--by", "faults")
_LIMIT = 240.0
_SECONDS = 0.2


async def _claim(lab: Lab) -> Verdict:
    """Two processes want an account whose row is there already, and neither has read what the other one writes."""
    batches, email = await _two_batches(lab)
    await _make_row(lab, batches[0], email)
    account = {"organisation": batches[0].organisation_id, "email": email}
    async with AsyncExitStack() as exits:
        processes = list[Child]()
        async with HeldRows.holding(lab.registration_url, _HOLD_ACCOUNT, **account) as held:
            for number, batch in enumerate(batches, start=1):
                processes.append(await exits.enter_async_context(lab.process([batch], FAST)))
                await held.until_behind(number)
        for batch, process in zip(batches, processes, strict=True):
            await settled(lab, [batch], process, within())
    return await _both_are_completed(lab, batches)


async def _password(lab: Lab) -> Verdict:
    """A person stores a password at the moment in which a restaurant claims the account."""
    [batch, _], email = await _two_batches(lab)
    await _make_row(lab, batch, email)
    account = {"organisation": batch.organisation_id, "email": email}
    async with lab.process([batch], FAST) as process:
        async with HeldRows.holding(lab.registration_url, _HOLD_ACCOUNT, **account) as held:
            await held.until_behind(1)
            storing = asyncio.create_task(_command(lab, batch, "credentials", "set", email, said="Typed-7Horse\n"))
            await held.until_behind(2)
        refused = await storing
        await settled(lab, [batch], process, within())
    await finish(lab, [batch])
    found = await verdict(lab, batch)
    return found if refused else found + Verdict(losses=("another password was stored than was sent",))


async def _left_to_people(lab: Lab) -> Verdict:
    """Both batches were left; the person who settles the account of the one sees to it that the other goes on too."""
    [first, second], _ = await _undecided(lab)
    refused = await _command(lab, first, "resolve", str(first.job_ids[0]), _ACCOUNT, "--it-is-there", "--why", "seen")
    listed = {row["id"] for row in await lab.records.query(_TO_RECOVER)}
    found = await _both_are_completed(lab, [first, second])
    forgotten = () if second.batch_id in listed else ("nobody would have gone on with the batch that waited",)
    return found + Verdict(losses=(refused,) if refused else (), stuck=forgotten)


async def _deadlock(lab: Lab) -> Verdict:
    """The job that waits is cancelled at the moment in which a person settles the account it waits for."""
    [first, second], _ = await _undecided(lab)
    async with HeldRows.holding(lab.registration_url, _HOLD_JOB, job=second.job_ids[0]) as held:
        cancelling = asyncio.create_task(_command(lab, second, "cancel", str(second.job_ids[0])))
        await held.until_behind(1)
        resolving = asyncio.create_task(
            _command(lab, first, "resolve", str(first.job_ids[0]), _ACCOUNT, "--it-is-there", "--why", "seen")
        )
        await held.until_behind(2)
    refused = [said for said in (await cancelling, await resolving) if said]
    await finish(lab, [first, second])
    found = await verdict(lab, first) + await verdict(lab, second, ANY_TRUE_END)
    return found + Verdict(losses=tuple(refused))


async def _two_batches(lab: Lab) -> tuple[list[PreparedBatch], str]:
    """Two batches of one restaurant each, with one e-mail."""
    rows = sharing(*lab.rows[:2])
    batches = await in_batches(lab, [[row] for row in rows])
    [account] = await lab.records.query(_EMAIL, job=batches[0].job_ids[0])
    return batches, email_key(account["email"])


async def _undecided(lab: Lab) -> tuple[list[PreparedBatch], str]:
    """Nobody can tell whether the first one's account was made; the second waits for it; both were left to people."""
    batches, email = await _two_batches(lab)
    endpoint, restaurant_id = SUB_STEPS[_ACCOUNT].endpoint, batches[0].restaurant_ids[0]
    await lab.platform.misbehave(restaurant_id, endpoint, {"kind": "fails", "times": MOST_ATTEMPTS, "acts": True})
    await finish(lab, batches[:1], settles=False)
    async with lab.process(batches, FAST, {"REGISTRATION_GATE_HOLD_MINUTES": "0"}):
        async with asyncio.timeout(_LIMIT):
            while not all([await lab.records.query(_WAITS, job=batch.job_ids[0]) for batch in batches]):
                await asyncio.sleep(_SECONDS)
        await leases_over(lab, batches, within())
    return batches, email


async def _make_row(lab: Lab, batch: PreparedBatch, email: str) -> None:
    """As createOnboardingUser does that runs beside: with a password, and nobody's yet."""
    keys = lab.stack.environment()["REGISTRATION_ENCRYPTION_KEYS"].split(",")
    password = Cipher([SecretStr(key) for key in keys]).encrypt(new_password())
    async with lab.database.transaction(batch.organisation_id) as connection:
        await ensure_credential(connection, batch.organisation_id, email, password)


async def _command(lab: Lab, batch: PreparedBatch, *arguments: str, said: str = "") -> str | None:
    """What it said if it was refused."""
    try:
        await registration(lab, batch.organisation_id, *arguments, *_BY, said=said)
    except CommandFailed as failed:
        return str(failed)
    return None


async def _both_are_completed(lab: Lab, batches: Sequence[PreparedBatch]) -> Verdict:
    await finish(lab, batches)
    return Verdict.together([await verdict(lab, batch) for batch in batches])


_CASES: dict[str, Case] = {
    "claim": _claim,
    "password": _password,
    "left-to-people": _left_to_people,
    "deadlock": _deadlock,
}


# Alone, because one of them keeps a place while it waits for another.
TRIALS = tuple(Trial((f"race/{name}",), one_by_one(_CASES), alone=True) for name in _CASES)
