"""Asks the platform the question that concerns a sub-step, and judges the answer."""

from collections.abc import Callable
from dataclasses import replace

from registration.clients.platform import PlatformClient
from registration.evidence import creates, sets
from registration.evidence.values import Asked, Case, Look
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


async def look(name: SubStepName, platform: PlatformClient, asked: Asked) -> Look:
    """What the platform shows of the effect of `name`; THERE carries outputs for the dependants.

    Raises what the platform's questions raise.
    """
    return JUDGES[name](await _case(name, platform, asked, after_success=False))


async def read_back(name: SubStepName, platform: PlatformClient, asked: Asked) -> Look:
    """The same after a clear success: what a create effect made counts whoever made it.

    NO_EVIDENCE where the platform cannot be asked; PARTLY while images are still being uploaded.
    """
    return JUDGES[name](await _case(name, platform, asked, after_success=True))


async def _case(name: SubStepName, platform: PlatformClient, asked: Asked, *, after_success: bool) -> Case:
    case = Case(asked, after_success)
    if name in (_JUDGED_BY_STATUS if after_success else _ASK_STATUS):
        case = replace(case, status=await platform.status(asked.restaurant_id))
    if name in _ASK_SETUP:
        case = replace(case, setup=await platform.setup_status(asked.restaurant_id))
    if name is _N.CODE_GENERATION:
        case = replace(case, code=await platform.code_injection(asked.restaurant_id))
    return case
