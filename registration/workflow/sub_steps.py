"""The table of the twelve sub-steps of step 6. Wiring, limits, display, retry cascade and documentation
follow from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class SubStepName(StrEnum):
    """The twelve sub-steps in the order of the table."""

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
    """What a repeated request would do."""

    CREATE = "create"
    """A second request creates a second object, so whether the first request succeeded is never guessed."""
    SWITCH = "switch"
    """A second request reverts the first or adds to it, so only a person repeats it."""
    ENSURE = "ensure"
    """A second request finds the object of the first by its e-mail; the owner of that object must be known."""
    SET = "set"
    """A second request changes nothing more."""

    @property
    def probed_first(self) -> bool:
        """True if the platform's present state must be known before the request is sent."""
        return self in (EffectKind.CREATE, EffectKind.ENSURE)

    @property
    def repeatable(self) -> bool:
        """True if the request may be sent again although the outcome of the last one is unknown."""
        return self in (EffectKind.SET, EffectKind.ENSURE)


@dataclass(frozen=True)
class SubStep:
    """One row of the table: `limit_seconds` is the limit of one request from the moment it is sent; a `browser`
    sub-step needs one of the browser slots.
    """

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
        """The sub-steps that must have ended before this one starts: the union of both kinds of needs."""
        return self.needs_completed + self.needs_ended


_N = SubStepName
_CREATE, _ENSURE, _SWITCH, _SET = EffectKind.CREATE, EffectKind.ENSURE, EffectKind.SWITCH, EffectKind.SET
_REGISTERED = (_N.RESTAURANT_REGISTRATION,)
_MINUTE = 60.0
_LONG = 3700.0
"""The platform's scripts may run for an hour; the platform reads and writes before and after that."""

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
    """The two effects of step 1; each is a row of the ledger beside the twelve sub-steps."""

    MENU = "menuExtraction"
    BRANDING = "brandingExtraction"


EXTRACTION_STARTS: dict[ExtractionStart, tuple[EffectKind, float]] = {
    ExtractionStart.MENU: (EffectKind.CREATE, 5 * _MINUTE),
    ExtractionStart.BRANDING: (EffectKind.SET, 5 * _MINUTE),
}
"""The kind of effect and the limit in seconds. Each menu extraction is charged and kept, so a second one is a second
menu.
"""


def dependants(names: Iterable[SubStepName]) -> frozenset[SubStepName]:
    """The sub-steps that need one of `names` completed, directly or indirectly; without `names` themselves."""
    reached: set[SubStepName] = set()
    frontier = set(names)
    while frontier:
        frontier = {row.name for row in SUB_STEPS.values() if frontier & set(row.needs_completed)} - reached
        reached |= frontier
    return frozenset(reached - set(names))


def critical_path(seconds: dict[SubStepName, float]) -> float:
    """The shortest time in which all twelve sub-steps can be done, from the seconds that each takes."""
    done: dict[SubStepName, float] = {}
    for row in SUB_STEPS.values():
        done[row.name] = max((done[need] for need in row.needs), default=0.0) + seconds[row.name]
    return max(done.values())
