"""Evidence of the account and of the restaurant's registration."""

from registration.accounts.service import foreign_account
from registration.effects.evidence.facts import Accounts, Action, Facts, since
from registration.effects.evidence.judge import found, nothing, seen
from registration.effects.evidence.model import Expected, Observation, Presence
from registration.effects.outputs import AccountOutputs, RestaurantOutputs
from registration.platform.rows import AccountRow, LogRow, RestaurantRow

_OPENED = ("completed", "existing")
_OPENING = ("in_progress", "pending")
_ID_BEGINS = "RES"


async def account(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The account of the e-mail. It is ours if this platform made it and we had asked; else it existed before.

    register-account writes its row before it calls the ordering system, and there an e-mail that it knows is found, not
    made a second time: with nothing to be seen, or a failure, it may be sent again.
    """
    there = await facts.accounts(asked)
    logs = await facts.logs(asked, Action.ACCOUNT, there) if asked.ever_sent or after_success else ()
    success = _since(logs, "success", asked)
    opened = [row for row in there.rows if row.status in _OPENED]
    if opened:
        return _opened(opened[0], success, asked, after_success=after_success)
    if there.rows and there.rows[0].status in _OPENING:
        return _opening(there.rows[0], asked)
    if there.rows:
        return seen(Presence.ABSENT, f"the platform failed to open the account {asked.email}", there.rows[0])
    return _none(there, success, asked)


def _opened(row: AccountRow, success: LogRow | None, asked: Expected, *, after_success: bool) -> Observation:
    outputs = AccountOutputs(account_id=row.id, email=row.email, already_exists=False)
    if not (asked.ever_sent or after_success):
        return seen(Presence.FOREIGN, foreign_account(row.email), row)
    if row.with_restaurant and not after_success:
        reason = f"the account {row.email} was asked for with a restaurant too: whose it is cannot be told"
        return seen(Presence.UNKNOWN, reason, row)
    if row.has_user_id or (success is not None and not success.existed):
        return found(f"the platform has the account {row.email}", outputs, row)
    if asked.sent_before is not None:
        reason = f"{row.email} existed before the last request, and an earlier one of ours had no clear answer"
        return seen(Presence.UNKNOWN, reason, row)
    return seen(Presence.FOREIGN, foreign_account(row.email), row)


def _opening(row: AccountRow, asked: Expected) -> Observation:
    if asked.ever_sent:
        return seen(Presence.PARTIAL, f"the platform is still opening the account {row.email}", row)
    return seen(Presence.FOREIGN, foreign_account(row.email), row)


def _none(there: Accounts, success: LogRow | None, asked: Expected) -> Observation:
    """Without a row. Over HTTP the row may be hidden, while the log shows that the account was made."""
    if success is not None and not success.existed and asked.email is not None:
        outputs = AccountOutputs(account_id=None, email=asked.email, already_exists=False)
        return found(f"the platform's log shows that the account {asked.email} was made", outputs, success)
    if there.hidden and asked.ever_sent:
        return seen(Presence.UNKNOWN, "the platform shows the restaurant without its account")
    return seen(Presence.ABSENT, "the platform shows no account")


async def restaurant(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """The registration with its id. A failed one may have made the restaurant: that is for a person to see."""
    row = await facts.restaurant(asked)
    if row is None or (row.status == "pending" and not row.id):
        return nothing(asked, "registration of the restaurant")
    if row.status == "completed":
        return _completed(row, _partly(after_success=after_success))
    logs = await facts.logs(asked, Action.RESTAURANT) if asked.ever_sent or after_success else ()
    if _since(logs, "success", asked):
        reason = "the restaurant was made, but the platform did not store its id"
        return seen(_partly(after_success=after_success), reason, row)
    if row.status == "failed":
        verdict = Presence.UNKNOWN if asked.ever_sent else Presence.PARTIAL
        return seen(verdict, "its registration failed on the platform, and may have made the restaurant", row)
    return seen(_partly(after_success=after_success), "the platform has not ended its registration", row)


def _partly(*, after_success: bool) -> Presence:
    """What is registered by halves; after the platform's success it does not show what it says: a person must look."""
    return Presence.ABSENT if after_success else Presence.PARTIAL


def _completed(row: RestaurantRow, partly: Presence) -> Observation:
    if not row.id or not row.id.startswith(_ID_BEGINS):
        return seen(partly, "the restaurant is registered, but without an id", row)
    if row.others:
        return seen(partly, f"the platform stored the id of another restaurant, {row.id}", row)
    if not row.subdomain:
        return seen(partly, f"{row.id} has no subdomain yet", row)
    outputs = RestaurantOutputs(
        pumpd_restaurant_id=row.id,
        pumpd_subdomain=row.subdomain,
        dashboard_url=row.dashboard_url,
        registration_status=row.status,
    )
    return found(f"the restaurant is registered as {row.id}", outputs, row)


def _since(logs: tuple[LogRow, ...], status: str, asked: Expected) -> LogRow | None:
    """The newest row of this end since we asked."""
    return next((row for row in logs if row.status == status and since(row.at, asked.since)), None)
