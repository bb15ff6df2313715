"""What the platform can be asked: what is there, since when, and with which Idempotency-Key it came."""

from sandbox.faults import Kind
from sandbox.names import Endpoint
from sandbox.records import Account, Change, Created, OnboardingUser
from sandbox.state import RestaurantState, now
from sandbox.telling.bodies import RestaurantBody
from sandbox.telling.call import Answer, Call
from sandbox.telling.code import code_answer


async def status(call: Call, body: RestaurantBody) -> Answer:
    """Account and restaurant; an account counts as the restaurant's if it has one of its e-mail addresses."""
    await call.work()
    answer: Answer = {"success": True}
    if _is_told(call, Endpoint.REGISTER_ACCOUNT):
        account = _account(call)
        answer |= {"account": _account_answer(call, account), "hasAccount": account is not None}
    if _is_told(call, Endpoint.REGISTER_RESTAURANT):
        answer |= {"pumpdRestaurant": _restaurant_answer(call), "hasRestaurant": call.done.registered is not None}
    return answer


async def code_injection(call: Call, body: RestaurantBody) -> Answer:
    """Whether there is generated code, and where."""
    await call.work()
    code = call.done.code_injection
    answer: Answer = {"success": True}
    if not _is_told(call, Endpoint.GENERATE_CODE_INJECTIONS):
        return answer
    nothing: Answer = {"codeInjectionId": None, "generatedAt": None, "filePaths": None}
    return answer | {"hasContent": code is not None} | (code_answer(code) if code else nothing) | _stamp(code)


async def setup_status(call: Call, body: RestaurantBody) -> Answer:
    """Everything after registration, area by area."""
    await call.work()
    areas = _areas(call, call.done)
    told = {name: area for name, (endpoint, area) in areas.items() if _is_told(call, endpoint)}
    return {"success": True, **told}


def _areas(call: Call, done: RestaurantState) -> dict[str, tuple[Endpoint, Answer]]:
    user = _onboarding_user(call)
    return {
        "website": (Endpoint.CONFIGURE_WEBSITE, _done(done.website)),
        "services": (Endpoint.CONFIGURE_SERVICES, _done(done.services)),
        "payment": (Endpoint.CONFIGURE_PAYMENT, _done(done.payment)),
        "menu": (Endpoint.IMPORT_MENU, _menu(done)),
        "images": (Endpoint.UPLOAD_IMAGES, _images(done)),
        "optionSets": (Endpoint.ADD_OPTION_SETS, _created(done.option_sets)),
        "itemTags": (Endpoint.ADD_ITEM_TAGS, _created(done.item_tags)),
        "onboardingUser": (Endpoint.CREATE_ONBOARDING_USER, {"email": user and user.email, **_stamp(user)}),
        "onboardingRecord": (Endpoint.UPDATE_ONBOARDING_RECORD, _record(done.onboarding_record)),
    }


def _is_told(call: Call, area_of: Endpoint) -> bool:
    return call.world.faults.take(call.restaurant.names, area_of, {Kind.AREA_ABSENT}) is None


def _stamp(change: Change | None) -> Answer:
    if change is None:
        return {"idempotencyKey": None, "changedAt": None}
    return {"idempotencyKey": change.idempotency_key, "changedAt": change.changed_at.isoformat()}


def _account(call: Call) -> Account | None:
    registered = call.done.registered
    emails = [registered.email] if registered else []
    emails += [one.email for one in call.done.accounts]
    known = [call.platform.account(call.restaurant.organisation_id, email) for email in emails]
    known += [call.platform.account(call.restaurant.organisation_id, email) for email in call.restaurant.emails()]
    return next((account for account in known if account), None)


def _account_answer(call: Call, account: Account | None) -> Answer | None:
    if account is None:
        return None
    return {
        "account_id": str(account.account_id),
        "email": account.email,
        "registration_status": "completed",
        "restaurant_count": call.platform.restaurants_under(account),
        **_stamp(account),
    }


def _restaurant_answer(call: Call) -> Answer | None:
    done = call.done
    if done.registered is None:
        return None
    return {
        "pumpd_restaurant_id": done.registered.pumpd_restaurant_id,
        "pumpd_subdomain": done.registered.pumpd_subdomain,
        "dashboard_url": done.registered.dashboard_url,
        "registration_status": "completed",
        "demo_store_url": done.website and done.website.demo_store_url,
        "stripe_connect_url": done.payment and done.payment.stripe_connect_url,
        "onboarding_status": call.restaurant.onboarding_status,
        **_stamp(done.registered),
    }


def _onboarding_user(call: Call) -> OnboardingUser | None:
    emails = [*(user.email for user in call.done.onboarding_users), *call.restaurant.emails()]
    known = [call.platform.onboarding_user(call.restaurant.organisation_id, email) for email in emails]
    return next((user for user in known if user), None)


def _done(change: Change | None) -> Answer:
    return {"done": change is not None, **_stamp(change)}


def _menu(done: RestaurantState) -> Answer:
    menu = done.menu
    if menu is None:
        return {"menu_id": None, "items": 0, "expected": 0, **_stamp(None)}
    return {"menu_id": str(menu.menu_id), "items": menu.items, "expected": menu.expected, **_stamp(menu)}


def _images(done: RestaurantState) -> Answer:
    images = done.images
    if images is None:
        return {"menu_id": None, "total": 0, "uploaded": 0, **_stamp(None)}
    uploaded = images.uploaded(now())
    return {"menu_id": str(images.menu_id), "total": images.total, "uploaded": uploaded, **_stamp(images)}


def _created(created: Created | None) -> Answer:
    if created is None:
        return {"expected": 0, "created": 0, **_stamp(None)}
    return {"expected": created.expected, "created": created.created, **_stamp(created)}


def _record(change: Change | None) -> Answer:
    return {"updated_at": change and change.changed_at.isoformat(), **_stamp(change)}
