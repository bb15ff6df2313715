"""Evidence of the account and of the restaurant's registration."""

from registration.accounts.service import foreign_account
from registration.effects.evidence.facts import Accounts, Action, Facts, since
from registration.effects.evidence.judge import not_shown, observed, proven
from registration.effects.evidence.models import Expected, Observation, Presence
from registration.effects.outputs import AccountOutputs, RestaurantOutputs
from registration.platform.rows import AccountRow, LogRow, RestaurantRow

_OPENED = ("completed", "existing")
_OPENING = ("in_progress", "pending")
_ID_BEGINS = "RES"


async def account(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The account of the e-mail: ours if this platform made it after a request of ours, else it existed before.

    register-account writes its row before it calls the ordering system, and the ordering system finds an e-mail that it
    knows instead of making a second account. So after absence, or a failure, the request may be sent again.
    """
    there = await facts.accounts(expected)
    logs = await facts.logs(expected, Action.ACCOUNT, there) if expected.ever_sent or after_success else ()
    success = _since(logs, "success", expected)
    opened = [row for row in there.rows if row.status in _OPENED]
    if opened:
        return _opened(opened[0], success, expected, after_success=after_success)
    if there.rows and there.rows[0].status in _OPENING:
        return _opening(there.rows[0], expected)
    if there.rows:
        return observed(Presence.ABSENT, f"the platform failed to open the account {expected.email}", there.rows[0])
    return _none(there, success, expected)


def _opened(row: AccountRow, success: LogRow | None, expected: Expected, *, after_success: bool) -> Observation:
    outputs = AccountOutputs(account_id=row.id, email=row.email, already_exists=False)
    if not (expected.ever_sent or after_success):
        return observed(Presence.FOREIGN, foreign_account(row.email), row)
    if row.with_restaurant and not after_success:
        reason = f"the account {row.email} was requested with a restaurant too: whose it is cannot be told"
        return observed(Presence.UNKNOWN, reason, row)
    if row.has_user_id or (success is not None and not success.existed):
        return proven(f"the platform has the account {row.email}", outputs, row)
    if expected.previous_sent_at is not None:
        reason = f"{row.email} existed before the last request, and an earlier one of ours had no clear answer"
        return observed(Presence.UNKNOWN, reason, row)
    return observed(Presence.FOREIGN, foreign_account(row.email), row)


def _opening(row: AccountRow, expected: Expected) -> Observation:
    if expected.ever_sent:
        return observed(Presence.PARTIAL, f"the platform is still opening the account {row.email}", row)
    return observed(Presence.FOREIGN, foreign_account(row.email), row)


def _none(there: Accounts, success: LogRow | None, expected: Expected) -> Observation:
    """No row of the account. Over HTTP a row may be hidden, while the log shows that the account was made."""
    if success is not None and not success.existed and expected.email is not None:
        outputs = AccountOutputs(account_id=None, email=expected.email, already_exists=False)
        return proven(f"the platform's log shows that the account {expected.email} was made", outputs, success)
    if there.hidden and expected.ever_sent:
        return observed(Presence.UNKNOWN, "the platform shows the restaurant without its account")
    return observed(Presence.ABSENT, "the platform shows no account")


async def restaurant(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """The registration with its id. A failed registration may have made the restaurant: a person must look."""
    row = await facts.restaurant(expected)
    if row is None or (row.status == "pending" and not row.id):
        return not_shown(expected, "registration of the restaurant")
    if row.status == "completed":
        return _completed(row, _incomplete(after_success=after_success))
    logs = await facts.logs(expected, Action.RESTAURANT) if expected.ever_sent or after_success else ()
    if _since(logs, "success", expected):
        reason = "the restaurant was made, but the platform did not store its id"
        return observed(_incomplete(after_success=after_success), reason, row)
    if row.status == "failed":
        verdict = Presence.UNKNOWN if expected.ever_sent else Presence.PARTIAL
        return observed(verdict, "its registration failed on the platform, and may have made the restaurant", row)
    return observed(_incomplete(after_success=after_success), "the platform has not ended its registration", row)


def _incomplete(*, after_success: bool) -> Presence:
    """An incomplete registration: PARTIAL, but ABSENT after a success, which the platform then contradicts."""
    return Presence.ABSENT if after_success else Presence.PARTIAL


def _completed(row: RestaurantRow, partly: Presence) -> Observation:
    if not row.id or not row.id.startswith(_ID_BEGINS):
        return observed(partly, "the restaurant is registered, but without an id", row)
    if row.others:
        return observed(partly, f"the platform stored the id of another restaurant, {row.id}", row)
    if not row.subdomain:
        return observed(partly, f"{row.id} has no subdomain yet", row)
    outputs = RestaurantOutputs(
        pumpd_restaurant_id=row.id,
        pumpd_subdomain=row.subdomain,
        dashboard_url=row.dashboard_url,
        registration_status=row.status,
    )
    return proven(f"the restaurant is registered as {row.id}", outputs, row)


def _since(logs: tuple[LogRow, ...], status: str, expected: Expected) -> LogRow | None:
    """The newest row with this status since the first request that may count."""
    return next((row for row in logs if row.status == status and since(row.at, expected.since)), None)
