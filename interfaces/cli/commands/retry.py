"""`registration retry`: reopens what failed, was cancelled, or is named, and prints what was reopened."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import Started, continuation_document, continue_work, print_continuation
from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import DONE, FAILED
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, Why, attribution, open_context
from registration.errors import Refused
from registration.operations.platform_checks import PlatformChecks
from registration.operations.retry import Retried, retry, retry_failed
from registration.operations.retry_request import RetryRequest
from registration.settings import settings
from registration.workflow.lookup_queries import Kind
from registration.workflow.steps import STEPS
from registration.workflow.transition_queries import Attribution

app = App(
    "retry",
    help_epilogue="""
Without further options the command reopens all failed and cancelled steps and
sub-steps, and those that were skipped because of them. Completed work is done
again only if --redo names it; a sub-step that creates something is not done again
while the platform still shows its first result.

Examples:
  registration retry 1a2b3c4d                       a job
  registration retry 9c8b7a6d --failed              every failed job of a batch
  registration retry 1a2b3c4d --sub-step menuImport
  registration retry 1a2b3c4d --from-step 5 --redo 5
""",
    help_format="plaintext",
)
_Names = Parameter(consume_multiple=True, negative="")


@dataclass(frozen=True)
class Outcome:
    """The result for one of several jobs: reopened, or the reason of the refusal."""

    job_id: UUID
    retried: Retried | None
    refused: str | None = None


def print_retried(retried: Retried, started: Started | None, *, as_json: bool) -> None:
    """Print the result for one job."""
    if as_json:
        print_json(_document(retried) | continuation_document(started))
        return
    output().print(Text(_line(retried)), soft_wrap=True)
    print_continuation(started)


def print_outcomes(outcomes: list[Outcome], started: Started | None, *, as_json: bool) -> None:
    """Print the results for several jobs of one batch."""
    opened = [outcome.retried for outcome in outcomes if outcome.retried is not None]
    refused = [
        {"job_id": outcome.job_id, "reason": outcome.refused} for outcome in outcomes if outcome.refused is not None
    ]
    if as_json:
        print_json(
            {"opened": [_document(outcome) for outcome in opened], "refused": refused} | continuation_document(started)
        )
        return
    for retried in opened:
        output().print(Text(_line(retried)), soft_wrap=True)
    for refusal in refused:
        output().print(Text(f"not opened: {refusal['reason']}", style="red"), soft_wrap=True)
    output().print(f"\n{len(opened)} opened again, {len(refused)} not")
    if opened:
        print_continuation(started)


def _line(retried: Retried) -> str:
    steps = [
        f"step {step} {STEPS[step].name}" for step in sorted({*retried.plan.steps, *retried.plan.withdrawn_questions})
    ]
    return f"{retried.restaurant}: open again: {', '.join([*steps, *retried.plan.sub_steps])}"


def _document(retried: Retried) -> dict[str, Any]:
    return {
        "job_id": retried.job_id,
        "batch_id": retried.batch_id,
        "restaurant": retried.restaurant,
        "steps": sorted({*retried.plan.steps, *retried.plan.withdrawn_questions}),
        "sub_steps": list(retried.plan.sub_steps),
    }


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
        job_or_batch: The id of a job or batch, or its first 8 characters.
        failed: Retry all failed and partially completed jobs of the batch.
        from_step: Retry this step, 1 to 6, and the steps that depend on it.
        sub_step: Retry these sub-steps, and the sub-steps that depend on them.
        redo: Completed sub-steps (by name) or steps (by number) that may be done again.
        by: The person who retries, for the record.
        why: The reason, for the record.
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    request = RetryRequest.read(from_step, sub_step or (), redo or ())
    if failed and request.names_something:
        raise Refused("--failed retries whole jobs: --from-step, --sub-step and --redo are for single jobs")
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        kind, target_id = await context.find(job_or_batch, Kind.BATCH if failed else Kind.JOB)
        if kind is Kind.JOB:
            retried = await _retry(context, target_id, request, attributed)
            print_retried(retried, await continue_work(context, retried.batch_id, live=retried.live), as_json=as_json)
            return DONE
        outcomes = await _retry_all(context, target_id, attributed)
        opened = [outcome.retried for outcome in outcomes if outcome.retried is not None]
        started = await continue_work(context, target_id, live=opened[-1].live) if opened else None
        print_outcomes(outcomes, started, as_json=as_json)
        return FAILED if len(opened) < len(outcomes) else DONE


async def _retry(context: CommandContext, job_id: UUID, request: RetryRequest, attributed: Attribution) -> Retried:
    async with PlatformChecks(context.database, context.organisation_id, settings()) as platform:
        still_there = platform.still_there
        return await retry(context.database, context.organisation_id, job_id, request, attributed, still_there)


async def _retry_all(context: CommandContext, batch_id: UUID, attributed: Attribution) -> list[Outcome]:
    async with PlatformChecks(context.database, context.organisation_id, settings()) as platform:
        key = (context.database, context.organisation_id, batch_id)
        outcomes = await retry_failed(*key, attributed, platform.still_there)
    return [Outcome(one.job_id, one.retried, one.refused.message if one.refused else None) for one in outcomes]
