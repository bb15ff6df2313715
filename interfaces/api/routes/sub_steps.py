"""What people do with single sub-steps of step 6: state that one is done or not needed, do it again, resolve it, and
decide about item tags that contradict the menu.
"""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request

from interfaces.api.answers import TaggedRoute
from interfaces.api.auth import Caller, Operator, Viewer
from interfaces.api.models.base import reason_of
from interfaces.api.models.jobs import Progress
from interfaces.api.models.sub_steps import (
    UNSAID,
    Contradicted,
    EffectResolved,
    Need,
    PhaseChange,
    ResetAsked,
    ResolveAsked,
    StatusAsked,
    SubStepChanged,
    SubStepReset,
    TagsAsked,
    TagsDecided,
    TagsDecisionAsked,
    Validation,
    WantedStatus,
)
from interfaces.api.problems import ProblemError
from interfaces.api.runs import go_on
from registration.batches.detail_queries import DetailJob, read_job_detail
from registration.gates.item_tags import TagsDecision, decide_tags, open_tags_question
from registration.operations.by_hand import finish_by_hand, skip_by_hand
from registration.operations.job_state_queries import read_job_state
from registration.operations.platform_checks import PlatformChecks
from registration.operations.repeated_retry import retry_or_repeat
from registration.operations.resolve import Resolution, resolve
from registration.operations.retry_request import RetryRequest
from registration.operations.sub_step_actions import sub_step_actions
from registration.states import Assurance, SubStepStatus
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart, SubStepName

router = APIRouter(tags=["sub-steps"])
reading_router = APIRouter(tags=["sub-steps"], route_class=TaggedRoute)
_DECISIONS = {"leave_out": TagsDecision.LEAVE_OUT, "set_all_the_same": TagsDecision.SET}
_PATH = "/{job_id}/steps/6/sub-steps/{sub_step}"


@reading_router.get(f"{_PATH}/validation", operation_id="SubStepValidation")
async def validation(job_id: UUID, sub_step: SubStepName, caller: Viewer) -> Validation:
    """What can be done with a sub-step now, and what would follow."""
    async with caller.reading() as transaction:
        detail = await read_job_detail(transaction, job_id)
        job = await read_job_state(transaction, job_id)
    actions = sub_step_actions(job, sub_step, detail.undecided)
    needs = {name: _need(name, job.sub_steps[name].status) for name in SUB_STEPS[sub_step].needs}
    again = ", ".join(actions.reopened)
    return Validation(
        sub_step_key=sub_step,
        current_status=actions.status,
        phase=_phase(sub_step),
        phase_status=_progress(detail).phases[_phase(sub_step)].status,
        dependencies=list(SUB_STEPS[sub_step].needs),
        dependents=list(actions.dependants),
        can_mark_as=list(actions.allowed),
        allowed_transitions=list(actions.allowed),
        dependency_statuses=list(needs.values()),
        cascade_warning=f"doing it again opens as well: {again}" if again else None,
        blocking_dependencies=[needs[name] for name in actions.blocking],
    )


@router.patch(_PATH, operation_id="UpdateSubStepStatus")
async def update(
    request: Request, job_id: UUID, sub_step: SubStepName, asked: StatusAsked, caller: Operator
) -> SubStepChanged:
    """State what became of a sub-step; each statement is recorded with person and reason."""
    before = await _detail(caller, job_id)
    worked_on, warnings = await _change(request, caller, before, sub_step, asked)
    after = await _detail(caller, job_id)
    difference = _Difference(before, after)
    phase = _phase(sub_step)
    return SubStepChanged(
        sub_step_progress=_progress(after),
        validation_warnings=warnings,
        updated_sub_step=sub_step,
        new_status=_progress(after).phases[phase].sub_steps[sub_step].status,
        phase_status_changed=any(one.phase == phase for one in difference.phases),
        new_phase_status=_progress(after).phases[phase].status,
        step_status_changed=difference.step_changed,
        new_step_status=after.steps[Step.SET_UP].status,
        worked_on=worked_on,
    )


async def _change(
    request: Request, caller: Caller, job: DetailJob, name: SubStepName, asked: StatusAsked
) -> tuple[bool, list[str]]:
    """Make the change; returns whether the batch is worked on, and what the person should know."""
    unknown = _progress(job).phases[_phase(name)].sub_steps[name].status == SubStepStatus.UNKNOWN
    match asked.status:
        case WantedStatus.FAILED:
            raise ProblemError(409, "INVALID_STATUS", "nobody declares a failure", hint="cancel the job, or skip it")
        case WantedStatus.COMPLETED | WantedStatus.PENDING if unknown:
            there = asked.status is WantedStatus.COMPLETED
            said = ResolveAsked(
                it_is_there=there, why=asked.data.why or UNSAID, pumpd_restaurant_id=asked.data.pumpd_restaurant_id
            )
            resolved = await _resolve(request, caller, job.id, name, said)
            return resolved.worked_on, []
        case WantedStatus.PENDING:
            return (await _again(request, caller, job.id, name, asked.data.why, redo=False))[0], []
        case WantedStatus.SKIPPED:
            attribution = caller.attribution(asked.data.why or UNSAID)
            stated = await skip_by_hand(caller.database, caller.organisation_id, job.id, name, attribution)
        case WantedStatus.COMPLETED:
            key = (caller.database, caller.organisation_id, job.id, name, caller.attribution(asked.data.why or UNSAID))
            async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
                given = asked.data.pumpd_restaurant_id
                stated = await finish_by_hand(*key, platform.shown, pumpd_restaurant_id=given)
    worked_on = (await go_on(caller, stated.batch_id)).worked_on
    proof = (
        [f"not proven: {stated.platform_shows}"] if stated.platform_shows and stated.known is Assurance.PERSON else []
    )
    return worked_on, [*proof, *(f"{one} is skipped, too" for one in stated.skipped)]


@router.post(f"{_PATH}/reset", operation_id="ResetSubStep")
async def reset(
    request: Request, job_id: UUID, sub_step: SubStepName, caller: Operator, asked: ResetAsked | None = None
) -> SubStepReset:
    """Do a sub-step again, with what needs it; completed work only with `redo`."""
    asked = asked or ResetAsked()
    before = await _detail(caller, job_id)
    worked_on, names = await _again(request, caller, job_id, sub_step, reason_of(asked), redo=asked.redo)
    after = await _detail(caller, job_id)
    difference = _Difference(before, after)
    return SubStepReset(
        sub_step_progress=_progress(after),
        reset_sub_steps=names,
        phase_changes=difference.phases,
        step_status_changed=difference.step_changed,
        new_step_status=after.steps[Step.SET_UP].status,
        worked_on=worked_on,
    )


async def _again(
    request: Request, caller: Caller, job_id: UUID, name: SubStepName, why: str | None, *, redo: bool
) -> tuple[bool, list[str]]:
    named = frozenset({name})
    wanted = RetryRequest(redo_sub_steps=named) if redo else RetryRequest(sub_steps=named)
    key = (caller.database, caller.organisation_id, job_id)
    async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
        retried = await retry_or_repeat(*key, wanted, caller.attribution(why), platform.still_there)
    return (await go_on(caller, retried.batch_id)).worked_on, list(retried.plan.sub_steps)


@router.post(f"{_PATH}/resolve", operation_id="ResolveSubStep")
async def resolve_effect(
    request: Request, job_id: UUID, sub_step: SubStepName | ExtractionStart, asked: ResolveAsked, caller: Operator
) -> EffectResolved:
    """Say what the platform shows of an effect whose outcome is not known: it is there, or it is sent again."""
    return await _resolve(request, caller, job_id, sub_step, asked)


@reading_router.get("/{job_id}/item-tags", operation_id="ItemTags")
async def asked_about_tags(job_id: UUID, caller: Viewer) -> TagsAsked:
    """The tags that the platform would set although the menu says otherwise."""
    restaurant, found = await open_tags_question(caller.database, caller.organisation_id, job_id)
    contradictions = [Contradicted(dish=one.dish, tag=one.tag, words=list(one.words)) for one in found]
    return TagsAsked(job_id=job_id, restaurant_name=restaurant, contradictions=contradictions)


@router.post("/{job_id}/item-tags", operation_id="DecideItemTags")
async def decide_about_tags(job_id: UUID, said: TagsDecisionAsked, caller: Operator) -> TagsDecided:
    """Decide about the tags; the restaurant waits until then, and no tag is set."""
    key = (caller.database, caller.organisation_id, job_id)
    decided = await decide_tags(*key, _DECISIONS[said.decision], caller.attribution(said.why), caller.channel)
    going_on = await go_on(caller, decided.batch_id)
    return TagsDecided(job_id=job_id, status=decided.status, worked_on=going_on.worked_on, note=going_on.note)


async def _resolve(request: Request, caller: Caller, job_id: UUID, name: str, said: ResolveAsked) -> EffectResolved:
    resolution = Resolution.IT_IS_THERE if said.it_is_there else Resolution.DO_IT_AGAIN
    key = (caller.database, caller.organisation_id, job_id, name, resolution, caller.attribution(said.why))
    async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
        resolved = await resolve(*key, platform.shown, pumpd_restaurant_id=said.pumpd_restaurant_id)
    for batch in resolved.freed:
        await go_on(caller, batch.batch_id)
    return EffectResolved(
        job_id=job_id,
        sub_step=name,
        status=resolved.status,
        worked_on=(await go_on(caller, resolved.batch_id)).worked_on,
        freed=[batch.batch_id for batch in resolved.freed],
    )


@dataclass(frozen=True)
class _Difference:
    """What is otherwise after a change."""

    before: DetailJob
    after: DetailJob

    @property
    def step_changed(self) -> bool:
        return self.before.steps[Step.SET_UP].status is not self.after.steps[Step.SET_UP].status

    @property
    def phases(self) -> list[PhaseChange]:
        was, now = _progress(self.before).phases, _progress(self.after).phases
        return [
            PhaseChange(phase=name, from_status=was[name].status, to_status=now[name].status)
            for name in now
            if was[name].status != now[name].status
        ]


async def _detail(caller: Caller, job_id: UUID) -> DetailJob:
    async with caller.reading() as transaction:
        return await read_job_detail(transaction, job_id)


def _progress(job: DetailJob) -> Progress:
    return Progress.of(job.progress)


def _phase(name: SubStepName) -> str:
    return f"phase{SUB_STEPS[name].phase}"


def _need(name: SubStepName, status: SubStepStatus) -> Need:
    return Need(key=name, status=status, phase=_phase(name))
