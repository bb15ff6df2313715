"""configure-services and configure-payment: scripts that press switches blindly and add a payment method each time.

Made after the platform's source at commit 3d2ff03 of 19 January 2026. Inferred: the effect of a second run outside, and
the output of the scripts.
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case
from dev.sandbox.platform.ready import load_account, missing, missing_case
from dev.sandbox.platform.reply import Body, success
from dev.sandbox.platform.scripts import PAYMENT, SERVICES, fails

_DONE, _WARNINGS, FAILING, _TIME_OVER = "done", "warnings", "script failed", "time over"
_LOST = "Navigation failed: the restaurant is not in the list"
_STORE_LINK = "UPDATE restaurants SET stripe_connect_url = %(link)s WHERE id = %(restaurant)s"


async def choose_services(call: Call) -> str:
    """Check restaurant and account, and whether the script finds the restaurant."""
    return await missing_case(call) or (_DONE if outside.in_the_list(call) else FAILING)


def _services(*, done: bool) -> Body:
    message = "Services configured" if done else "Services completed with warnings"
    return {"success": done, "message": message, "output": "Settings saved\n", "error": None}


async def _services_done(_: Call) -> Body:
    return _services(done=True)


async def _services_warn(_: Call) -> Body:
    return _services(done=False)


SERVICE_CASES = {
    _DONE: Case(200, _services_done, acts=True, after=(kept.uses("registration_services_config"),)),
    _WARNINGS: Case(200, _services_warn, acts=None),
    **missing(),
    FAILING: Case(500, fails(SERVICES, _LOST), before=(load_account,), acts=None),
    _TIME_OVER: Case(500, fails(SERVICES), before=(load_account,), acts=None),
}
_PLAIN, _LINK = "done, without link", "done, with link"
_NO_LINK, _NO_ADDRESS = "link asked for, none found", "link asked for, no https address at all"


async def choose_payment(call: Call) -> str:
    """Check restaurant, account and the script's list, and whether the body requests a link."""
    problem = await missing_case(call)
    if problem or not outside.in_the_list(call):
        return problem or FAILING
    return _LINK if call.on("includeConnectLink") else _PLAIN


def _link(call: Call) -> str | None:
    match call.notes.get("case"):
        case "done, with link":
            return f"https://connect.stripe.com/invented/{call.restaurant_id}"
        case "link asked for, none found":
            return "https://admin.platform.example/restaurant/invented/settings"
        case _:
            return None


async def _store_link(call: Call) -> None:
    values = {"link": _link(call), "restaurant": call.restaurant_id}
    await call.world.database.write_unseen(_STORE_LINK, values)


async def _payment_body(call: Call) -> Body:
    link = _link(call)
    link_requested = call.notes.get("case") not in (_PLAIN, _WARNINGS)
    output = f"Payment method added\nFinal URL: {link}\n" if link else "Payment method added\n"
    return success(
        "Payment configured", stripeConnectUrl=link, includeConnectLink=link_requested, output=output, error=None
    )


async def _payment_warn(call: Call) -> Body:
    return await _payment_body(call) | {"success": False, "message": "Payment completed with warnings"}


_USED = kept.uses("registration_stripe_payments")
PAYMENT_CASES = {
    _PLAIN: Case(200, _payment_body, acts=True, after=(_USED,)),
    _LINK: Case(200, _payment_body, acts=True, after=(_store_link, _USED)),
    _NO_LINK: Case(200, _payment_body, acts=True, after=(_USED,)),
    _NO_ADDRESS: Case(200, _payment_body, acts=True, after=(_USED,)),
    _WARNINGS: Case(200, _payment_warn, acts=None),
    **missing(),
    FAILING: Case(500, fails(PAYMENT, _LOST), before=(load_account,), acts=None),
    _TIME_OVER: Case(500, fails(PAYMENT), before=(load_account,), acts=None),
}
