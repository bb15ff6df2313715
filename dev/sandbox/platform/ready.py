"""What every script asks of the tables first: the restaurant, and the account to sign in with.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: each failure is a 500, an unregistered restaurant
is not looked for, and only a missing account is noticed.
"""

from collections.abc import Mapping

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.place_rows import account_behind
from dev.sandbox.platform.reply import failure

NOT_FOUND, NO_ACCOUNT, INCOMPLETE = "not found", "no account for the restaurant", "account without e-mail or password"


async def not_ready(call: Call) -> str | None:
    """The case of what is missing, else nothing, and the call has its account."""
    if call.restaurant is None:
        return NOT_FOUND
    call.account = await account_behind(call)
    if call.account is None:
        return NO_ACCOUNT
    return None if call.account["email"] and call.account["user_password_hint"] else INCOMPLETE


async def look_up(call: Call) -> None:
    """The account for a case that is played, if there is one."""
    call.account = call.account or await account_behind(call)


def missing(**more: object) -> Mapping[str, Case]:
    """The three cases of what is missing; `more` are further members of the answers."""

    def case(error: str) -> Case:
        return Case(500, says(failure(error, details=None, **more)))

    return {
        NOT_FOUND: case("Restaurant not found"),
        NO_ACCOUNT: case("The restaurant's account not found: register it first"),
        INCOMPLETE: case("The account's credentials are incomplete"),
    }
