"""Checks before every route: form of the body, service key, organisation and feature flags.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: none of these answers has a `success`; unless key
and organisation are both present, a bearer token is required. The framework's pages are inferred.
"""

import hmac
from collections.abc import Mapping

from fastapi import Request

from dev.sandbox.pages import error_page
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, Route, says
from dev.sandbox.platform.flags import flags_of, is_on
from dev.sandbox.platform.reply import Body, failure, middleware

NO_KEY = "no or wrong service key, or no organisation header"
UNKNOWN, NOT_JSON, UNREADABLE = "organisation unknown", "body is not JSON", "flags not readable for now"
_NO_TOKEN = middleware("No token provided", "A bearer token is required")
_LATER = middleware("Service unavailable", "Please try again", retryable=True)
_NO_ORGANISATION = middleware("Organisation not found", "The organisation's settings could not be verified")
_PAGE = "text/html"


def common(route: Route) -> Mapping[str, Case]:
    """The cases common to all routes; a case of the route's own table takes precedence."""
    everywhere = {
        NOT_JSON: Case(400, says(error_page(400)), content_type=_PAGE),
        "body over 50 MB": Case(413, says(error_page(413)), content_type=_PAGE),
        "no such path under /api (GET)": Case(404, says("API endpoint not found"), content_type=_PAGE),
    }
    if not route.guarded:
        return everywhere
    return everywhere | _SIGNED_IN | {f"flag off: {flag}": _off(flag) for flag in route.flags}


_SIGNED_IN = {
    NO_KEY: Case(401, says(_NO_TOKEN)),
    "bearer token not valid or expired": Case(401, says(middleware("Invalid token", "Invalid or expired"))),
    "the user has no profile row": Case(403, says(middleware("Profile not found", "No such profile"))),
    "authentication not possible for now": Case(503, says(_LATER)),
    "authentication broke": Case(500, says(middleware("Authentication failed", "An error occurred"))),
    "user without an organisation": Case(403, says(middleware("Organisation not found", "It must be one's own"))),
    UNKNOWN: Case(403, says(_NO_ORGANISATION)),
    UNREADABLE: Case(503, says(middleware("Service unavailable", "Flags could not be verified", retryable=True))),
    "flag check broke": Case(500, says(middleware("Could not verify feature access", "Internal error"))),
    "route's own check of the organisation": Case(401, says(failure("Organisation context required"))),
}


def _off(flag: str) -> Case:
    async def build(call: Call) -> Body:
        owner = call.notes.get("organisation") or "Example Organisation"
        return middleware(
            "Feature not available",
            f"{flag} is not enabled for {owner}",
            feature=flag,
            upgrade_required=True,
            contact_support="Please contact your administrator",
        )

    return Case(403, build)


def is_signed_in(request: Request, key: str) -> bool:
    """True if the service key is right and an organisation is named."""
    sent = request.headers.get("X-Service-Key", "")
    return hmac.compare_digest(sent.encode(), key.encode()) and bool(request.headers.get("X-Organisation-ID"))


async def refused(call: Call, route: Route) -> str | None:
    """The case that stops a signed-in request before its route, or None."""
    if not route.flags:
        return None
    flags = await flags_of(call)
    if flags is None:
        return UNKNOWN
    off = next((flag for flag in route.flags if not is_on(flags, flag)), None)
    return off and f"flag off: {off}"
