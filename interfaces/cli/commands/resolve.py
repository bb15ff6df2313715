"""`registration resolve`: a person decides about an unknown effect, or has finished a failed sub-step by hand."""

from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import (
    continuation_document,
    continue_all,
    continue_work,
    print_continuation,
    print_freed,
)
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, CommandContext, Organisation, attribution, open_context
from registration.effects.account_waiting_queries import Freed
from registration.errors import Refused
from registration.operations.by_hand import Stated, finish_by_hand, skip_by_hand
from registration.operations.platform_checks import PlatformChecks
from registration.operations.resolve import Resolution, resolve
from registration.operations.retry_request import effect_named, sub_step_named
from registration.settings import settings
from registration.states import Assurance
from registration.workflow.lookup_queries import Kind
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution

app = App(
    "resolve",
    help_epilogue="""
An effect is UNKNOWN when its request was sent, no clear answer came, and the
platform's records do not show whether it happened. Look at the platform
yourself, then choose --it-is-there or --do-it-again.

A sub-step that FAILED (or was skipped) can be finished without another request:
  --done-by-hand  you did its work yourself. What was skipped because of it
                  goes on. The platform is asked first: the sub-step is "proven"
                  if it shows your work, else "by a person".
  --skip          its work is not needed. What needs it is skipped, too, and it
                  no longer counts as failed.
To send the request again instead: `registration retry`.

Two sub-steps need more before they can be done by hand:
  cloudwaitressAccount    the account's password: `registration credentials set`
  restaurantRegistration  the platform's id, unless the platform shows it:
                          --restaurant-id RES… (with --it-is-there, too)

Examples, each with --by and --why:
  registration resolve 1a2b3c4d menuImport --it-is-there \\
    --by Mere --why "I see 41 items"
  registration resolve 1a2b3c4d menuImport --do-it-again …
  registration resolve 1a2b3c4d websiteConfig --done-by-hand …
  registration resolve 1a2b3c4d restaurantRegistration --done-by-hand \\
    --restaurant-id RES123 --by Mere --why "made it in the dashboard"
  registration resolve 1a2b3c4d itemTags --skip …
""",
    help_format="plaintext",
)

_Flag = Parameter(negative="")
_THERE = "--it-is-there"
_RESOLUTIONS = {_THERE: Resolution.IT_IS_THERE, "--do-it-again": Resolution.DO_IT_AGAIN}
_BY_HAND, _SKIP = "--done-by-hand", "--skip"


@app.default
async def resolve_command(
    job: str,
    sub_step: str,
    *,
    it_is_there: Annotated[bool, _Flag] = False,
    do_it_again: Annotated[bool, _Flag] = False,
    done_by_hand: Annotated[bool, _Flag] = False,
    skip: Annotated[bool, _Flag] = False,
    restaurant_id: str | None = None,
    by: str,
    why: str,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Say whether an unknown effect happened; or that a failed sub-step was done by hand, or is not needed.

    Args:
        job: The job's id, or its first 8 characters.
        sub_step: The name of the sub-step; for an unknown effect also menuExtraction, brandingExtraction.
        it_is_there: The unknown effect happened: it counts as completed.
        do_it_again: The unknown effect did not happen: its request may be sent once more.
        done_by_hand: The failed sub-step was done by hand: it is completed, and what needs it goes on.
        skip: The failed sub-step is not needed: it is skipped, with what needs it.
        restaurant_id: The restaurant's id on the platform (RES…), with --done-by-hand or --it-is-there of
            restaurantRegistration.
        by: The person who looked at the platform, or did the work, for the record.
        why: What that person saw or did, or why it is not needed, for the record.
        organisation: The organisation of the restaurant. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    options = {_THERE: it_is_there, "--do-it-again": do_it_again, _BY_HAND: done_by_hand, _SKIP: skip}
    chosen = [option for option, given in options.items() if given]
    if len(chosen) != 1:
        raise Refused(f"say what you found or did: one of {', '.join(options)}", code="INVALID_REQUEST")
    if restaurant_id is not None and chosen[0] not in (_BY_HAND, _THERE):
        raise Refused(f"--restaurant-id is for {_BY_HAND} and {_THERE}", code="INVALID_REQUEST")
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        if chosen[0] in _RESOLUTIONS:
            name, resolution = effect_named(sub_step), _RESOLUTIONS[chosen[0]]
            await _resolve(context, job, name, resolution, attributed, restaurant_id, as_json=as_json)
        else:
            work = sub_step_named(sub_step)
            stated = await _state(context, await _job_id(context, job), work, attributed, skip, restaurant_id)
            await _continue(context, stated, as_json=as_json)


async def _job_id(context: CommandContext, typed: str) -> UUID:
    return (await context.find(typed, Kind.JOB))[1]


async def _resolve(
    context: CommandContext,
    job: str,
    name: str,
    resolution: Resolution,
    attributed: Attribution,
    restaurant_id: str | None,
    *,
    as_json: bool,
) -> None:
    job_id = await _job_id(context, job)
    key = (context.database, context.organisation_id, job_id, name, resolution, attributed)
    async with PlatformChecks(context.database, context.organisation_id, settings()) as platform:
        resolved = await resolve(*key, platform.shown, pumpd_restaurant_id=restaurant_id)
    # Jobs of any batch that waited for this account go on as well.
    own, *freed = await continue_all(context, (Freed(resolved.batch_id, resolved.live), *resolved.freed))
    if as_json:
        document = {"job_id": job_id, "restaurant": resolved.restaurant, "sub_step": name, "status": resolved.status}
        others = [{"batch_id": batch.batch_id} | continuation_document(batch.started) for batch in freed]
        print_json(document | continuation_document(own.started) | {"freed": others})
        return
    output().print(Text(f"{resolved.restaurant}: {name} is {resolved.status}"), soft_wrap=True)
    print_continuation(own.started)
    print_freed(freed)


async def _state(
    context: CommandContext,
    job_id: UUID,
    name: SubStepName,
    attributed: Attribution,
    skip: bool,
    restaurant_id: str | None,
) -> Stated:
    key = (context.database, context.organisation_id, job_id, name, attributed)
    if skip:
        return await skip_by_hand(*key)
    async with PlatformChecks(context.database, context.organisation_id, settings()) as platform:
        return await finish_by_hand(*key, platform.shown, pumpd_restaurant_id=restaurant_id)


async def _continue(context: CommandContext, stated: Stated, *, as_json: bool) -> None:
    """Start a run unless one reads the change: it goes on with what was opened, and reports the outcome of now."""
    started = await continue_work(context, stated.batch_id, live=stated.live)
    if as_json:
        print_json(_document(stated) | continuation_document(started))
        return
    known = f" ({stated.known})" if stated.known else ""
    console = output()
    console.print(Text(f"{stated.restaurant}: {stated.sub_step} is {stated.status}{known}"), soft_wrap=True)
    if stated.platform_shows and stated.known is Assurance.PERSON:
        console.print(Text(f"not proven: {stated.platform_shows}", style="yellow"), soft_wrap=True)
    for label, names in (("goes on", stated.opened), ("skipped, too", stated.skipped)):
        if names:
            console.print(Text(f"{label}: {', '.join(names)}"), soft_wrap=True)
    if stated.job_status.ended:
        console.print(Text(f"the restaurant is {stated.job_status.replace('_', ' ')}"), soft_wrap=True)
    print_continuation(started)


def _document(stated: Stated) -> dict[str, Any]:
    return {
        "job_id": stated.job_id,
        "restaurant": stated.restaurant,
        "sub_step": stated.sub_step,
        "status": stated.status,
        "known": stated.known,
        "platform_shows": stated.platform_shows,
        "opened": stated.opened,
        "skipped": stated.skipped,
        "job_status": stated.job_status,
    }
