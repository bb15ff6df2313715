"""The client against the sandbox over HTTP: what we send is taken, what it answers is understood, faults are seen."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.effects.evidence import Expected, Observation, PlatformEvidence, Presence
from registration.effects.outputs import OUTPUTS, Outputs, outputs_of
from registration.errors import (
    AlreadyThere,
    PlatformBusy,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    ServiceKeyRefused,
)
from registration.platform import requests
from registration.platform.client import PlatformClient
from registration.platform.extraction_requests import start_branding_extraction, start_menu_extraction
from registration.restaurants.models import RestaurantData
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName
from tests.registration.database.rows import add
from tests.registration.on_platform import ITEMS, OnPlatform
from tests.registration.platform.twelve_requests import ORDER, PASSWORD, request_for
from tests.waiting import eventually

N = SubStepName


def ask_for(kai: OnPlatform, **fields: Any) -> Expected:
    """What is asked for, sent just now."""
    defaults: dict[str, Any] = {
        "email": kai.email,
        "menu_id": kai.menu_id,
        "menu_items": ITEMS,
        "sent_at": datetime.now(UTC),
        "ever_sent": True,
    }
    return Expected(kai.restaurant_id, **{**defaults, **fields})


@dataclass(frozen=True)
class Setting:
    """The restaurant, a client that asks about it, whoever reads the platform's tables, and what was left so far."""

    kai: OnPlatform
    client: PlatformClient
    evidence: PlatformEvidence
    left: dict[SubStepName, Outputs]

    async def expected(self, name: SubStepName, **fields: Any) -> Expected:
        """What is asked for, sent just now; an answer has shown the platform's clock."""
        await self.client.status(self.kai.restaurant_id)
        return ask_for(self.kai, **fields)

    async def do(self, name: SubStepName) -> Observation:
        """Send a sub-step, keep its outputs, and read its effect back."""
        expected = await self.expected(name)
        request = request_for(name, self.kai, self.left)
        answer = await self.client.send(request, 30)
        self.left[name] = outputs_of(name, answer, {"email": request.body.get("email"), "item_count": ITEMS})
        return await self.read_back_until_there(name, expected)

    async def read_back_until_there(self, name: SubStepName, expected: Expected) -> Observation:
        """Images arrive in the background, for at most ten seconds."""

        async def seen() -> Observation | None:
            observation = await self.evidence.read_back(name, expected)
            return None if name is N.UPLOAD_IMAGES and observation.verdict is Presence.PARTIAL else observation

        return await eventually(seen, f"the effect of {name}")


@pytest_asyncio.fixture
async def setting(kai: OnPlatform, database: Database) -> AsyncGenerator[Setting]:
    """One restaurant without anything, of an installation that reads the platform's tables."""
    reading = partial(database.transaction, kai.organisation_id, read_only=True)
    async with kai.client() as client:
        yield Setting(kai, client, PlatformEvidence(EvidenceSource.TABLES, client, reading), {})


def test_the_order_is_one_in_which_the_twelve_can_be_done() -> None:
    """All of them, each after what it needs."""
    assert set(ORDER) == set(SubStepName)
    assert all(set(SUB_STEPS[name].needs) <= set(ORDER[:index]) for index, name in enumerate(ORDER))


async def test_all_twelve_are_taken_understood_and_seen(setting: Setting) -> None:
    """Before: not to be seen. Sent once: success with typed outputs. After: there, also for somebody who only looks."""
    not_shown = {N.UPLOAD_IMAGES: Presence.UNKNOWN, N.SYNC_ONBOARDING_USER: Presence.UNKNOWN}
    for name in ORDER:
        before = await setting.evidence.observe(name, await setting.expected(name, sent_at=None, ever_sent=False))
        assert before.verdict is not_shown.get(name, Presence.ABSENT), (name, before)
        expected = await setting.expected(name)
        back = await setting.do(name)
        assert (back.verdict, back.known) == (Presence.PRESENT, RECORDS[name].best(EvidenceSource.TABLES)), (name, back)
        assert setting.left[name].failure() is None
        seen = await setting.evidence.observe(name, expected)
        assert seen.verdict is Presence.PRESENT, (name, seen.reason)
        assert isinstance(seen.outputs, OUTPUTS[name])
    assert await setting.kai.effects() == {SUB_STEPS[name].endpoint: 1 for name in SubStepName}


async def test_what_was_set_by_another_request_long_ago_is_not_ours(setting: Setting) -> None:
    """A look with a later sending does not take the old change for the new one; images count whoever uploaded them."""
    for name in ORDER:
        await setting.do(name)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    observations = {
        name: (await setting.evidence.observe(name, await setting.expected(name, sent_at=tomorrow))).verdict
        for name in ORDER
        if SUB_STEPS[name].effect is EffectKind.SET
    }
    assert observations == {
        N.CODE_GENERATION: Presence.ABSENT,
        N.UPLOAD_IMAGES: Presence.PRESENT,
        N.WEBSITE_CONFIG: Presence.UNKNOWN,
        N.SYNC_ONBOARDING_USER: Presence.UNKNOWN,
    }


async def test_a_success_with_nothing_done_is_seen_through_where_the_tables_can_show_it(setting: Setting) -> None:
    """Of the eight that leave a record alone the platform's word is all there is; done again all are there."""
    seen = {
        N.CLOUDWAITRESS_ACCOUNT: Presence.PARTIAL,
        N.CODE_GENERATION: Presence.ABSENT,
        N.UPLOAD_IMAGES: Presence.INCOMPLETE,
        N.RESTAURANT_REGISTRATION: Presence.ABSENT,
    }
    for name in ORDER:
        await setting.kai.misbehave(SUB_STEPS[name].endpoint, "nothing_done")
        observation = await setting.do(name)
        assert observation.verdict is seen.get(name, Presence.PRESENT), (name, observation)
        assert name in seen or observation.known is Assurance.REPORTED, (name, observation)
        observation = await setting.do(name)
        assert observation.verdict is Presence.PRESENT, (name, observation)


async def test_effects_whose_answers_were_cut_off_are_found_by_looking(setting: Setting) -> None:
    """Unclear, then there; the outputs from the evidence are enough for all that comes after."""
    for name in ORDER:
        await setting.kai.misbehave(SUB_STEPS[name].endpoint, "cut_after")
        expected = await setting.expected(name)
        with pytest.raises(PlatformUnclear):
            await setting.client.send(request_for(name, setting.kai, setting.left), 30)
        await setting.read_back_until_there(name, expected)
        seen = await setting.evidence.observe(name, expected)
        assert seen.verdict is Presence.PRESENT, (name, seen.reason)
        assert isinstance(seen.outputs, OUTPUTS[name])
        setting.left[name] = seen.outputs
    assert await setting.kai.effects() == {SUB_STEPS[name].endpoint: 1 for name in SubStepName}


@pytest.mark.parametrize(
    "kind, expected, happened",
    [
        ("unavailable", PlatformUnavailable, False),
        ("too_many", PlatformBusy, False),
        ("html_error", PlatformUnclear, False),
        ("cut_before", PlatformUnclear, False),
        ("cut_after", PlatformUnclear, True),
        ("malformed", PlatformUnclear, True),
        ("success_false", PlatformRefused, False),
        ("refused", PlatformRefused, False),
        ("hang", PlatformUnclear, False),
    ],
)
async def test_every_misbehaviour_is_the_error_that_it_should_be(
    kind: str, expected: type[Exception], happened: bool, kai: OnPlatform
) -> None:
    """And the account is there or not as the sandbox counts it."""
    await kai.misbehave("register-account", kind)
    async with kai.client() as client:
        with pytest.raises(expected) as caught:
            await client.send(request_for(N.CLOUDWAITRESS_ACCOUNT, kai, {}), 2)
    assert PASSWORD.get_secret_value() not in f"{caught.value!r}"
    assert bool(await kai.effects()) is happened


async def test_a_busy_platform_says_how_long_to_wait(kai: OnPlatform) -> None:
    """`Retry-After` in seconds."""
    await kai.misbehave("configure-services", "too_many", seconds=7)
    async with kai.client() as client:
        with pytest.raises(PlatformBusy) as caught:
            await client.send(requests.configure_services(kai.restaurant_id), 5)
    assert caught.value.retry_after == 7


async def test_things_that_failed_are_told_in_numbers(setting: Setting) -> None:
    """A success of which a part failed is a failure; the platform records it as a success all the same."""
    for earlier in ORDER[: ORDER.index(N.OPTION_SETS)]:
        await setting.do(earlier)
    await setting.kai.misbehave("add-option-sets", "partly_failed")
    expected = await setting.expected(N.OPTION_SETS, window_closed=True)
    await setting.do(N.OPTION_SETS)
    assert setting.left[N.OPTION_SETS].failure() == "1 of 2 option sets failed (1 created)"
    assert (await setting.evidence.observe(N.OPTION_SETS, expected)).verdict is Presence.PARTIAL


async def test_a_second_account_with_the_same_e_mail_is_refused(setting: Setting, everything: AsyncConnection) -> None:
    """Of this restaurant the platform says that it is there and whose it is, of another one that it cannot be."""
    await setting.do(N.CLOUDWAITRESS_ACCOUNT)
    with pytest.raises(AlreadyThere) as there:
        await setting.client.send(request_for(N.CLOUDWAITRESS_ACCOUNT, setting.kai, {}), 5)
    assert there.value.details["account_email"] == setting.kai.email
    other = await add(everything, "restaurants", setting.kai.organisation_id)
    with pytest.raises(PlatformRefused, match="duplicate key") as refused:
        await setting.client.send(requests.register_account(other, setting.kai.email, PASSWORD, "+6493791234"), 5)
    assert not isinstance(refused.value, AlreadyThere)


async def test_a_question_about_what_the_platform_does_not_know(kai: OnPlatform) -> None:
    """Of an unknown restaurant it shows nothing; an unknown upload it refuses to tell of."""
    async with kai.client() as client:
        status = await client.status(uuid4())
        assert (status.account, status.pumpd_restaurant) == (None, None)
        assert (await client.logs(uuid4())).logs == ()
        with pytest.raises(PlatformRefused, match="not found"):
            await client.upload(uuid4())


async def test_a_wrong_service_key_is_refused(kai: OnPlatform) -> None:
    """With the platform's own words, which ask for another way of signing in."""
    async with kai.client(SecretStr("wrong")) as client:
        with pytest.raises(ServiceKeyRefused, match=r"refuses the service key .*: A bearer token is required"):
            await client.status(kai.restaurant_id)


async def test_the_extractions_are_taken(kai: OnPlatform) -> None:
    """Both starts say success."""
    restaurant = RestaurantData(id=kai.restaurant_id, organisation_id=kai.restaurant_id, name="Kai")
    menu = start_menu_extraction(restaurant.id, restaurant.name, "https://www.ubereats.com/store/kai")
    branding = start_branding_extraction(restaurant, "https://kai.example")
    async with kai.client() as client:
        assert (await client.send(menu, 10))["success"] is True
        assert (await client.send(branding, 10))["success"] is True
