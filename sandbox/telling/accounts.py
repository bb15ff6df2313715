"""Accounts: one per organisation and e-mail address."""

from uuid import uuid4

from pydantic import SecretStr

from sandbox.names import Endpoint
from sandbox.records import Account, digest
from sandbox.refusals import Refusal
from sandbox.telling.bodies import AccountBody
from sandbox.telling.call import Answer, Call

_STORE = """
    INSERT INTO pumpd_accounts (id, organisation_id, restaurant_id, email, registration_status, registration_date,
                                pumpd_user_id)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(email)s, 'completed', %(at)s, %(user)s)
    ON CONFLICT (organisation_id, email) DO UPDATE
    SET registration_status = 'completed', registration_date = excluded.registration_date,
        pumpd_user_id = excluded.pumpd_user_id
"""


async def register_account(call: Call, body: AccountBody) -> Answer:
    """Open an account, or find the one that the e-mail address has; raises TooSoon, Refusal 401."""
    claim_turn(call)
    await call.work()
    existing = call.platform.account(call.restaurant.organisation_id, body.email)
    if existing is None:
        return _answer(await open_account(call, body.email, body.password), already_exists=False)
    refuse_wrong_password(existing, body.password)
    return _answer(existing, already_exists=True)


def claim_turn(call: Call) -> None:
    """Take the organisation's turn to open an account; raises TooSoon."""
    behaviour = call.world.behaviour
    call.world.spacing.claim(call.restaurant.organisation_id, call.world.scaled(behaviour.account_spacing_seconds))


async def open_account(call: Call, email: str, password: SecretStr) -> Account:
    """Open an account that is not there yet."""
    account = Account(
        **call.stamp().model_dump(),
        account_id=uuid4(),
        organisation_id=call.restaurant.organisation_id,
        restaurant_id=call.restaurant.id,
        email=email,
        password_digest=digest(password),
    )
    if call.happens(Endpoint.REGISTER_ACCOUNT, email.lower()):
        call.done.accounts.append(account)
        await _store(call, account)
    return account


def refuse_wrong_password(account: Account, password: SecretStr) -> None:
    """Raises Refusal 401 if this is not the account's password."""
    if not account.opens_with(password):
        raise Refusal(401, f"Wrong password for the existing account {account.email}")


async def _store(call: Call, account: Account) -> None:
    values: dict[str, object] = {
        "id": account.account_id,
        "organisation": account.organisation_id,
        "restaurant": account.restaurant_id,
        "email": account.email.lower(),
        "at": account.changed_at,
        "user": f"cw_{account.account_id.hex[:12]}",
    }
    await call.world.database.write(_STORE, values)


def _answer(account: Account, *, already_exists: bool) -> Answer:
    message = "Account already exists" if already_exists else "Account registered"
    return {
        "success": True,
        "message": message,
        "account_id": str(account.account_id),
        "email": account.email,
        "alreadyExists": already_exists,
    }
