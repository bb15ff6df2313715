"""Step 1: menu and branding."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from registration.effects import Effect, EffectRow, Probe
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import ExtractionOutputs, Outputs
from registration.errors import ExtractionFailed
from registration.platform import extraction_requests
from registration.platform.requests import PlatformRequest
from registration.restaurants.extraction import Extractions, Needed, needed, reason_for_nothing
from registration.restaurants.extraction_queries import executed_on_creation, read_extractions
from registration.restaurants.models import RestaurantData
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import StepRow
from registration.workflow.steps import Step
from registration.workflow.sub_steps import EXTRACTION_STARTS, ExtractionStart
from tasks.context import JobRef, Resources, resources
from tasks.step_runner import StepResult, automatic_step, once_a, read

_Observer = Callable[[EffectRow], Awaitable[Observation]]


@automatic_step(Step.EXTRACTION)
async def extract_menu_and_branding(job: JobRef, step: StepRow) -> StepResult:
    """Starts the missing extractions of menu and branding, and follows them to their end.

    A running extraction is followed, not started again; after "Extract again" only extractions created since then
    count.
    """
    context = resources(job)
    since = step.data.since
    before = await _read(context, step.restaurant_id, since)
    only_follow = await read(context, lambda transaction: executed_on_creation(transaction, job.job_id))
    required = needed(before, only_follow=only_follow)
    if not required.anything:
        return StepResult(reason_for_nothing(before.restaurant))
    if forbidden := required.forbidden(before):
        raise ExtractionFailed(forbidden)
    if required.start_menu and (request := _menu_request(before.restaurant)) is not None:
        await context.ledger.perform(
            job.job_id, _start(context, ExtractionStart.MENU, request, step.restaurant_id, since)
        )
    if required.start_branding and before.restaurant.website_url:
        request = extraction_requests.start_branding_extraction(before.restaurant, before.restaurant.website_url)
        outputs = await context.ledger.perform(
            job.job_id, _start(context, ExtractionStart.BRANDING, request, step.restaurant_id, None)
        )
        if isinstance(outputs, ExtractionOutputs) and outputs.finished:
            required = replace(required, branding=False)  # a website may have no logo
    return await _follow(context, job, step.restaurant_id, required, since)


def _menu_request(restaurant: RestaurantData) -> PlatformRequest | None:
    if restaurant.ubereats_url:
        return extraction_requests.start_menu_extraction(restaurant.id, restaurant.name, restaurant.ubereats_url)
    if restaurant.doordash_url:
        return extraction_requests.start_doordash_extraction(restaurant.id, restaurant.doordash_url)
    return None


async def _follow(
    context: Resources, job: JobRef, restaurant_id: UUID, required: Needed, since: datetime | None
) -> StepResult:
    limit = context.settings.extraction_limit_seconds
    until = time.monotonic() + context.settings.scaled(limit)
    while True:
        now = await _read(context, restaurant_id, since)
        if (failure := required.failure(now)) is not None:
            raise ExtractionFailed(failure)
        missing = required.unfinished(now)
        if not missing:
            newest = now.newest
            data = StepData(menu_job=newest.job_id if newest else None, branding=required.branding)
            return StepResult("extracted", data)
        if time.monotonic() > until:
            raise ExtractionFailed(f"{' and '.join(missing)} not finished after {limit / 60:g} minutes")
        await once_a(context.settings.extraction_poll_seconds, context, job)


async def _read(context: Resources, restaurant_id: UUID, since: datetime | None) -> Extractions:
    return await read(context, lambda transaction: read_extractions(transaction, restaurant_id, since))


def extraction_probe(context: Resources, name: ExtractionStart, restaurant_id: UUID, since: datetime | None) -> Probe:
    """How to find out whether an extraction start with an unknown outcome happened."""
    observe = (
        _menu_observer(context, restaurant_id, since)
        if name is ExtractionStart.MENU
        else _logo_observer(context, restaurant_id)
    )
    kind, limit = EXTRACTION_STARTS[name]
    return Probe(name=name, kind=kind, limit_seconds=limit, observe=observe)


def _menu_observer(context: Resources, restaurant_id: UUID, since: datetime | None) -> _Observer:
    """The evidence is a row of extraction_jobs that has not failed and is not older than the intent."""

    async def observe(_row: EffectRow) -> Observation:
        now = await _read(context, restaurant_id, since)
        menu_job = next((job for job in now.menu_jobs if not job.failed), None)
        if menu_job is None:
            return Observation(Presence.ABSENT, "no extraction of the menu is there", None, {})
        return Observation(
            Presence.PRESENT, "it is there", ExtractionOutputs(job_id=menu_job.job_id), {"job_id": menu_job.job_id}
        )

    return observe


def _logo_observer(context: Resources, restaurant_id: UUID) -> _Observer:
    """The evidence is the logo on the restaurant; the platform stores no job for it."""

    async def observe(_row: EffectRow) -> Observation:
        now = await _read(context, restaurant_id, None)
        if now.restaurant.has_logo:
            return Observation(Presence.PRESENT, "the logo is there", ExtractionOutputs(), {"logo_url": True})
        return Observation(Presence.ABSENT, "no logo is there", None, {})

    return observe


def _start(
    context: Resources, name: ExtractionStart, request: PlatformRequest, restaurant_id: UUID, since: datetime | None
) -> Effect:
    async def followed(_row: EffectRow, _outputs: Outputs) -> Observation:
        return Observation(Presence.UNKNOWN, "the extraction is followed to its end", None, {})

    probe = extraction_probe(context, name, restaurant_id, since)
    return Effect(
        name=probe.name,
        kind=probe.kind,
        limit_seconds=probe.limit_seconds,
        request=request,
        observe=probe.observe,
        read_back=followed,
        read=ExtractionOutputs.model_validate,
    )
