"""`registration retry`: opens again what failed, was cancelled, or is named."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from registration.cli.desk import AsJson, Desk, Organisation, open_desk
from registration.cli.exit_codes import DONE, FAILED
from registration.cli.going_on import go_on
from registration.cli.retried import Outcome, print_outcomes, print_retried
from registration.cli.who import By, Why, because
from registration.clients.platform import PlatformClient
from registration.errors import MisconfiguredInstallation, Refused
from registration.evidence import Witness
from registration.retrying.asked import RetryAsked
from registration.retrying.looking import still_there
from registration.retrying.retry import Retried, StillThere, retry
from registration.retrying.standing import Standing
from registration.settings import settings
from registration.store.finding import Kind
from registration.store.moves import Because
from registration.store.standings import failed_jobs
from registration.sub_steps import SubStepName

app = App(
    "retry",
    help_epilogue="""
Without more, everything that failed or was cancelled is opened again, and what
was skipped because of it. Completed work is done again only if --redo names it;
what creates something is not, while the platform still shows the first one.

Examples:
  registration retry 1a2b3c4d                       a job
  registration retry 9c8b7a6d --failed              every failed job of a batch
  registration retry 1a2b3c4d --sub-step menuImport
  registration retry 1a2b3c4d --from-step 5 --redo 5
""",
    help_format="plaintext",
)

_Names = Parameter(consume_multiple=True, negative="")


@app.default
async def retry_command(
    job_or_batch: str,
    *,
    failed: Annotated[bool, Parameter(negative="")] = False,
    from_step: int | None = None,
    sub_step: Annotated[list[str] | None, _Names] = None,
    redo: Annotated[list[str] | None, _Names] = None,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Retry a job, or with --failed every failed job of a batch. Exit code 1 if one could not be opened.

    Args:
        job_or_batch: Its id, or the first 8 characters.
        failed: All failed and partially completed jobs of the batch.
        from_step: This step and what follows from it; 1 to 6.
        sub_step: These sub-steps and what follows from them.
        redo: Completed sub-steps (by name) or steps (by number) that may be done once more.
        by: Who says so.
        why: Why.
        organisation: Whose restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    asked = RetryAsked.read(from_step, sub_step or (), redo or ())
    if failed and asked.names_something:
        raise Refused("--failed retries what failed: --from-step, --sub-step and --redo are for single jobs")
    said = because(by, why)
    async with open_desk(organisation) as desk:
        kind, found = await desk.find(job_or_batch, Kind.BATCH if failed else Kind.JOB)
        if kind is Kind.JOB:
            done = await _retry(desk, found, asked, said)
            print_retried(done, await go_on(desk, done.batch_id, live=done.live), as_json=as_json)
            return DONE
        outcomes = await _retry_all(desk, found, said)
        opened = [one.retried for one in outcomes if one.retried is not None]
        started = await go_on(desk, found, live=opened[-1].live) if opened else None
        print_outcomes(outcomes, started, as_json=as_json)
        return FAILED if len(opened) < len(outcomes) else DONE


async def _retry(desk: Desk, job_id: UUID, asked: RetryAsked, said: Because) -> Retried:
    async with _platform(desk) as look:
        return await retry(desk.database, desk.organisation_id, job_id, asked, said, look)


async def _retry_all(desk: Desk, batch_id: UUID, said: Because) -> list[Outcome]:
    async with desk.database.transaction(desk.organisation_id) as connection:
        jobs = await failed_jobs(connection, desk.organisation_id, batch_id)
    if not jobs:
        raise Refused("no restaurant of this batch failed: there is nothing to retry")
    outcomes: list[Outcome] = []
    for job_id in jobs:
        try:
            outcomes.append(Outcome(job_id, await _retry(desk, job_id, RetryAsked(), said)))
        except Refused as refused:
            outcomes.append(Outcome(job_id, None, refused.message))
    return outcomes


@asynccontextmanager
async def _platform(desk: Desk) -> AsyncGenerator[StillThere]:
    """What asks the platform; it is spoken to only if something has to be asked."""
    clients: list[PlatformClient] = []

    async def look(job: Standing, name: SubStepName) -> str | None:
        if not clients:
            clients.append(_client(desk))
        reading = partial(desk.database.transaction, desk.organisation_id, read_only=True)
        witness = Witness(settings().platform_evidence, clients[0], reading, desk.organisation_id)
        return await still_there(desk.database, desk.organisation_id, witness, job, name)

    try:
        yield look
    finally:
        for client in clients:
            await client.close()


def _client(desk: Desk) -> PlatformClient:
    try:
        return PlatformClient(settings().platform_url, settings().platform_key, desk.organisation_id)
    except MisconfiguredInstallation as error:
        raise MisconfiguredInstallation(
            "before a thing is created once more the platform is asked whether the first one is still there: "
            f"set REGISTRATION_PLATFORM_URL and REGISTRATION_PLATFORM_KEY ({error.message})"
        ) from error
