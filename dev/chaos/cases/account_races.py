"""Two parties compete for one account: a second batch, a person with a password, a person who resolves it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import LiteralString

from pydantic import SecretStr

from dev.chaos.cases.mixtures import in_batches, sharing
from dev.chaos.finish import finish, leases_over, until_idle, verdict, within
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
from registration.effects.models import MOST_ATTEMPTS
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
    """Two processes claim an existing account row at once, before either sees the other's write."""
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
            await until_idle(lab, [batch], process, within())
    return await _both_are_completed(lab, batches)


async def _password(lab: Lab) -> Verdict:
    """A person stores a password at the moment in which a restaurant claims the account."""
    [batch, _], email = await _two_batches(lab)
    await _make_row(lab, batch, email)
    account = {"organisation": batch.organisation_id, "email": email}
    async with lab.process([batch], FAST) as process:
        async with HeldRows.holding(lab.registration_url, _HOLD_ACCOUNT, **account) as held:
            await held.until_behind(1)
            storing = asyncio.create_task(_command(lab, batch, "credentials", "set", email, typed="Typed-7Horse\n"))
            await held.until_behind(2)
        refused = await storing
        await until_idle(lab, [batch], process, within())
    await finish(lab, [batch])
    found = await verdict(lab, batch)
    return found if refused else found + Verdict(losses=("another password was stored than was sent",))


async def _left_to_people(lab: Lab) -> Verdict:
    """Both batches have no process; a person resolves the account of one, and the other batch must go on too."""
    [first, second], _ = await _undecided(lab)
    refused = await _command(lab, first, "resolve", str(first.job_ids[0]), _ACCOUNT, "--it-is-there", "--why", "seen")
    listed = {row["id"] for row in await lab.records.query(_TO_RECOVER)}
    found = await _both_are_completed(lab, [first, second])
    forgotten = () if second.batch_id in listed else ("recovery would not have started the batch that waited",)
    return found + Verdict(losses=(refused,) if refused else (), stuck=forgotten)


async def _deadlock(lab: Lab) -> Verdict:
    """The waiting job is cancelled at the moment in which a person resolves the account for which it waits."""
    [first, second], _ = await _undecided(lab)
    async with HeldRows.holding(lab.registration_url, _HOLD_JOB, job=second.job_ids[0]) as held:
        cancelling = asyncio.create_task(_command(lab, second, "cancel", str(second.job_ids[0])))
        await held.until_behind(1)
        resolving = asyncio.create_task(
            _command(lab, first, "resolve", str(first.job_ids[0]), _ACCOUNT, "--it-is-there", "--why", "seen")
        )
        await held.until_behind(2)
    refused = [typed for typed in (await cancelling, await resolving) if typed]
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
    """The first batch's account is unknown; the second batch waits for it; neither batch has a process."""
    batches, email = await _two_batches(lab)
    endpoint, restaurant_id = SUB_STEPS[_ACCOUNT].endpoint, batches[0].restaurant_ids[0]
    await lab.platform.misbehave(restaurant_id, endpoint, {"kind": "fails", "times": MOST_ATTEMPTS, "acts": True})
    await finish(lab, batches[:1], resolves=False)
    async with lab.process(batches, FAST, {"REGISTRATION_GATE_HOLD_MINUTES": "0"}):
        async with asyncio.timeout(_LIMIT):
            while not all([await lab.records.query(_WAITS, job=batch.job_ids[0]) for batch in batches]):
                await asyncio.sleep(_SECONDS)
        await leases_over(lab, batches, within())
    return batches, email


async def _make_row(lab: Lab, batch: PreparedBatch, email: str) -> None:
    """Insert the row as a concurrent createOnboardingUser does: with a password, claimed by no job."""
    keys = lab.stack.environment()["REGISTRATION_ENCRYPTION_KEYS"].split(",")
    password = Cipher([SecretStr(key) for key in keys]).encrypt(new_password())
    async with lab.database.transaction(batch.organisation_id) as transaction:
        await ensure_credential(transaction, email, password)


async def _command(lab: Lab, batch: PreparedBatch, *arguments: str, typed: str = "") -> str | None:
    """The command's message if the command was refused."""
    try:
        await registration(lab, batch.organisation_id, *arguments, *_BY, typed=typed)
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


# Alone, because a case holds a slot while it waits for another process.
TRIALS = tuple(Trial((f"race/{name}",), one_by_one(_CASES), alone=True) for name in _CASES)
