"""Evidence of what lives in the ordering system and the onboarding system: the platform's records of its success.

The platform writes the record of a route in the background and gives up after four tries: absence proves nothing.
"""

from collections.abc import Callable

from registration.effects.evidence.facts import Action, Event, Facts, since
from registration.effects.evidence.judge import not_shown, observed, reported
from registration.effects.evidence.models import Expected, Observation, Presence
from registration.effects.outputs import (
    ItemTagsOutputs,
    MenuOutputs,
    OnboardingUserOutputs,
    OptionSetsOutputs,
    Outputs,
    PaymentOutputs,
    ServicesOutputs,
    Summary,
    SyncOutputs,
    TagsSummary,
    WebsiteOutputs,
)
from registration.platform.rows import EventRow


async def onboarding_user(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """A row of the log that the user was made; there is one user per e-mail, whoever made it."""
    logs = await facts.logs(expected, Action.ONBOARDING_USER)
    made = [row for row in logs if row.status == "success" and row.user_email and expected.is_for(row.user_email)]
    if made and expected.email is not None:
        outputs = OnboardingUserOutputs(user_name=None, user_email=expected.email, password_generated=None)
        return reported("the platform's log shows that the onboarding user was made", outputs, made[0])
    failed = [row for row in logs if row.status == "failed" and since(row.at, expected.since)]
    if failed and not after_success:
        return observed(Presence.UNKNOWN, "the platform failed, and may have made the onboarding user", failed[0])
    return not_shown(expected, "onboarding user of this e-mail in its log")


async def onboarding_record(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """A row of the log since the request that the record was updated; the newest row decides."""
    logs = [row for row in await facts.logs(expected, Action.ONBOARDING_RECORD) if since(row.at, expected.since)]
    if not logs:
        return observed(Presence.UNKNOWN, "the platform's log shows no update of the onboarding record since")
    if logs[0].status == "success" or after_success:
        what = "the platform's log shows that the onboarding record was updated"
        return reported(what, SyncOutputs.model_validate({"onboarding_id": None, "updated_fields": ()}), logs[0])
    return observed(Presence.ABSENT, "the platform failed to update the onboarding record", logs[0])


async def website(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success; whether its script came to its end only the route's answer tells."""
    links = await facts.links(expected)
    outputs = WebsiteOutputs(uploaded_logo_url=links.hosted_logo_url, demo_store_url=links.demo_store_url)
    return await _success(facts, expected, Event.WEBSITE, lambda _row: outputs)


async def services(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success."""
    return await _success(facts, expected, Event.SERVICES, lambda _row: ServicesOutputs())


async def payment(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success, with the link if one was requested."""
    links = await facts.links(expected)
    outputs = PaymentOutputs(stripe_connect_url=links.stripe_connect_url)
    observation = await _success(facts, expected, Event.PAYMENT, lambda _row: outputs)
    if observation.verdict is Presence.PRESENT and expected.with_link and not links.stripe_connect_url:
        return observed(Presence.PARTIAL, f"{observation.reason}, but there is no link for the owner")
    return observation


async def menu(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success for this menu; the items are counted here, because the platform does not."""
    outputs = MenuOutputs(item_count=expected.menu_items or 0, menu_id=expected.menu_id)
    return await _success(facts, expected, Event.MENU, lambda _row: outputs)


async def option_sets(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success for this menu, with its numbers; without a number it may have made nothing."""

    def outputs(row: EventRow) -> Outputs | None:
        made = _number(row.option_sets)
        return OptionSetsOutputs(summary=Summary(total=made, created=made, failed=0)) if made else None

    return await _success(facts, expected, Event.OPTION_SETS, outputs)


async def item_tags(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The event of the route's success for this menu, with its numbers."""

    def outputs(row: EventRow) -> Outputs | None:
        made, assigned = _number(row.tags), _number(row.items_assigned)
        summary = TagsSummary(total=made, created=made, failed=0, items_assigned=assigned)
        return ItemTagsOutputs(summary=summary) if made else None

    return await _success(facts, expected, Event.ITEM_TAGS, outputs)


async def _success(
    facts: Facts, expected: Expected, event: Event, outputs: Callable[[EventRow], Outputs | None]
) -> Observation:
    """The event since the request; before any request also an older one, unless a person wants it done once more."""
    if not facts.events:
        return observed(Presence.UNKNOWN, "the platform's usage events are not read here, and nothing else shows it")
    row = await facts.event(expected, event)
    ours = row is not None and (since(row.at, expected.since) or not (expected.ever_sent or expected.resend_approved))
    if row is None or not ours:
        return not_shown(expected, f"record of a success ({event}) since")
    if expected.window_closed and expected.sent_at is not None:
        # The answer was no success: the route records a success also where a part failed.
        return observed(
            Presence.PARTIAL, f"the platform recorded a success at {row.at.isoformat()}, and answered none", row
        )
    if (made := outputs(row)) is None:
        return observed(Presence.UNKNOWN, "the platform recorded a success that made nothing it can name", row)
    return reported(f"the platform recorded a success at {row.at.isoformat()}", made, row)


def _number(written: str | None) -> int:
    return int(written) if written is not None and written.isdecimal() and len(written) < 6 else 0
