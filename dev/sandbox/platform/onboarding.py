"""create-onboarding-user and update-onboarding-record: users and records of the separate onboarding system.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: one user per e-mail over all organisations; the
record's fields are counted, not named. Inferred: a user is created with a record; the consequences of a second user.
"""

from collections.abc import Mapping
from uuid import uuid4

from dev.sandbox.platform import kept
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.kept import LogEntry
from dev.sandbox.platform.reply import Body, failure
from dev.sandbox.platform.scripts import ONBOARDING, command_failed
from dev.sandbox.records import OnboardingUser

_STORE_LINK = "UPDATE restaurants SET stripe_connect_url = %(link)s WHERE id = %(restaurant)s"
_CREATED, _EXISTED, _MISSING = "created", "existed before", "userName or userEmail missing"
USER_FAILING = "script failed"
_NO_SIGN = "script ended without its success sign"


async def choose_user(call: Call) -> str:
    """Name and e-mail are required, and the e-mail must be new."""
    email = call.text("userEmail")
    if not call.text("userName") or not email:
        return _MISSING
    return _EXISTED if _user(call, email) else _CREATED


async def act_user(call: Call) -> str | None:
    """Create the user with its record."""
    email = call.text("userEmail") or ""
    user = OnboardingUser(
        onboarding_id=str(uuid4()),
        email=email,
    )
    call.done.onboarding_users.append(user)
    call.happens(email=email.lower())
    return None


def _user(call: Call, email: str) -> OnboardingUser | None:
    everyone = (user for restaurant in call.platform.restaurants.values() for user in restaurant.onboarding_users)
    return next((user for user in everyone if user.email.strip().lower() == email.strip().lower()), None)


def _user_facts(call: Call) -> Mapping[str, object]:
    generated = call.text("userPassword") is None
    return {
        "userName": call.text("userName") or "Alex Example",
        "userEmail": call.text("userEmail") or "owner@kitchen.example",
        "passwordGenerated": generated,
    }


async def _user_made(call: Call) -> None:
    if call.restaurant is not None:
        await kept.log(call, LogEntry("onboarding_user_creation", "success", response=_user_facts(call)))
    email = call.text("userEmail")
    metadata = {"restaurant_id": str(call.restaurant_id), "user_email": email}
    await kept.use(call, "registration_onboarding_user", metadata)


async def _user_failed(call: Call) -> None:
    if call.restaurant is not None:
        await kept.log(call, LogEntry("onboarding_user_creation", "failed", error=_error_text(call)))


def _error_text(call: Call) -> str:
    if call.notes.get("case") == _NO_SIGN:
        return "User creation failed, check the access"
    return command_failed(call, ONBOARDING, "User creation failed")


async def _user_body(call: Call) -> Body:
    return {"success": True, **_user_facts(call), "message": "Onboarding user created"}


async def _failed_body(call: Call) -> Body:
    return failure(_error_text(call))


USER = {
    _CREATED: Case(200, _user_body, acts=True, after=(_user_made,)),
    _EXISTED: Case(400, says(failure("User already exists in onboarding system"))),
    _MISSING: Case(400, says(failure("userName and userEmail are required"))),
    USER_FAILING: Case(500, _failed_body, acts=None, after=(_user_failed,)),
    _NO_SIGN: Case(500, _failed_body, acts=None, after=(_user_failed,)),
}
_UPDATED, _NOTHING_ASKED, _NO_RECORD = "updated", "userEmail or restaurantId missing", "no onboarding record"
_NOT_FOUND = "not found"
RECORD_FAILING = "onboarding database not reachable or refuses"
_FIELDS = ("name", "address", "phone", "primary_color", "secondary_color", "stripe_connect_url", "hosted_logo_url")
_LEGAL = ("full_legal_name", "company_name", "nzbn", "gst_number", "contact_name")


async def choose_record(call: Call) -> str:
    """The restaurant and the record of the e-mail must exist."""
    email = call.text("userEmail")
    if not email or not call.text("restaurantId"):
        return _NOTHING_ASKED
    if "updates" in call.sent and call.sent["updates"] is None:
        return RECORD_FAILING
    await _store_link(call)
    if call.restaurant is None:
        return _NOT_FOUND
    return _UPDATED if _user(call, email) else _NO_RECORD


async def _store_link(call: Call) -> None:
    updates = call.part("updates")
    if "stripeConnectUrl" in updates:
        values = {"link": updates["stripeConnectUrl"], "restaurant": call.restaurant_id}
        await call.world.database.write_unseen(_STORE_LINK, values)


def _filled(call: Call) -> list[str]:
    """The fields of the record that get a value; opening hours always do."""
    row = call.restaurant
    named = [name for name in (*_FIELDS, *_LEGAL) if row and getattr(row, name)]
    return [*named, "restaurant_id", "email", "venue_operating_hours"]


def _record_id(call: Call) -> str:
    user = _user(call, call.text("userEmail") or "")
    return user.onboarding_id if user else "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


async def _updated(call: Call) -> None:
    response = {"onboardingId": _record_id(call), "fieldsUpdated": _filled(call)}
    await kept.log(call, LogEntry("onboarding_record_update", "success", response=response))


async def _record_failed(call: Call) -> None:
    found = call.notes.get("case") != _NOT_FOUND
    error = "The onboarding database did not answer" if found else "Restaurant not found"
    await kept.log(call, LogEntry("onboarding_record_update", "failed", error=error))


async def _record_body(call: Call) -> Body:
    count = len(_filled(call))
    return {
        "success": True,
        "onboardingId": _record_id(call),
        "message": "Onboarding record updated",
        "updatedFields": count,
    }


RECORD = {
    _UPDATED: Case(200, _record_body, acts=True, after=(_updated,)),
    _NOTHING_ASKED: Case(400, says(failure("userEmail and restaurantId are required"))),
    _NO_RECORD: Case(404, says(failure("No onboarding record for this e-mail"))),
    _NOT_FOUND: Case(500, says(failure("Restaurant not found")), after=(_record_failed,)),
    RECORD_FAILING: Case(
        500, says(failure("The onboarding database did not answer")), acts=None, after=(_record_failed,)
    ),
}
