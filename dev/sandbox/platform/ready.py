"""Common checks of all scripts: the restaurant, and the account for signing in.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: each failure is a 500, an unregistered restaurant
is not detected, only a missing account is.
"""

from collections.abc import Mapping

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.pumpd_restaurant_rows import account_behind
from dev.sandbox.platform.reply import failure

NOT_FOUND, NO_ACCOUNT, INCOMPLETE = "not found", "no account for the restaurant", "account without e-mail or password"


async def missing_case(call: Call) -> str | None:
    """The case for what is missing, or None with the account stored in the call."""
    if call.restaurant is None:
        return NOT_FOUND
    call.account = await account_behind(call)
    if call.account is None:
        return NO_ACCOUNT
    return None if call.account["email"] and call.account["user_password_hint"] else INCOMPLETE


async def load_account(call: Call) -> None:
    """Store the account, if there is one, for a played case."""
    call.account = call.account or await account_behind(call)


def missing(**more: object) -> Mapping[str, Case]:
    """The three cases for missing data; `more` are further members of the answers."""

    def case(error: str) -> Case:
        return Case(500, says(failure(error, details=None, **more)))

    return {
        NOT_FOUND: case("Restaurant not found"),
        NO_ACCOUNT: case("The restaurant's account not found: register it first"),
        INCOMPLETE: case("The account's credentials are incomplete"),
    }
