"""What a person says of one sub-step, each with a preview: it is there, do it again, done by hand, not needed; and the
decision about item tags that contradict the menu.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import StringConstraints

from interfaces.api.runs import go_on
from interfaces.console.pages.job.actions import words
from interfaces.console.pages.job.reopening import TEMPLATE, Preview, outcome
from interfaces.console.pages.job.wording import PRESENCE, resolution_lines, statement_lines
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Operator
from registration.errors import Refused
from registration.gates.item_tags import TagsDecision, decide_tags, open_tags_question
from registration.kit.values import Line
from registration.operations.by_hand import finish_by_hand, planned_statement, skip_by_hand
from registration.operations.job_state_queries import read_job_state
from registration.operations.platform_checks import PlatformChecks
from registration.operations.resolve import Resolution, resolve
from registration.states import Assurance, SubStepStatus
from registration.workflow.sub_steps import ExtractionStart, SubStepName

router = APIRouter(prefix="/jobs/{job_id}", include_in_schema=False)

_NeededWhy = Annotated[Annotated[Line, StringConstraints(max_length=500)], Form()]
_GivenId = Annotated[str, Form(max_length=100)]
_DECISIONS: Final = {"leave_out": TagsDecision.LEAVE_OUT, "set": TagsDecision.SET}
_REGISTRATION: Final = SubStepName.RESTAURANT_REGISTRATION


@router.get("/platform")
async def platform_shows(request: Request, job_id: UUID, visitor: Operator, sub_step: SubStepName) -> Response:
    """What the platform shows of a sub-step now; it is asked while the preview is open already."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
    key = (visitor.database, visitor.organisation_id, request.app.state.settings)
    async with PlatformChecks(*key) as platform:
        seen = await platform.shown(state, sub_step)
    return render_part(request, TEMPLATE, "platform_shows", PRESENCE[seen.verdict], seen.reason)


@router.get("/resolve")
async def resolve_preview(
    request: Request, job_id: UUID, visitor: Operator, sub_step: SubStepName | ExtractionStart, *, there: bool
) -> Response:
    """What follows from an answer to an effect of which only a person can tell what happened."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
    resolution = Resolution.IT_IS_THERE if there else Resolution.DO_IT_AGAIN
    preview = Preview(
        f"{sub_step} of {state.restaurant}: {resolution.value}",
        f"/jobs/{job_id}/resolve",
        "It is there" if there else "Do it again",
        resolution_lines(state, sub_step, resolution),
        (("sub_step", sub_step), ("there", str(there).lower())),
        danger=not there,
        why="required",
        asks_id=there and sub_step == _REGISTRATION,
        shown=f"/jobs/{job_id}/platform?sub_step={sub_step}" if isinstance(sub_step, SubStepName) else "",
    )
    return render_part(request, TEMPLATE, "preview", preview, visitor)


@router.post("/resolve")
async def resolve_effect(
    request: Request,
    job_id: UUID,
    visitor: Operator,
    sub_step: Annotated[SubStepName | ExtractionStart, Form()],
    there: Annotated[bool, Form()],
    why: _NeededWhy,
    given_id: _GivenId = "",
) -> Response:
    """Record what the person found; other batches that waited for the same account go on, too."""
    resolution = Resolution.IT_IS_THERE if there else Resolution.DO_IT_AGAIN
    key = (visitor.database, visitor.organisation_id, job_id, sub_step, resolution, visitor.attribution(why))
    async with PlatformChecks(visitor.database, visitor.organisation_id, request.app.state.settings) as platform:
        done = await resolve(*key, platform.shown, pumpd_restaurant_id=given_id.strip() or None)
    for batch in done.freed:
        await go_on(visitor, batch.batch_id)
    lines = [f"{sub_step} is {done.status.replace('_', ' ')} now"]
    lines += [f"{len(done.freed)} other batches waited for the account, and go on"] if done.freed else []
    return await outcome(request, visitor, done.batch_id, f"{done.restaurant}: recorded", lines)


@router.get("/by-hand")
async def by_hand_preview(request: Request, job_id: UUID, visitor: Operator, sub_step: SubStepName) -> Response:
    """What follows if the sub-step was done by hand."""
    return await _statement(request, job_id, visitor, sub_step, SubStepStatus.COMPLETED)


@router.get("/skip")
async def skip_preview(request: Request, job_id: UUID, visitor: Operator, sub_step: SubStepName) -> Response:
    """What follows if the sub-step is not needed."""
    return await _statement(request, job_id, visitor, sub_step, SubStepStatus.SKIPPED)


async def _statement(
    request: Request, job_id: UUID, visitor: Operator, name: SubStepName, to: SubStepStatus
) -> Response:
    async with visitor.reading() as transaction:
        restaurant = (await read_job_state(transaction, job_id)).restaurant
    done = to is SubStepStatus.COMPLETED
    title = f"{name} of {restaurant}: {'done by hand' if done else 'not needed'}"
    path = f"/jobs/{job_id}/{'by-hand' if done else 'skip'}"
    try:
        follow = await planned_statement(visitor.database, visitor.organisation_id, job_id, name, to)
    except Refused as refused:
        preview = Preview(title, path, "", refused=words(refused))
    else:
        preview = Preview(
            title,
            path,
            "It was done by hand" if done else "Skip it",
            statement_lines(name, to, follow),
            (("sub_step", name.value),),
            why="required",
            asks_id=done and name is _REGISTRATION,
            shown=f"/jobs/{job_id}/platform?sub_step={name}" if done else "",
        )
    return render_part(request, TEMPLATE, "preview", preview, visitor)


@router.post("/by-hand")
async def by_hand(
    request: Request,
    job_id: UUID,
    visitor: Operator,
    sub_step: Annotated[SubStepName, Form()],
    why: _NeededWhy,
    given_id: _GivenId = "",
) -> Response:
    """Complete what a person has done by hand; the platform is asked first whether it shows it."""
    key = (visitor.database, visitor.organisation_id, job_id, sub_step, visitor.attribution(why))
    async with PlatformChecks(visitor.database, visitor.organisation_id, request.app.state.settings) as platform:
        done = await finish_by_hand(*key, platform.shown, pumpd_restaurant_id=given_id.strip() or None)
    lines = [f"{sub_step} is completed, {done.known}"]
    if done.known is Assurance.PERSON and done.platform_shows:
        lines.append(f"not proven: {done.platform_shows}")
    lines += [f"{one} goes on" for one in done.opened] + [f"{one} is skipped, too" for one in done.skipped]
    return await outcome(request, visitor, done.batch_id, f"{done.restaurant}: recorded", lines)


@router.post("/skip")
async def skip(
    request: Request, job_id: UUID, visitor: Operator, sub_step: Annotated[SubStepName, Form()], why: _NeededWhy
) -> Response:
    """Skip what is not needed, and what needs it."""
    key = (visitor.database, visitor.organisation_id, job_id, sub_step, visitor.attribution(why))
    done = await skip_by_hand(*key)
    lines = [f"{sub_step} is skipped", *(f"{one} is skipped, too" for one in done.skipped)]
    return await outcome(request, visitor, done.batch_id, f"{done.restaurant}: recorded", lines)


@router.get("/item-tags")
async def tags_question(request: Request, job_id: UUID, visitor: Operator) -> Response:
    """The tags that the platform would set although the menu says otherwise."""
    restaurant, found = await open_tags_question(visitor.database, visitor.organisation_id, job_id)
    return render_part(request, TEMPLATE, "item_tags", job_id, restaurant, [str(one) for one in found], visitor)


@router.post("/item-tags")
async def decide_about_tags(
    request: Request,
    job_id: UUID,
    visitor: Operator,
    decision: Annotated[str, Form(pattern="^(leave_out|set)$")],
    why: _NeededWhy,
) -> Response:
    """Decide about the tags; until then the restaurant waits, and no tag is set."""
    key = (visitor.database, visitor.organisation_id, job_id)
    done = await decide_tags(*key, _DECISIONS[decision], visitor.attribution(why), visitor.channel)
    words_ = "the tags are left out" if decision == "leave_out" else "the platform sets its tags"
    return await outcome(request, visitor, done.batch_id, f"{done.restaurant}: decided", [words_])
