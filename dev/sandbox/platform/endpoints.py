"""The table of the platform's endpoints.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: paths, feature flags and permitted callers.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from dev.sandbox.names import Endpoint
from dev.sandbox.platform import (
    accounts,
    branding,
    code,
    extractions,
    flags,
    gate,
    images,
    item_tags,
    menu_import,
    onboarding,
    option_sets,
    outside,
    questions,
    registration,
    settings,
    website,
)
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Act, Case, Route

_ROOT = "/api/registration"
_GROUP = "registration"
_UNSEEN = frozenset(
    {
        Endpoint.CREATE_ONBOARDING_USER,
        Endpoint.UPDATE_ONBOARDING_RECORD,
        Endpoint.CONFIGURE_WEBSITE,
        Endpoint.CONFIGURE_SERVICES,
        Endpoint.CONFIGURE_PAYMENT,
        Endpoint.IMPORT_MENU,
        Endpoint.ADD_OPTION_SETS,
        Endpoint.ADD_ITEM_TAGS,
    }
)
"""Endpoints whose effects outside are not visible in the platform's tables."""

Choose = Callable[[Call], Awaitable[str]]
Cases = Mapping[str, Case]


def _step(name: Endpoint, flag: str, choose: Choose, cases: Cases, failing: str, act: Act) -> Route:
    """A step of the registration: requires its own flag and the group's."""
    flags = (_GROUP, f"{_GROUP}.{flag}")
    path = f"{_ROOT}/{name}"
    return Route(name, name, path, choose, cases, failing, act=act, flags=flags, unseen=name in _UNSEEN)


def _other(
    name: Endpoint, path: str, choose: Choose, cases: Cases, failing: str, act: Act, flag: str | None = None
) -> Route:
    """An endpoint outside the registration; without a flag it requires no key either."""
    flags = (flag,) if flag else ()
    contract = {Endpoint.UPLOAD_IMAGES: "upload-images"}.get(name, path.removeprefix("/api/"))
    return Route(name, contract, path, choose, cases, failing, act=act, flags=flags, guarded=bool(flag))


def _query(name: Endpoint, choose: Choose, cases: Cases, failing: str = "error") -> Route:
    """A query about a restaurant, which requires the group's flag."""
    path = f"{_ROOT}/{name}/{{restaurantId}}"
    return Route(name, name, path, choose, cases, failing, method="GET", flags=(_GROUP,))


def _unflagged_query(
    name: Endpoint, contract: str, path: str, choose: Choose, cases: Cases, *, guarded: bool = True
) -> Route:
    """A query that requires no flag."""
    return Route(name, contract, path, choose, cases, "error", method="GET", guarded=guarded)


_N = Endpoint
_IMAGES = (images.choose, images.CASES, images.FAILING, images.act)
_MENU = (extractions.choose, extractions.CASES, extractions.FAILING, extractions.act)
_START = (extractions.choose_start, extractions.START, extractions.START_FAILING, extractions.act_start)
_BRANDING = (branding.choose, branding.CASES, branding.FAILING, branding.act)
_USER = (onboarding.choose_user, onboarding.USER, onboarding.USER_FAILING, onboarding.act_user)
_RECORD = (onboarding.choose_record, onboarding.RECORD, onboarding.RECORD_FAILING, outside.count)
_PLACE = (registration.choose, registration.CASES, registration.FAILING, registration.act)
_SERVICES = (settings.choose_services, settings.SERVICE_CASES, settings.FAILING, outside.count)
_PAYMENT = (settings.choose_payment, settings.PAYMENT_CASES, settings.FAILING, outside.count)
_IMPORT = (menu_import.choose, menu_import.CASES, menu_import.FAILING, outside.count)
_SETS = (option_sets.choose, option_sets.CASES, option_sets.FAILING, outside.count)
_TAGS = (item_tags.choose, item_tags.CASES, item_tags.FAILING, outside.count)
_ACCOUNT = (accounts.choose, accounts.CASES, accounts.FAILING, accounts.act)
_CODE = (code.choose, code.CASES, code.FAILING, outside.count)
_WEBSITE = (website.choose, website.CASES, website.FAILING, outside.count)

ROUTES = (
    _step(_N.REGISTER_ACCOUNT, "userAccountRegistration", *_ACCOUNT),
    _step(_N.GENERATE_CODE_INJECTIONS, "codeInjection", *_CODE),
    _step(_N.CREATE_ONBOARDING_USER, "onboardingUserManagement", *_USER),
    _other(_N.UPLOAD_IMAGES, "/api/menus/{menuId}/upload-images", *_IMAGES),
    _step(_N.REGISTER_RESTAURANT, "restaurantRegistration", *_PLACE),
    _step(_N.CONFIGURE_WEBSITE, "websiteSettings", *_WEBSITE),
    _step(_N.CONFIGURE_SERVICES, "servicesConfiguration", *_SERVICES),
    _step(_N.CONFIGURE_PAYMENT, "stripePayments", *_PAYMENT),
    _step(_N.IMPORT_MENU, "menuUploading", *_IMPORT),
    _step(_N.UPDATE_ONBOARDING_RECORD, "onboardingSync", *_RECORD),
    _step(_N.ADD_OPTION_SETS, "optionSetUploading", *_SETS),
    _step(_N.ADD_ITEM_TAGS, "itemTagUploading", *_TAGS),
    _other(_N.EXTRACT_MENU, "/api/extract-menu-premium", *_MENU, "premiumExtraction"),
    _other(_N.START_EXTRACTION, "/api/extractions/start", *_START),
    _other(_N.EXTRACT_BRANDING, "/api/website-extraction/branding", *_BRANDING, "brandingExtraction.firecrawlBranding"),
    _query(_N.STATUS, questions.choose_status, questions.STATUS),
    _query(_N.CODE_INJECTION, code.ask, code.QUESTION),
    _query(_N.SETUP_STATUS, questions.choose_setup, questions.SETUP),
    _query(_N.LOGS, questions.choose_logs, questions.LOGS, "error (also a malformed id)"),
    _unflagged_query(
        _N.CDN_STATS, "menus/{id}/cdn-stats", "/api/menus/{menuId}/cdn-stats", images.choose_stats, images.STATS
    ),
    _unflagged_query(
        _N.UPLOAD_BATCH,
        "upload-batches/{id}",
        "/api/upload-batches/{batchId}",
        images.choose_batch,
        images.BATCH,
        guarded=False,
    ),
    _unflagged_query(
        _N.PREMIUM_STATUS,
        "premium-extract-status/{job}",
        "/api/premium-extract-status/{jobId}",
        extractions.choose_status,
        extractions.STATUS,
    ),
    _unflagged_query(_N.FEATURE_FLAGS, "feature-flags", "/api/feature-flags", flags.choose, flags.CASES),
)
"""The twelve sub-steps, the three extractions and the eight queries."""


@cache
def cases_of(route: Route) -> dict[str, Case]:
    """All answers of a route by name, including those common to several routes."""
    return {**gate.common(route), **route.cases}
