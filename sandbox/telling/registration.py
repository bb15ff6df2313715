"""The registration of a restaurant under an account."""

import secrets
import string

from sandbox.records import Account, Registered
from sandbox.refusals import Refusal
from sandbox.rows import subdomain_is_stored
from sandbox.slugs import slug
from sandbox.telling.accounts import claim_turn, open_account, refuse_wrong_password
from sandbox.telling.bodies import RegistrationBody
from sandbox.telling.call import Answer, Call

_STORE = """
    WITH account AS (
        UPDATE pumpd_accounts SET restaurant_count = %(restaurants)s
        WHERE organisation_id = %(organisation)s AND email = %(email)s RETURNING id
    ), restaurant AS (
        UPDATE restaurants SET onboarding_status = 'registered' WHERE id = %(restaurant)s
    )
    INSERT INTO pumpd_restaurants (organisation_id, restaurant_id, pumpd_account_id, pumpd_restaurant_id,
                                   pumpd_subdomain, registration_status, registration_type, dashboard_url)
    VALUES (%(organisation)s, %(restaurant)s, (SELECT id FROM account), %(id)s, %(subdomain)s, 'completed', %(type)s,
            %(dashboard)s)
    ON CONFLICT (organisation_id, restaurant_id) DO UPDATE
    SET pumpd_account_id = excluded.pumpd_account_id, pumpd_restaurant_id = excluded.pumpd_restaurant_id,
        pumpd_subdomain = excluded.pumpd_subdomain, registration_status = 'completed',
        registration_type = excluded.registration_type, dashboard_url = excluded.dashboard_url
"""


async def register_restaurant(call: Call, body: RegistrationBody) -> Answer:
    """Register a restaurant; raises Refusal 400 if the account is not what the type says, 401 for its password."""
    if _fitting_account(call, body) is None:
        claim_turn(call)
    await call.work()
    account = _fitting_account(call, body) or await open_account(call, body.email, body.password)
    registered = await _new_registration(call, body, account)
    _fitting_account(call, body)
    if call.happens():
        call.done.registered = registered
        await _store(call, body, account, registered)
    return {"success": True, "message": f"{body.restaurant_name} registered", "restaurant": _restaurant(registered)}


def refuse_unregistered(call: Call) -> Registered:
    """The restaurant's registration; raises Refusal 409 if there is none."""
    if call.done.registered is None:
        raise Refusal(409, f"{call.restaurant.name} is not registered on the platform yet")
    return call.done.registered


def _fitting_account(call: Call, body: RegistrationBody) -> Account | None:
    """The account to register under; none only where the registration opens a new one."""
    account = call.platform.account(call.restaurant.organisation_id, body.email)
    additional = body.registration_type == "existing_account_additional_restaurant"
    if account is None:
        if body.registration_type != "new_account_with_restaurant":
            raise Refusal(400, f"There is no account for {body.email}")
        return None
    refuse_wrong_password(account, body.password)
    restaurants = call.platform.restaurants_under(account)
    if additional != (restaurants > 0):
        raise Refusal(400, f"{body.registration_type} does not fit: {body.email} has {restaurants} restaurants")
    return account


async def _new_registration(call: Call, body: RegistrationBody, account: Account) -> Registered:
    alphabet = string.ascii_uppercase + string.digits
    number = "RES" + "".join(secrets.choice(alphabet) for _ in range(10))
    subdomain = slug(body.restaurant_name) or "restaurant"
    stored = await subdomain_is_stored(call.world.database, call.restaurant, subdomain)
    if stored or call.platform.subdomain_is_taken(subdomain):
        subdomain = f"{subdomain}-{number[-4:].lower()}"
    return Registered(
        **call.stamp().model_dump(),
        pumpd_restaurant_id=number,
        pumpd_subdomain=subdomain,
        dashboard_url=f"https://admin.pumpd.example/restaurants/{number}",
        account_id=account.account_id,
        email=body.email,
    )


async def _store(call: Call, body: RegistrationBody, account: Account, registered: Registered) -> None:
    new = body.registration_type == "new_account_with_restaurant"
    values: dict[str, object] = {
        "organisation": call.restaurant.organisation_id,
        "restaurant": call.restaurant.id,
        "email": account.email.lower(),
        "restaurants": call.platform.restaurants_under(account),
        "id": registered.pumpd_restaurant_id,
        "subdomain": registered.pumpd_subdomain,
        "type": "account_and_restaurant" if new else "restaurant_only",
        "dashboard": registered.dashboard_url,
    }
    await call.world.database.write(_STORE, values)


def _restaurant(registered: Registered) -> dict[str, str]:
    return {
        "pumpd_restaurant_id": registered.pumpd_restaurant_id,
        "pumpd_subdomain": registered.pumpd_subdomain,
        "dashboard_url": registered.dashboard_url,
        "registration_status": "completed",
    }
