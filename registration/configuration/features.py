"""Which sub-steps an organisation may use, by the feature flags that the platform stores for it (pure).

A flag is on if it is true or an object with `enabled` true; a missing flag is off. A sub-step also needs the flag of
the whole group.
"""

from collections.abc import Mapping

from pydantic import JsonValue

from registration.workflow.sub_steps import ExtractionStart, SubStepName

_N = SubStepName
_GROUP = "registration"
FEATURES: dict[SubStepName, str] = {
    _N.CLOUDWAITRESS_ACCOUNT: "userAccountRegistration",
    _N.CODE_GENERATION: "codeInjection",
    _N.CREATE_ONBOARDING_USER: "onboardingUserManagement",
    _N.RESTAURANT_REGISTRATION: "restaurantRegistration",
    _N.WEBSITE_CONFIG: "websiteSettings",
    _N.SERVICES_CONFIG: "servicesConfiguration",
    _N.PAYMENT_CONFIG: "stripePayments",
    _N.MENU_IMPORT: "menuUploading",
    _N.SYNC_ONBOARDING_USER: "onboardingSync",
    _N.OPTION_SETS: "optionSetUploading",
    _N.ITEM_TAGS: "itemTagUploading",
}
"""uploadImages has no flag: its route checks none."""

EXTRACTIONS: dict[ExtractionStart, str] = {
    ExtractionStart.MENU: "premiumExtraction",
    ExtractionStart.BRANDING: "brandingExtraction.firecrawlBranding",
}
"""The start of a DoorDash menu has no flag: its route checks none."""

Off = Mapping[SubStepName, str]
"""The name of the feature that is off, by sub-step."""


def features_off(flags: JsonValue) -> Off:
    """The sub-steps whose features are off; empty if no flags are known."""
    if not isinstance(flags, dict):
        return {}
    group = flags.get(_GROUP)
    if not _is_on(group):
        return dict.fromkeys(FEATURES, _GROUP)
    children = group if isinstance(group, dict) else {}
    return {name: f"{_GROUP}.{flag}" for name, flag in FEATURES.items() if not _is_on(children.get(flag))}


def extractions_off(flags: JsonValue) -> list[str]:
    """The features of extractions that are off. The flag of an extraction does not depend on its group."""
    return [feature for feature in EXTRACTIONS.values() if not _is_on(_flag(flags, feature))]


def _flag(flags: JsonValue, path: str) -> JsonValue:
    for name in path.split("."):
        flags = flags.get(name) if isinstance(flags, dict) else None
    return flags


def _is_on(flag: JsonValue) -> bool:
    return flag is True or (isinstance(flag, dict) and flag.get("enabled") is True)
