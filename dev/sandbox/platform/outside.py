"""The ordering system behind the platform: its accounts and restaurants, and whether a script finds a restaurant.

All of it is inferred: the ordering system itself was never examined. One account per e-mail; a script whose sign-in
fails does not notice it, and then does not find the restaurant in the list.
"""

import secrets
import string
from uuid import uuid4

from pydantic import SecretStr

from dev.sandbox.names import Endpoint
from dev.sandbox.platform.call import Call
from dev.sandbox.records import Account, digest


async def count(call: Call) -> str | None:
    """Count the run of a script; its products are not stored."""
    call.happens()
    return None


def may_open(call: Call) -> bool:
    """Claim the organisation's next account creation; False if the last one was too recent."""
    spacing = call.world.scaled(call.world.behaviour.account_spacing_seconds)
    return call.world.spacing.claim(call.organisation_id, spacing)


def has_account(call: Call, email: str) -> bool:
    """True if the e-mail address has an account."""
    return call.platform.account(call.organisation_id, email) is not None


def open_account(call: Call, email: str, password: str) -> str:
    """Open an account unless there is one; return its id in the ordering system."""
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
    """True if e-mail and password belong to an account."""
    account = call.platform.account(call.organisation_id, email)
    return account is not None and account.opens_with(SecretStr(password))


def open_restaurant(call: Call) -> str:
    """Create a restaurant, even beside an earlier one; return its id."""
    number = new_number()
    call.done.registered = True
    call.happens(Endpoint.REGISTER_RESTAURANT, made=number)
    return number


def in_the_list(call: Call) -> bool:
    """True if a script that signs in with the call's account finds the restaurant in the account's list."""
    account = call.account or {}
    signed_in = signs_in(call, str(account.get("email")), str(account.get("user_password_hint")))
    return signed_in and call.done.registered


def new_number() -> str:
    """A restaurant id in the form of the ordering system."""
    return "RES" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(10))
