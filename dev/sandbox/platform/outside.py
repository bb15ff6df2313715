"""The ordering system behind the platform: which accounts and restaurants it has, and whether a script finds one.

All of it is inferred: the ordering system was never looked at. One account per e-mail; a script that cannot sign in
does not notice, and then does not find the restaurant in the list.
"""

import secrets
import string
from uuid import uuid4

from pydantic import SecretStr

from dev.sandbox.names import Endpoint
from dev.sandbox.platform.call import Call
from dev.sandbox.records import Account, digest


async def count(call: Call) -> str | None:
    """Count the run; what it makes is not kept."""
    call.happens()
    return None


def may_open(call: Call) -> bool:
    """Take the organisation's turn to open an account; False if the last one was a moment ago."""
    spacing = call.world.scaled(call.world.behaviour.account_spacing_seconds)
    return call.world.spacing.claim(call.organisation_id, spacing)


def has_account(call: Call, email: str) -> bool:
    """Whether the e-mail address has an account."""
    return call.platform.account(call.organisation_id, email) is not None


def open_account(call: Call, email: str, password: str) -> str:
    """Open an account, if there is none yet; gives its id outside."""
    known = call.platform.account(call.organisation_id, email)
    if known is None:
        known = Account(
            account_id=uuid4(),
            organisation_id=call.organisation_id,
            restaurant_id=call.restaurant_id,
            email=email,
            password_digest=digest(SecretStr(password)),
        )
        call.done.accounts.append(known)
        call.happens(Endpoint.REGISTER_ACCOUNT, email.lower())
    return f"cw_{known.account_id.hex[:12]}"


def signs_in(call: Call, email: str, password: str) -> bool:
    """Whether e-mail and password open an account."""
    account = call.platform.account(call.organisation_id, email)
    return account is not None and account.opens_with(SecretStr(password))


def open_restaurant(call: Call) -> str:
    """Make a restaurant, one more if there is one already; gives its id."""
    number = new_number()
    call.done.registered = True
    call.happens(Endpoint.REGISTER_RESTAURANT)
    return number


def in_the_list(call: Call) -> bool:
    """Whether a script that signs in with the call's account finds the restaurant in the account's list."""
    account = call.account or {}
    signed_in = signs_in(call, str(account.get("email")), str(account.get("user_password_hint")))
    return signed_in and call.done.registered


def new_number() -> str:
    """An id as the ordering system gives it to a restaurant."""
    return "RES" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(10))
