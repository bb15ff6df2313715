"""`registration retry`: reopens what failed, was cancelled, or is named, and prints what was reopened."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import Started, go_on, going_on_document, print_going_on
from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import DONE, FAILED
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, Why, attribution, open_context
from registration.effects.evidence import PlatformEvidence
from registration.errors import MisconfiguredInstallation, Refused
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import failed_jobs
from registration.operations.retry import Retried, StillThere, retry, still_there
from registration.operations.retry_request import RetryAsked
from registration.platform.client import PlatformClient
from registration.settings import settings
from registration.workflow.lookup_queries import Kind
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution


@dataclass(frozen=True)
class Outcome:
    """One job of several: opened again, or the reason why not."""

    job_id: UUID
    retried: Retried | None
    refused: str | None = None


def print_retried(done: Retried, started: Started | None, *, as_json: bool) -> None:
    """One job."""
    if as_json:
        print_json(_document(done) | going_on_document(started))
        return
    output().print(Text(_line(done)), soft_wrap=True)
    print_going_on(started)


def print_outcomes(outcomes: list[Outcome], started: Started | None, *, as_json: bool) -> None:
    """Several jobs of one batch."""
    opened = [one.retried for one in outcomes if one.retried is not None]
    refused = [{"job_id": one.job_id, "reason": one.refused} for one in outcomes if one.refused is not None]
    if as_json:
        print_json({"opened": [_document(one) for one in opened], "refused": refused} | going_on_document(started))
        return
    for one in opened:
        output().print(Text(_line(one)), soft_wrap=True)
    for one in refused:
        output().print(Text(f"not opened: {one['reason']}", style="red"), soft_wrap=True)
    output().print(f"\n{len(opened)} opened again, {len(refused)} not")
    if opened:
        print_going_on(started)


def _line(done: Retried) -> str:
    steps = [f"step {step} {STEPS[step].name}" for step in sorted({*done.plan.steps, *done.plan.asked_again})]
    return f"{done.restaurant}: open again: {', '.join([*steps, *done.plan.sub_steps])}"


def _document(done: Retried) -> dict[str, Any]:
    return {
        "job_id": done.job_id,
        "batch_id": done.batch_id,
        "restaurant": done.restaurant,
        "steps": sorted({*done.plan.steps, *done.plan.asked_again}),
        "sub_steps": list(done.plan.sub_steps),
    }


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
    said = attribution(by, why)
    async with open_context(organisation) as context:
        kind, found = await context.find(job_or_batch, Kind.BATCH if failed else Kind.JOB)
        if kind is Kind.JOB:
            done = await _retry(context, found, asked, said)
            print_retried(done, await go_on(context, done.batch_id, live=done.live), as_json=as_json)
            return DONE
        outcomes = await _retry_all(context, found, said)
        opened = [one.retried for one in outcomes if one.retried is not None]
        started = await go_on(context, found, live=opened[-1].live) if opened else None
        print_outcomes(outcomes, started, as_json=as_json)
        return FAILED if len(opened) < len(outcomes) else DONE


async def _retry(context: CommandContext, job_id: UUID, asked: RetryAsked, said: Attribution) -> Retried:
    async with _platform(context) as look:
        return await retry(context.database, context.organisation_id, job_id, asked, said, look)


async def _retry_all(context: CommandContext, batch_id: UUID, said: Attribution) -> list[Outcome]:
    async with context.database.transaction(context.organisation_id) as connection:
        jobs = await failed_jobs(connection, context.organisation_id, batch_id)
    if not jobs:
        raise Refused("no restaurant of this batch failed: there is nothing to retry")
    outcomes: list[Outcome] = []
    for job_id in jobs:
        try:
            outcomes.append(Outcome(job_id, await _retry(context, job_id, RetryAsked(), said)))
        except Refused as refused:
            outcomes.append(Outcome(job_id, None, refused.message))
    return outcomes


@asynccontextmanager
async def _platform(context: CommandContext) -> AsyncGenerator[StillThere]:
    """What asks the platform; it is spoken to only if something has to be asked."""
    clients: list[PlatformClient] = []

    async def look(job: JobState, name: SubStepName) -> str | None:
        if not clients:
            clients.append(_client(context))
        reading = partial(context.database.transaction, context.organisation_id, read_only=True)
        witness = PlatformEvidence(settings().platform_evidence, clients[0], reading, context.organisation_id)
        return await still_there(context.database, context.organisation_id, witness, job, name)

    try:
        yield look
    finally:
        for client in clients:
            await client.close()


def _client(context: CommandContext) -> PlatformClient:
    try:
        return PlatformClient(settings().platform_url, settings().platform_key, context.organisation_id)
    except MisconfiguredInstallation as error:
        raise MisconfiguredInstallation(
            "before a thing is created once more the platform is asked whether the first one is still there: "
            f"set REGISTRATION_PLATFORM_URL and REGISTRATION_PLATFORM_KEY ({error.message})"
        ) from error
