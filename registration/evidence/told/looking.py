"""Asks the platform the question that concerns a sub-step, and judges the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from registration.clients.platform import PlatformClient
from registration.clients.platform_answers import Mark
from registration.clients.server_clock import now
from registration.evidence.told import creates, sets
from registration.evidence.told.case import Case
from registration.evidence.told.setup_status import SetupStatus
from registration.evidence.values import Asked, Look
from registration.sub_steps import SubStepName

_N = SubStepName

JUDGES: dict[SubStepName, Callable[[Case], Look]] = {
    _N.CLOUDWAITRESS_ACCOUNT: creates.account,
    _N.CODE_GENERATION: sets.code,
    _N.CREATE_ONBOARDING_USER: creates.onboarding_user,
    _N.UPLOAD_IMAGES: sets.images,
    _N.RESTAURANT_REGISTRATION: creates.restaurant,
    _N.WEBSITE_CONFIG: sets.website,
    _N.SERVICES_CONFIG: sets.services,
    _N.PAYMENT_CONFIG: sets.payment,
    _N.MENU_IMPORT: creates.menu,
    _N.SYNC_ONBOARDING_USER: sets.onboarding_record,
    _N.OPTION_SETS: creates.option_sets,
    _N.ITEM_TAGS: creates.item_tags,
}
_JUDGED_BY_STATUS = frozenset({_N.CLOUDWAITRESS_ACCOUNT, _N.RESTAURANT_REGISTRATION})
_ASK_STATUS = _JUDGED_BY_STATUS | {_N.WEBSITE_CONFIG, _N.PAYMENT_CONFIG}
"""The links of website and payment are told there; after a success its own answer named them."""
_ASK_SETUP = frozenset(SubStepName) - {_N.CLOUDWAITRESS_ACCOUNT, _N.RESTAURANT_REGISTRATION, _N.CODE_GENERATION}


_MARKS: dict[SubStepName, Callable[[Case], Mark | None]] = {
    _N.CODE_GENERATION: lambda case: case.code,
    _N.UPLOAD_IMAGES: lambda case: case.setup.images,
    _N.WEBSITE_CONFIG: lambda case: case.setup.website,
    _N.SERVICES_CONFIG: lambda case: case.setup.services,
    _N.PAYMENT_CONFIG: lambda case: case.setup.payment,
    _N.SYNC_ONBOARDING_USER: lambda case: case.setup.onboarding_record,
    _N.OPTION_SETS: lambda case: case.setup.option_sets,
    _N.ITEM_TAGS: lambda case: case.setup.item_tags,
}
"""Where the platform says who changed something last, and when."""

DatabaseClock = Callable[[], Awaitable[datetime]]
"""What time it is by the database's clock."""


async def look(
    name: SubStepName, platform: PlatformClient, asked: Asked, database_clock: DatabaseClock | None = None
) -> Look:
    """What the platform shows of the effect of `name`; THERE carries outputs for the dependants.

    Raises what the platform's questions raise. Without a `database_clock` it is taken to agree with the platform's.
    """
    case = await _case(name, platform, asked, after_success=False)
    return JUDGES[name](await _timed(name, platform, case, database_clock))


async def read_back(
    name: SubStepName, platform: PlatformClient, asked: Asked, database_clock: DatabaseClock | None = None
) -> Look:
    """The same after a clear success: what a create effect made counts whoever made it.

    NO_EVIDENCE where the platform cannot be asked; PARTLY while images are still being uploaded.
    """
    case = await _case(name, platform, asked, after_success=True)
    return JUDGES[name](await _timed(name, platform, case, database_clock))


async def _timed(name: SubStepName, platform: PlatformClient, case: Case, database_clock: DatabaseClock | None) -> Case:
    """The case with the difference of the clocks, if a time decides on it."""
    mark = _MARKS[name](case) if name in _MARKS else None
    if database_clock is None or mark is None or mark.changed_at is None or case.asked.sent_at is None:
        return case
    if mark.idempotency_key == case.asked.idempotency_key:
        return case
    asked = now()
    database = await database_clock()
    return replace(case, apart=platform.clock.apart(database, asked, now()))


async def _case(name: SubStepName, platform: PlatformClient, asked: Asked, *, after_success: bool) -> Case:
    case = Case(asked, after_success)
    if name in (_JUDGED_BY_STATUS if after_success else _ASK_STATUS):
        case = replace(case, status=await platform.status(asked.restaurant_id))
    if name in _ASK_SETUP:
        case = replace(case, setup=await platform.about("setup-status", asked.restaurant_id, SetupStatus))
    if name is _N.CODE_GENERATION:
        case = replace(case, code=await platform.code_injection(asked.restaurant_id))
    return case
