"""The table of the twelve sub-steps of step 6. Wiring, limits, display, retry cascade and docs follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class SubStepName(StrEnum):
    """The twelve, in the order of the table."""

    CLOUDWAITRESS_ACCOUNT = "cloudwaitressAccount"
    CODE_GENERATION = "codeGeneration"
    CREATE_ONBOARDING_USER = "createOnboardingUser"
    UPLOAD_IMAGES = "uploadImages"
    RESTAURANT_REGISTRATION = "restaurantRegistration"
    WEBSITE_CONFIG = "websiteConfig"
    SERVICES_CONFIG = "servicesConfig"
    PAYMENT_CONFIG = "paymentConfig"
    MENU_IMPORT = "menuImport"
    SYNC_ONBOARDING_USER = "syncOnboardingUser"
    OPTION_SETS = "optionSets"
    ITEM_TAGS = "itemTags"


class EffectKind(StrEnum):
    """What repeating a request would do."""

    CREATE = "create"
    """A second request makes a second thing: whether the first one did is never guessed."""
    SWITCH = "switch"
    """A second request switches back what the first one switched, or adds to it; only a person asks for it."""
    ENSURE = "ensure"
    """A second request finds what the first one made, by its e-mail; whose that is must be known."""
    SET = "set"
    """A second request changes nothing more."""

    @property
    def looks_first(self) -> bool:
        """Whether what is there already must be known before the request is sent."""
        return self in (EffectKind.CREATE, EffectKind.ENSURE)

    @property
    def repeatable(self) -> bool:
        """Whether the request may be sent again though nobody knows what became of the last one."""
        return self in (EffectKind.SET, EffectKind.ENSURE)


@dataclass(frozen=True)
class SubStep:
    """One row: `limit_seconds` counts one request from the moment it is sent; `browser` ones share the slots."""

    name: SubStepName
    phase: int
    endpoint: str
    effect: EffectKind
    limit_seconds: float
    needs_completed: tuple[SubStepName, ...] = ()
    needs_ended: tuple[SubStepName, ...] = ()
    blocking: bool = False
    browser: bool = False

    @property
    def needs(self) -> tuple[SubStepName, ...]:
        """Both kinds of edges: what must have ended before this one starts."""
        return self.needs_completed + self.needs_ended


_N = SubStepName
_CREATE, _ENSURE, _SWITCH, _SET = EffectKind.CREATE, EffectKind.ENSURE, EffectKind.SWITCH, EffectKind.SET
_REGISTERED = (_N.RESTAURANT_REGISTRATION,)
_MINUTE = 60.0
_LONG = 3700.0
"""The platform's scripts have an hour; it reads and writes around them."""

SUB_STEPS: dict[SubStepName, SubStep] = {
    row.name: row
    for row in (
        SubStep(_N.CLOUDWAITRESS_ACCOUNT, 1, "register-account", _ENSURE, 3 * _MINUTE, blocking=True),
        SubStep(_N.CODE_GENERATION, 1, "generate-code-injections", _SET, 3 * _MINUTE, browser=True),
        SubStep(_N.CREATE_ONBOARDING_USER, 1, "create-onboarding-user", _CREATE, 3 * _MINUTE, browser=True),
        SubStep(_N.UPLOAD_IMAGES, 1, "upload-images", _SET, 30 * _MINUTE),
        SubStep(
            _N.RESTAURANT_REGISTRATION,
            2,
            "register-restaurant",
            _CREATE,
            5 * _MINUTE,
            needs_completed=(_N.CLOUDWAITRESS_ACCOUNT,),
            blocking=True,
            browser=True,
        ),
        SubStep(
            _N.WEBSITE_CONFIG,
            2,
            "configure-website",
            _SET,
            5 * _MINUTE,
            needs_completed=(_N.RESTAURANT_REGISTRATION, _N.CODE_GENERATION),
            browser=True,
        ),
        SubStep(_N.SERVICES_CONFIG, 2, "configure-services", _SWITCH, 4 * _MINUTE, _REGISTERED, browser=True),
        SubStep(_N.PAYMENT_CONFIG, 2, "configure-payment", _SWITCH, 4 * _MINUTE, _REGISTERED, browser=True),
        SubStep(
            _N.MENU_IMPORT,
            2,
            "import-menu-direct",
            _CREATE,
            5 * _MINUTE,
            needs_completed=_REGISTERED,
            needs_ended=(_N.UPLOAD_IMAGES,),
            blocking=True,
            browser=True,
        ),
        SubStep(
            _N.SYNC_ONBOARDING_USER,
            2,
            "update-onboarding-record",
            _SET,
            2 * _MINUTE,
            needs_completed=(_N.RESTAURANT_REGISTRATION, _N.CREATE_ONBOARDING_USER),
            needs_ended=(_N.WEBSITE_CONFIG, _N.PAYMENT_CONFIG),
        ),
        SubStep(_N.OPTION_SETS, 3, "add-option-sets", _CREATE, _LONG, (_N.MENU_IMPORT,), browser=True),
        SubStep(_N.ITEM_TAGS, 4, "add-item-tags", _CREATE, _LONG, (_N.MENU_IMPORT,), browser=True),
    )
}


class ExtractionStart(StrEnum):
    """The two effects of step 1; they are rows of the ledger beside the twelve."""

    MENU = "menuExtraction"
    BRANDING = "brandingExtraction"


EXTRACTION_STARTS: dict[ExtractionStart, tuple[EffectKind, float]] = {
    ExtractionStart.MENU: (EffectKind.CREATE, 5 * _MINUTE),
    ExtractionStart.BRANDING: (EffectKind.SET, 5 * _MINUTE),
}
"""What repeating the request would do, and its limit in seconds: every menu is paid for and kept beside the others."""


def dependants(names: Iterable[SubStepName]) -> frozenset[SubStepName]:
    """Everything that needs one of `names` completed, directly or through others; without `names` themselves."""
    found: set[SubStepName] = set()
    frontier = set(names)
    while frontier:
        frontier = {row.name for row in SUB_STEPS.values() if frontier & set(row.needs_completed)} - found
        found |= frontier
    return frozenset(found - set(names))


def critical_path(seconds: dict[SubStepName, float]) -> float:
    """The shortest time in which all twelve can be done, given the seconds of each."""
    done: dict[SubStepName, float] = {}
    for row in SUB_STEPS.values():
        done[row.name] = max((done[need] for need in row.needs), default=0.0) + seconds[row.name]
    return max(done.values())
