"""Evidence of what lives in the ordering system and the onboarding system: the platform's records of its success.

Those of a route are written without waiting, and given up after four tries: that there is none says nothing.
"""

from collections.abc import Callable

from registration.effects.evidence.facts import Action, Event, Facts, since
from registration.effects.evidence.judge import nothing, reported, seen
from registration.effects.evidence.model import Expected, Observation, Presence
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


async def onboarding_user(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The platform's log of having made the user; there is one user per e-mail, whoever made it."""
    logs = await facts.logs(asked, Action.ONBOARDING_USER)
    made = [row for row in logs if row.status == "success" and row.user_email and asked.is_for(row.user_email)]
    if made and asked.email is not None:
        outputs = OnboardingUserOutputs(user_name=None, user_email=asked.email, password_generated=None)
        return reported("the platform's log shows that the onboarding user was made", outputs, made[0])
    failed = [row for row in logs if row.status == "failed" and since(row.at, asked.since)]
    if failed and not after_success:
        return seen(Presence.UNKNOWN, "the platform failed, and may have made the onboarding user", failed[0])
    return nothing(asked, "onboarding user of this e-mail in its log")


async def onboarding_record(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The platform's log of having updated the record since we asked; the newest row decides."""
    logs = [row for row in await facts.logs(asked, Action.ONBOARDING_RECORD) if since(row.at, asked.since)]
    if not logs:
        return seen(Presence.UNKNOWN, "the platform's log shows no update of the onboarding record since")
    if logs[0].status == "success" or after_success:
        what = "the platform's log shows that the onboarding record was updated"
        return reported(what, SyncOutputs.model_validate({"onboarding_id": None, "updated_fields": ()}), logs[0])
    return seen(Presence.ABSENT, "the platform failed to update the onboarding record", logs[0])


async def website(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success; whether its script came to its end only its answer tells."""
    links = await facts.links(asked)
    outputs = WebsiteOutputs(uploaded_logo_url=links.hosted_logo_url, demo_store_url=links.demo_store_url)
    return await _success(facts, asked, Event.WEBSITE, lambda _row: outputs)


async def services(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success."""
    return await _success(facts, asked, Event.SERVICES, lambda _row: ServicesOutputs())


async def payment(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success, with the link if one is asked for."""
    links = await facts.links(asked)
    outputs = PaymentOutputs(stripe_connect_url=links.stripe_connect_url)
    look = await _success(facts, asked, Event.PAYMENT, lambda _row: outputs)
    if look.verdict is Presence.PRESENT and asked.with_link and not links.stripe_connect_url:
        return seen(Presence.PARTIAL, f"{look.reason}, but there is no link for the owner")
    return look


async def menu(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success for this menu; the items are ours to count, the platform does not."""
    outputs = MenuOutputs(item_count=asked.menu_items or 0, menu_id=asked.menu_id)
    return await _success(facts, asked, Event.MENU, lambda _row: outputs)


async def option_sets(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success for this menu, with what it made; a run that names no number may have made none."""

    def outputs(row: EventRow) -> Outputs | None:
        made = _number(row.option_sets)
        return OptionSetsOutputs(summary=Summary(total=made, created=made, failed=0)) if made else None

    return await _success(facts, asked, Event.OPTION_SETS, outputs)


async def item_tags(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The route's own success for this menu, with what it made."""

    def outputs(row: EventRow) -> Outputs | None:
        made, assigned = _number(row.tags), _number(row.items_assigned)
        summary = TagsSummary(total=made, created=made, failed=0, items_assigned=assigned)
        return ItemTagsOutputs(summary=summary) if made else None

    return await _success(facts, asked, Event.ITEM_TAGS, outputs)


async def _success(
    facts: Facts, asked: Expected, event: Event, outputs: Callable[[EventRow], Outputs | None]
) -> Observation:
    """The event since we asked; before any sending also an earlier one, unless a person wants it done once more."""
    if not facts.events:
        return seen(Presence.UNKNOWN, "the platform's usage events are not read here, and nothing else shows it")
    row = await facts.event(asked, event)
    ours = row is not None and (since(row.at, asked.since) or not (asked.ever_sent or asked.do_again))
    if row is None or not ours:
        return nothing(asked, f"record of a success ({event}) since")
    if asked.over and asked.sent_at is not None:
        # Its answer was no success: the route counts one also where a part failed.
        return seen(
            Presence.PARTIAL, f"the platform recorded a success at {row.at.isoformat()}, and answered none", row
        )
    if (left := outputs(row)) is None:
        return seen(Presence.UNKNOWN, "the platform recorded a success that made nothing it can name", row)
    return reported(f"the platform recorded a success at {row.at.isoformat()}", left, row)


def _number(said: str | None) -> int:
    return int(said) if said is not None and said.isdecimal() and len(said) < 6 else 0
