"""One restaurant at a time requests the onboarding user of an e-mail: the platform first searches, then creates it."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

NAME = SubStepName.CREATE_ONBOARDING_USER
ENDPOINT = SUB_STEPS[NAME].endpoint
_TIME_SCALE, _SECONDS = 0.02, 0.5


async def _run(*restaurants: AtStep6, email: str) -> list[Any]:
    """Run both concurrently, with the same person."""
    for one in restaurants:
        await one.change_config("{onboarding}", json.dumps({"user_name": "Mere", "user_email": email}))
    states = await asyncio.gather(*(one.run(NAME) for one in restaurants))
    return [state.name for state in states]


async def _requests(*restaurants: AtStep6) -> list[dict[str, Any]]:
    """All requests for the user, in order of arrival."""
    ids = [str(one.restaurant_id) for one in restaurants]
    arrived = (await restaurants[0].control.get("/sandbox/calls", params={"restaurant_id": ids})).json()
    return [one for one in arrived if one["endpoint"] == ENDPOINT]


def _emails() -> tuple[str, str]:
    return f"{uuid4().hex[:8]}@example.nz", f"{uuid4().hex[:8]}@example.nz"


async def test_the_second_request_is_sent_once_the_first_is_answered(tenant: Tenant) -> None:
    """The user exists by then, and is created once."""
    async with at_step_6(tenant, *_emails(), time_scale=_TIME_SCALE) as (kai, pho):
        for one in (kai, pho):
            await one.misbehave(ENDPOINT, "slow", seconds=_SECONDS)
        assert await _run(kai, pho, email=f"{uuid4().hex[:8]}@owner.nz") == ["Completed", "Completed"]
        first, second = await _requests(kai, pho)
        assert first["answered_at"] <= second["arrived_at"]
        assert (first["status"], second["status"]) == (200, 400)
        assert await kai.done(ENDPOINT) + await pho.done(ENDPOINT) == 1


async def test_an_unanswered_request_blocks_others_until_its_limit(tenant: Tenant) -> None:
    """The platform may still be creating the user."""
    limit = SUB_STEPS[NAME].limit_seconds * _TIME_SCALE
    async with at_step_6(tenant, *_emails(), time_scale=_TIME_SCALE) as (kai, pho):
        for one in (kai, pho):
            await one.misbehave(ENDPOINT, "html_error", times=1)
        await _run(kai, pho, email=f"{uuid4().hex[:8]}@owner.nz")
        first, second = sorted([(await one.row(NAME))["sent_at"] for one in (kai, pho)])
        assert (second - first).total_seconds() >= limit


async def test_different_people_do_not_wait_for_each_other(tenant: Tenant) -> None:
    """The slot belongs to the e-mail."""
    async with at_step_6(tenant, *_emails(), time_scale=_TIME_SCALE) as (kai, pho):
        for one, email in zip((kai, pho), _emails(), strict=True):
            await one.change_config("{onboarding}", json.dumps({"user_name": "Mere", "user_email": email}))
            await one.misbehave(ENDPOINT, "slow", seconds=_SECONDS)
        states = await asyncio.gather(kai.run(NAME), pho.run(NAME))
        assert [state.name for state in states] == ["Completed", "Completed"]
        first, second = await _requests(kai, pho)
        assert second["arrived_at"] < first["answered_at"]
