"""Users of the onboarding portal and their records."""

import secrets

from sandbox.records import OnboardingUser
from sandbox.refusals import Refusal
from sandbox.telling.bodies import OnboardingRecordBody, OnboardingUserBody
from sandbox.telling.call import Answer, Call


async def create_onboarding_user(call: Call, body: OnboardingUserBody) -> Answer:
    """Create a user; raises Refusal 400 if the e-mail address has one already."""
    _refuse_existing(call, body.user_email)
    await call.work()
    _refuse_existing(call, body.user_email)
    if call.happens():
        call.done.onboarding_users.append(_user(call, body))
    return {
        "success": True,
        "message": "Onboarding user created",
        "userName": body.user_name,
        "userEmail": body.user_email,
        "passwordGenerated": body.user_password is None,
    }


async def update_onboarding_record(call: Call, body: OnboardingRecordBody) -> Answer:
    """Bring the record of an onboarding user up to date; raises Refusal 404 if there is none."""
    user = call.platform.onboarding_user(call.restaurant.organisation_id, body.user_email)
    if user is None:
        raise Refusal(404, f"No onboarding record for {body.user_email}")
    await call.work()
    if call.happens():
        call.done.onboarding_record = call.stamp()
    fields = _filled_fields(call, body)
    return {"success": True, "message": "Record updated", "onboardingId": user.onboarding_id, "updatedFields": fields}


def _refuse_existing(call: Call, email: str) -> None:
    if call.platform.onboarding_user(call.restaurant.organisation_id, email):
        raise Refusal(400, f"An onboarding user with the e-mail {email} already exists")


def _user(call: Call, body: OnboardingUserBody) -> OnboardingUser:
    return OnboardingUser(
        **call.stamp().model_dump(),
        onboarding_id=f"ONB{secrets.token_hex(6).upper()}",
        organisation_id=call.restaurant.organisation_id,
        email=body.user_email,
        name=body.user_name,
    )


def _filled_fields(call: Call, body: OnboardingRecordBody) -> list[str]:
    row, done = call.restaurant, call.done
    values = {
        "restaurant_name": row.name,
        "email": body.user_email,
        "contact_person": body.contact_person,
        "restaurant_id": done.registered and done.registered.pumpd_restaurant_id,
        "address": row.address,
        "phone": row.phone,
        "director_name": row.full_legal_name,
        "company_name": row.company_name,
        "nzbn": row.nzbn,
        "gst_number": row.gst_number,
        "primary_color": row.primary_color,
        "secondary_color": row.secondary_color,
        "stripe_connect_link": row.stripe_connect_url,
        "logo_url": row.hosted_logo_url,
    }
    return [name for name, value in values.items() if value]
