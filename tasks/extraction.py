"""Step 1: menu and branding."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from registration.effects import Effect, Entry, Probe
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import ExtractionOutputs, Outputs
from registration.errors import ExtractionFailed
from registration.platform import extraction_requests
from registration.platform.requests import PlatformRequest
from registration.restaurants.extraction import Extractions, Needed, needed, reason_for_nothing
from registration.restaurants.extraction_queries import executed_on_creation, read_extractions
from registration.restaurants.models import RestaurantData
from registration.workflow.step_queries import StepAsked
from registration.workflow.steps import Step
from registration.workflow.sub_steps import EXTRACTION_STARTS, ExtractionStart
from tasks.context import JobRef, Resources, resources
from tasks.step_runner import StepResult, automatic_step, once_a, read

_LookFor = Callable[[Entry], Awaitable[Observation]]


@automatic_step(Step.EXTRACTION)
async def extract_menu_and_branding(job: JobRef, asked: StepAsked) -> StepResult:
    """Starts the extractions of menu and branding that are missing, and follows them to their end.

    What runs already is followed, not started again; after "Extract again" only extractions created since count.
    """
    context = resources(job)
    since = datetime.fromisoformat(asked.result["since"]) if "since" in asked.result else None
    before = await _read(context, asked.restaurant_id, since)
    only_follow = await read(
        context, lambda connection: executed_on_creation(connection, job.organisation_id, job.job_id)
    )
    wanted = needed(before, only_follow=only_follow)
    if not wanted.anything:
        return StepResult(reason_for_nothing(before.restaurant))
    if forbidden := wanted.forbidden(before):
        raise ExtractionFailed(forbidden)
    if wanted.start_menu and (request := _menu_request(before.restaurant)) is not None:
        await context.ledger.perform(
            job.job_id, _start(context, ExtractionStart.MENU, request, asked.restaurant_id, since)
        )
    if wanted.start_branding and before.restaurant.website_url:
        request = extraction_requests.start_branding_extraction(before.restaurant, before.restaurant.website_url)
        outputs = await context.ledger.perform(
            job.job_id, _start(context, ExtractionStart.BRANDING, request, asked.restaurant_id, None)
        )
        if isinstance(outputs, ExtractionOutputs) and outputs.finished:
            wanted = replace(wanted, branding=False)  # a website may have no logo
    return await _follow(context, job, asked.restaurant_id, wanted, since)


def _menu_request(restaurant: RestaurantData) -> PlatformRequest | None:
    if restaurant.ubereats_url:
        return extraction_requests.start_menu_extraction(restaurant.id, restaurant.name, restaurant.ubereats_url)
    if restaurant.doordash_url:
        return extraction_requests.start_doordash_extraction(restaurant.id, restaurant.doordash_url)
    return None


async def _follow(
    context: Resources, job: JobRef, restaurant_id: UUID, wanted: Needed, since: datetime | None
) -> StepResult:
    limit = context.settings.extraction_limit_seconds
    until = time.monotonic() + context.settings.scaled(limit)
    while True:
        now = await _read(context, restaurant_id, since)
        if (failure := wanted.failure(now)) is not None:
            raise ExtractionFailed(failure)
        missing = wanted.waits_for(now)
        if not missing:
            newest = now.newest
            return StepResult("extracted", {"menu_job": newest.job_id if newest else None, "branding": wanted.branding})
        if time.monotonic() > until:
            raise ExtractionFailed(f"{' and '.join(missing)} not finished after {limit / 60:g} minutes")
        await once_a(context.settings.extraction_poll_seconds, context, job)


async def _read(context: Resources, restaurant_id: UUID, since: datetime | None) -> Extractions:
    return await read(
        context, lambda connection: read_extractions(connection, context.organisation_id, restaurant_id, since)
    )


def sought_start(context: Resources, name: ExtractionStart, restaurant_id: UUID, since: datetime | None) -> Probe:
    """How a start is looked for when it is not known whether it happened."""
    look = (
        _menu_look(context, restaurant_id, since)
        if name is ExtractionStart.MENU
        else _logo_look(context, restaurant_id)
    )
    kind, limit = EXTRACTION_STARTS[name]
    return Probe(name=name, kind=kind, limit_seconds=limit, look=look)


def _menu_look(context: Resources, restaurant_id: UUID, since: datetime | None) -> _LookFor:
    """Its evidence is a row of extraction_jobs that has not failed and is not older than the intent."""

    async def look(_entry: Entry) -> Observation:
        now = await _read(context, restaurant_id, since)
        found = next((one for one in now.menu_jobs if not one.failed), None)
        if found is None:
            return Observation(Presence.ABSENT, "no extraction of the menu is there", None, {})
        return Observation(
            Presence.PRESENT, "it is there", ExtractionOutputs(job_id=found.job_id), {"job_id": found.job_id}
        )

    return look


def _logo_look(context: Resources, restaurant_id: UUID) -> _LookFor:
    """Its evidence is the logo on the restaurant; the platform keeps no job of it."""

    async def look(_entry: Entry) -> Observation:
        now = await _read(context, restaurant_id, None)
        if now.restaurant.logo_url:
            return Observation(Presence.PRESENT, "the logo is there", ExtractionOutputs(), {"logo_url": True})
        return Observation(Presence.ABSENT, "no logo is there", None, {})

    return look


def _start(
    context: Resources, name: ExtractionStart, request: PlatformRequest, restaurant_id: UUID, since: datetime | None
) -> Effect:
    async def followed(_entry: Entry, _outputs: Outputs) -> Observation:
        return Observation(Presence.UNKNOWN, "the extraction is followed to its end", None, {})

    probe = sought_start(context, name, restaurant_id, since)
    return Effect(
        name=probe.name,
        kind=probe.kind,
        limit_seconds=probe.limit_seconds,
        request=request,
        look=probe.look,
        read_back=followed,
        read=ExtractionOutputs.model_validate,
    )
