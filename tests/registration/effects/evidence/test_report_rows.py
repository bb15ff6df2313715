"""What the platform recorded of its own successes: the most that is known of what lives in other systems."""

from typing import Any
from uuid import uuid4

import pytest

from registration.effects.evidence import Presence
from registration.effects.outputs import (
    ItemTagsOutputs,
    MenuOutputs,
    OnboardingUserOutputs,
    OptionSetsOutputs,
    Outputs,
    PaymentOutputs,
    ServicesOutputs,
    Summary,
    TagsSummary,
    WebsiteOutputs,
)
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from tests.registration.effects.evidence.platform_rows import MINUTE, PlatformRows

N = SubStepName
EVENTS = {
    N.WEBSITE_CONFIG: "w3",
    N.SERVICES_CONFIG: "w1",
    N.PAYMENT_CONFIG: "w2",
    N.MENU_IMPORT: "w2",
    N.OPTION_SETS: "w1",
    N.ITEM_TAGS: "w1",
}
"""The usage event of each of the six that leave nothing else."""
CREATES = (N.SERVICES_CONFIG, N.PAYMENT_CONFIG, N.MENU_IMPORT, N.OPTION_SETS, N.ITEM_TAGS)


@pytest.mark.parametrize("name", EVENTS)
async def test_an_event_since_the_sending_is_a_report(rows: PlatformRows, name: SubStepName) -> None:
    """After an unclear answer and after a clear success."""
    await rows.record(name, EVENTS[name])
    for observation in (await rows.observe(name), await rows.read_back(name)):
        assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.REPORTED), observation.reason
        assert observation.outputs is not None


@pytest.mark.parametrize("name", EVENTS)
async def test_a_record_of_what_was_answered_as_a_failure_is_a_part(rows: PlatformRows, name: SubStepName) -> None:
    """The route counts a success also where some option sets failed, or the link was not found."""
    await rows.record(name, EVENTS[name])
    assert (await rows.observe(name, window_closed=True)).verdict is Presence.PARTIAL


@pytest.mark.parametrize("name", EVENTS)
async def test_without_an_event_nobody_can_tell(rows: PlatformRows, name: SubStepName) -> None:
    """It is written without waiting, and given up after four tries: its absence proves nothing."""
    await rows.record(name, EVENTS[name], rows.sent - MINUTE)
    assert (await rows.observe(name)).verdict is Presence.UNKNOWN
    assert (await rows.read_back(name)).verdict is Presence.UNKNOWN


@pytest.mark.parametrize("name", EVENTS)
async def test_an_event_of_another_restaurant_or_menu_is_none_of_it(rows: PlatformRows, name: SubStepName) -> None:
    """Restaurant and menu are in the metadata."""
    await rows.record(name, EVENTS[name], restaurant_id=str(uuid4()))
    if name in (N.MENU_IMPORT, N.OPTION_SETS, N.ITEM_TAGS):
        await rows.record(name, EVENTS[name], menu_id=str(uuid4()))
    assert (await rows.observe(name)).verdict is Presence.UNKNOWN


@pytest.mark.parametrize("name", CREATES)
async def test_an_earlier_success_is_taken_over_before_a_first_sending(rows: PlatformRows, name: SubStepName) -> None:
    """A second import, payment method or tag would be one more; a person who wants it once more gets it."""
    assert (await rows.probe_first(name)).verdict is Presence.ABSENT
    await rows.record(name, EVENTS[name], rows.sent - MINUTE)
    assert (await rows.probe_first(name)).verdict is Presence.PRESENT
    assert (await rows.probe_first(name, resend_approved=True)).verdict is Presence.ABSENT


@pytest.mark.parametrize(
    "name, columns, wanted",
    [
        (
            N.WEBSITE_CONFIG,
            {"hosted_logo_url": "https://cdn.example/1/", "demo_store_url": "https://kitchen.example"},
            WebsiteOutputs(uploaded_logo_url="https://cdn.example/1/", demo_store_url="https://kitchen.example"),
        ),
        (N.SERVICES_CONFIG, {}, ServicesOutputs()),
        (
            N.PAYMENT_CONFIG,
            {"stripe_connect_url": "https://connect.stripe.com/1"},
            PaymentOutputs(stripe_connect_url="https://connect.stripe.com/1"),
        ),
    ],
)
async def test_addresses_come_from_the_restaurant(
    rows: PlatformRows, name: SubStepName, columns: dict[str, str], wanted: Outputs
) -> None:
    """The routes write them there."""
    await rows.links(**columns)
    await rows.record(name, EVENTS[name])
    assert (await rows.observe(name)).outputs == wanted


async def test_payment_without_the_link_that_was_asked_for_is_a_part(rows: PlatformRows) -> None:
    """The method was added; a link that was not found is not stored."""
    await rows.record(N.PAYMENT_CONFIG, EVENTS[N.PAYMENT_CONFIG])
    assert (await rows.observe(N.PAYMENT_CONFIG, with_link=True)).verdict is Presence.PARTIAL
    await rows.links(stripe_connect_url="https://connect.stripe.com/1")
    assert (await rows.observe(N.PAYMENT_CONFIG, with_link=True)).verdict is Presence.PRESENT


@pytest.mark.parametrize(
    "name, metadata, wanted",
    [
        (
            N.OPTION_SETS,
            {"option_sets_count": 9},
            OptionSetsOutputs(summary=Summary(total=9, created=9, failed=0)),
        ),
        (
            N.ITEM_TAGS,
            {"tags_created": 10, "items_assigned": 4},
            ItemTagsOutputs(summary=TagsSummary(total=10, created=10, failed=0, items_assigned=4)),
        ),
    ],
)
async def test_numbers_come_from_the_event(
    rows: PlatformRows, name: SubStepName, metadata: dict[str, Any], wanted: Outputs
) -> None:
    """A run that names none may have made none."""
    await rows.record(name, EVENTS[name], rows.sent, **dict.fromkeys(metadata, 0))
    assert (await rows.observe(name)).verdict is Presence.UNKNOWN
    await rows.record(name, EVENTS[name], **metadata)
    assert (await rows.observe(name)).outputs == wanted


async def test_the_items_of_the_menu_are_counted_here(rows: PlatformRows) -> None:
    """The platform's event does not say how many it imported."""
    await rows.record(N.MENU_IMPORT, EVENTS[N.MENU_IMPORT])
    assert (await rows.observe(N.MENU_IMPORT)).outputs == MenuOutputs(item_count=12, menu_id=rows.menu_id)


async def test_the_onboarding_user_is_there_whenever_the_log_says_so(rows: PlatformRows) -> None:
    """One user per e-mail, also for another restaurant of the organisation."""
    assert (await rows.probe_first(N.CREATE_ONBOARDING_USER)).verdict is Presence.ABSENT
    await rows.record(N.CREATE_ONBOARDING_USER, "w1", rows.sent - MINUTE, restaurant_id=None)
    for observation in (await rows.probe_first(N.CREATE_ONBOARDING_USER), await rows.observe(N.CREATE_ONBOARDING_USER)):
        assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.REPORTED)
        assert isinstance(observation.outputs, OnboardingUserOutputs)


async def test_another_onboarding_user_is_not_ours(rows: PlatformRows) -> None:
    """The restaurant's log names the e-mail."""
    await rows.record(N.CREATE_ONBOARDING_USER, "w1", response_data={"userEmail": "other@kitchen.example"})
    assert (await rows.observe(N.CREATE_ONBOARDING_USER)).verdict is Presence.UNKNOWN


async def test_a_failed_onboarding_user_may_have_been_made(rows: PlatformRows) -> None:
    """The form may have been sent: that the script failed does not say that nothing was done."""
    await rows.record(N.CREATE_ONBOARDING_USER, "w2", response_data=None)
    observation = await rows.observe(N.CREATE_ONBOARDING_USER)
    assert observation.verdict is Presence.UNKNOWN
    assert "may have made" in observation.reason


async def test_the_onboarding_record_is_as_the_newest_log_row_since_says(rows: PlatformRows) -> None:
    """Updating it once more changes nothing."""
    name = N.SYNC_ONBOARDING_USER
    await rows.record(name, "w2", rows.sent - MINUTE)
    assert (await rows.observe(name)).verdict is Presence.UNKNOWN
    await rows.record(name, "w3", rows.sent, response_data=None)
    assert (await rows.observe(name)).verdict is Presence.ABSENT
    await rows.record(name, "w2", rows.sent + MINUTE)
    observation = await rows.observe(name)
    assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.REPORTED)


async def test_what_routes_report_is_never_called_proven(rows: PlatformRows) -> None:
    """The seven that other systems keep."""
    for name, write in (*EVENTS.items(), (N.CREATE_ONBOARDING_USER, "w1"), (N.SYNC_ONBOARDING_USER, "w2")):
        await rows.record(name, write)
        assert (await rows.read_back(name)).known is Assurance.REPORTED
