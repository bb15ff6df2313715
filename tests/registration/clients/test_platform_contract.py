"""The client against the sandbox over HTTP: what we send is taken, what it answers is understood, faults are seen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from registration.clients import requests
from registration.clients.extraction_requests import start_branding_extraction, start_menu_extraction
from registration.clients.platform import PlatformClient, PlatformRequest
from registration.clients.requests import RegistrationType
from registration.credentials import new_password
from registration.errors import PlatformBusy, PlatformRefused, PlatformUnavailable, PlatformUnclear
from registration.evidence import Asked, Look, Verdict
from registration.evidence.told.looking import look, read_back
from registration.evidence.told.setup_status import SetupStatus
from registration.models.opening_hours import Day, DayHours, Hours
from registration.models.outputs import OUTPUTS, CodeOutputs, Outputs
from registration.models.restaurant import RestaurantData
from registration.models.yolo_config import RestaurantSection, WebsiteSection
from registration.sub_steps import SUB_STEPS, EffectKind, SubStepName
from tests.registration.clients.conftest import ITEMS, OnPlatform
from tests.waiting import eventually

N = SubStepName
PASSWORD = new_password()
ORDER = (
    N.CLOUDWAITRESS_ACCOUNT,
    N.CODE_GENERATION,
    N.CREATE_ONBOARDING_USER,
    N.UPLOAD_IMAGES,
    N.RESTAURANT_REGISTRATION,
    N.WEBSITE_CONFIG,
    N.SERVICES_CONFIG,
    N.PAYMENT_CONFIG,
    N.MENU_IMPORT,
    N.SYNC_ONBOARDING_USER,
    N.OPTION_SETS,
    N.ITEM_TAGS,
)
KAI = RestaurantSection(
    name="Kai",
    address="1 Queen Street",
    city="Auckland",
    phone="+6493791234",
    opening_hours=(DayHours(day=Day.FRIDAY, hours=Hours(open="17:00", close="02:00")),),
)
WEBSITE = WebsiteSection.model_validate(
    {
        "primary_color": "#112233",
        "secondary_color": "#445566",
        "configure_header": True,
        "header_image_source": "ubereats_og_image",
        "nav_logo_dark_tint": "primary",
    }
)


def request_for(name: SubStepName, kai: OnPlatform, before: dict[SubStepName, Outputs]) -> PlatformRequest:
    """The request of a sub-step, with the outputs of those before it."""
    restaurant, code = kai.restaurant_id, before.get(N.CODE_GENERATION)
    files = code if isinstance(code, CodeOutputs) else None
    first = RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT
    made = {
        N.CLOUDWAITRESS_ACCOUNT: lambda: requests.register_account(restaurant, kai.email, PASSWORD, "+6493791234"),
        N.CODE_GENERATION: lambda: requests.generate_code_injections(restaurant, no_gradient=False),
        N.CREATE_ONBOARDING_USER: lambda: requests.create_onboarding_user(restaurant, "Mere", kai.email, PASSWORD),
        N.UPLOAD_IMAGES: lambda: requests.upload_images(kai.menu_id),
        N.RESTAURANT_REGISTRATION: lambda: requests.register_restaurant(restaurant, first, kai.email, PASSWORD, KAI),
        N.WEBSITE_CONFIG: lambda: requests.configure_website(
            restaurant, files.code_injection_id if files else "", files.file_paths if files else {}, WEBSITE
        ),
        N.SERVICES_CONFIG: lambda: requests.configure_services(restaurant),
        N.PAYMENT_CONFIG: lambda: requests.configure_payment(restaurant, include_connect_link=True),
        N.MENU_IMPORT: lambda: requests.import_menu(restaurant, kai.menu_id),
        N.SYNC_ONBOARDING_USER: lambda: requests.update_onboarding_record(restaurant, kai.email, "Mere"),
        N.OPTION_SETS: lambda: requests.add_option_sets(restaurant, kai.menu_id),
        N.ITEM_TAGS: lambda: requests.add_item_tags(restaurant, kai.menu_id),
    }
    return made[name]()


def ask_for(name: SubStepName, kai: OnPlatform, **fields: Any) -> Asked:
    """What is asked for, sent just now."""
    defaults: dict[str, Any] = {
        "email": kai.email,
        "menu_id": kai.menu_id,
        "menu_items": ITEMS,
        "sent_at": datetime.now(UTC),
        "ever_sent": True,
    }
    return Asked(kai.restaurant_id, f"job:{name}:1", **{**defaults, **fields})


async def read_back_until_there(name: SubStepName, client: PlatformClient, asked: Asked) -> Look:
    """Images arrive in the background, for at most ten seconds."""

    async def seen() -> Look | None:
        look = await read_back(name, client, asked)
        return None if name is N.UPLOAD_IMAGES and look.verdict is Verdict.PARTLY else look

    return await eventually(seen, f"the effect of {name}")


async def do(name: SubStepName, client: PlatformClient, kai: OnPlatform, before: dict[SubStepName, Outputs]) -> Look:
    """Send a sub-step, keep its outputs in `before`, and read its effect back."""
    asked = ask_for(name, kai)
    answer = await client.send(request_for(name, kai, before), asked.idempotency_key, 30)
    before[name] = OUTPUTS[name].model_validate(answer)
    return await read_back_until_there(name, client, asked)


async def do_all_before(name: SubStepName, client: PlatformClient, kai: OnPlatform) -> dict[SubStepName, Outputs]:
    """Everything that comes before `name`; the outputs."""
    done: dict[SubStepName, Outputs] = {}
    for earlier in ORDER[: ORDER.index(name)]:
        await do(earlier, client, kai, done)
    return done


def test_the_order_is_one_in_which_the_twelve_can_be_done() -> None:
    """All of them, each after what it needs."""
    assert set(ORDER) == set(SubStepName)
    assert all(set(SUB_STEPS[name].needs) <= set(ORDER[:place]) for place, name in enumerate(ORDER))


async def test_all_twelve_are_taken_understood_and_seen(kai: OnPlatform) -> None:
    """Before: not there. Sent once: success with typed outputs. After: there, also for somebody who only looks."""
    done: dict[SubStepName, Outputs] = {}
    async with kai.client() as client:
        for name in ORDER:
            assert (await look(name, client, ask_for(name, kai))).verdict is Verdict.NOT_THERE, name
            back = await do(name, client, kai, done)
            assert back.verdict is Verdict.THERE, (name, back.reason)
            assert done[name].failure() is None
            seen = await look(name, client, ask_for(name, kai))
            assert seen.verdict is Verdict.THERE, (name, seen.reason)
            assert isinstance(seen.outputs, OUTPUTS[name])
    assert await kai.effects() == {SUB_STEPS[name].endpoint: 1 for name in SubStepName}


async def test_what_was_set_by_another_request_long_ago_is_not_ours(kai: OnPlatform) -> None:
    """A look with another key and a later sending does not take the old change for the new one."""
    done: dict[SubStepName, Outputs] = {}
    async with kai.client() as client:
        for name in ORDER:
            await do(name, client, kai, done)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        for name in (one for one in ORDER if SUB_STEPS[one].effect is EffectKind.SET):
            asked = Asked(kai.restaurant_id, "another:key:1", kai.email, kai.menu_id, ITEMS, tomorrow)
            assert (await look(name, client, asked)).verdict is Verdict.NOT_THERE, name


async def test_a_success_with_nothing_done_is_seen_through(kai: OnPlatform) -> None:
    """The platform says success, but it is not there; done again it is."""
    done: dict[SubStepName, Outputs] = {}
    async with kai.client() as client:
        for name in ORDER:
            await kai.misbehave(SUB_STEPS[name].endpoint, "nothing_done")
            assert (await do(name, client, kai, done)).verdict is Verdict.NOT_THERE, name
            assert (await do(name, client, kai, done)).verdict is Verdict.THERE, name


async def test_effects_whose_answers_were_cut_off_are_found_by_looking(kai: OnPlatform) -> None:
    """Unclear, then there; the outputs from the evidence are enough for all that comes after."""
    done: dict[SubStepName, Outputs] = {}
    async with kai.client() as client:
        for name in ORDER:
            await kai.misbehave(SUB_STEPS[name].endpoint, "cut_after")
            asked = ask_for(name, kai)
            with pytest.raises(PlatformUnclear):
                await client.send(request_for(name, kai, done), asked.idempotency_key, 30)
            await read_back_until_there(name, client, asked)
            seen = await look(name, client, asked)
            assert seen.verdict is Verdict.THERE, (name, seen.reason)
            assert isinstance(seen.outputs, OUTPUTS[name])
            done[name] = seen.outputs
    assert await kai.effects() == {SUB_STEPS[name].endpoint: 1 for name in SubStepName}


async def test_an_area_that_the_platform_leaves_out_is_no_evidence(kai: OnPlatform) -> None:
    """Not even for what is there."""
    done: dict[SubStepName, Outputs] = {}
    async with kai.client() as client:
        for name in ORDER:
            await do(name, client, kai, done)
            await kai.misbehave(SUB_STEPS[name].endpoint, "area_absent")
            assert (await look(name, client, ask_for(name, kai))).verdict is Verdict.NO_EVIDENCE, name


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
            await client.send(request_for(N.CLOUDWAITRESS_ACCOUNT, kai, {}), "key", 2)
    assert PASSWORD.get_secret_value() not in f"{caught.value!r}"
    assert bool(await kai.effects()) is happened


async def test_a_busy_platform_says_how_long_to_wait(kai: OnPlatform) -> None:
    """`Retry-After` in seconds."""
    await kai.misbehave("configure-services", "too_many", seconds=7)
    async with kai.client() as client:
        with pytest.raises(PlatformBusy) as caught:
            await client.send(requests.configure_services(kai.restaurant_id), "key", 5)
    assert caught.value.retry_after == 7


async def test_things_that_failed_are_told_in_numbers(kai: OnPlatform) -> None:
    """A success of which a part failed is a failure, and a look sees the part that is there."""
    async with kai.client() as client:
        done = await do_all_before(N.OPTION_SETS, client, kai)
        await kai.misbehave("add-option-sets", "partly_failed")
        seen = await do(N.OPTION_SETS, client, kai, done)
    assert seen.verdict is Verdict.PARTLY
    assert done[N.OPTION_SETS].failure() == "1 of 2 option sets failed (1 created)"


async def test_a_second_account_with_the_same_e_mail_is_reported_as_existing(kai: OnPlatform) -> None:
    """`alreadyExists`, and a wrong password is a refusal."""
    async with kai.client() as client:
        await do(N.CLOUDWAITRESS_ACCOUNT, client, kai, {})
        again = await client.send(request_for(N.CLOUDWAITRESS_ACCOUNT, kai, {}), "key", 5)
        assert again["alreadyExists"] is True
        other = requests.register_account(kai.restaurant_id, kai.email, new_password(), "+6493791234")
        with pytest.raises(PlatformRefused, match="Wrong password"):
            await client.send(other, "key", 5)


async def test_a_question_about_an_unknown_restaurant_is_refused(kai: OnPlatform) -> None:
    """Nothing is guessed about what the platform does not know."""
    async with kai.client() as client:
        with pytest.raises(PlatformRefused, match="not found"):
            await client.about("setup-status", uuid4(), SetupStatus)


async def test_a_wrong_service_key_is_refused(kai: OnPlatform) -> None:
    """With the platform's own words."""
    async with kai.client(SecretStr("wrong")) as client:
        with pytest.raises(PlatformRefused, match="X-Service-Key"):
            await client.status(kai.restaurant_id)


async def test_the_extractions_are_taken(kai: OnPlatform) -> None:
    """Both starts say success."""
    restaurant = RestaurantData(id=kai.restaurant_id, organisation_id=kai.restaurant_id, name="Kai")
    menu = start_menu_extraction(restaurant.id, restaurant.name, "https://www.ubereats.com/store/kai")
    branding = start_branding_extraction(restaurant, "https://kai.example")
    async with kai.client() as client:
        assert (await client.send(menu, "key:1", 10))["success"] is True
        assert (await client.send(branding, "key:2", 10))["success"] is True
