"""What keeps step 6 from starting, and that each check counts only where it is needed."""

from uuid import uuid4

import pytest
from pydantic import JsonValue

from registration.configuration.models import YoloConfig
from registration.configuration.preflight import Facts, refusals
from registration.configuration.website import HeaderImageSource
from registration.workflow.sub_steps import SubStepName

READY = Facts(menu_items=12, header_images=(HeaderImageSource.WEBSITE_OG_IMAGE,))


def _config(**changes: dict[str, JsonValue]) -> YoloConfig:
    sections: dict[str, dict[str, JsonValue]] = {
        "account": {"email": "owner@jax.co.nz"},
        "restaurant": {
            "name": "Jax",
            "address": "1 Queen Street, Auckland",
            "phone": "+6493791234",
            "opening_hours": [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}],
        },
        "menu": {"selected_menu_id": str(uuid4())},
        "website": {"primary_color": "#112233", "secondary_color": "#445566"},
        "onboarding": {"user_name": "Jack", "user_email": "owner@jax.co.nz"},
    }
    return YoloConfig.model_validate(
        {name: value | changes.get(name, {}) for name, value in sections.items()}
        | {"steps_enabled": changes.get("steps_enabled", {})}
    )


def test_a_complete_configuration_is_not_refused() -> None:
    """With everything there, step 6 can start."""
    assert refusals(_config(), READY) == ()


SCRIPTS = [
    SubStepName.CODE_GENERATION,
    SubStepName.RESTAURANT_REGISTRATION,
    SubStepName.WEBSITE_CONFIG,
    SubStepName.SERVICES_CONFIG,
    SubStepName.PAYMENT_CONFIG,
    SubStepName.MENU_IMPORT,
    SubStepName.OPTION_SETS,
    SubStepName.ITEM_TAGS,
]
CASES: list[tuple[dict[str, dict[str, JsonValue]], Facts, str, list[SubStepName]]] = [
    (
        {"account": {"email": None}},
        READY,
        "there is no e-mail for the account",
        [SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION],
    ),
    (
        {},
        Facts(menu_items=1, account_refusal="the account owner@jax.co.nz is foreign"),
        "the account owner@jax.co.nz is foreign",
        [SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION],
    ),
    (
        {"menu": {"selected_menu_id": None}},
        READY,
        "no menu is selected",
        [SubStepName.UPLOAD_IMAGES, SubStepName.MENU_IMPORT, SubStepName.OPTION_SETS, SubStepName.ITEM_TAGS],
    ),
    (
        {"website": {"secondary_color": None}},
        READY,
        "no secondary colour, which code generation needs",
        [SubStepName.CODE_GENERATION],
    ),
    (
        {"restaurant": {"opening_hours": []}},
        READY,
        "there are no opening hours",
        [SubStepName.RESTAURANT_REGISTRATION],
    ),
    (
        {"restaurant": {"name": None}},
        READY,
        "there is no name of the restaurant",
        [SubStepName.RESTAURANT_REGISTRATION],
    ),
    (
        {"website": {"configure_header": True}},
        READY,
        "the header is switched on, but no header image is chosen",
        [SubStepName.WEBSITE_CONFIG],
    ),
    (
        {"website": {"configure_header": True, "header_image_source": "doordash_og_image"}},
        READY,
        "the header image doordash_og_image is chosen, but the restaurant has none",
        [SubStepName.WEBSITE_CONFIG],
    ),
    (
        {"onboarding": {"user_email": None}},
        READY,
        "there is no e-mail for the onboarding user",
        [SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER],
    ),
    (
        {"onboarding": {"user_name": None}},
        READY,
        "there is no name for the onboarding user",
        [SubStepName.CREATE_ONBOARDING_USER],
    ),
    (
        {"onboarding": {"user_name": "Jack `the`"}},
        READY,
        "the name of the onboarding user contains `, which the platform cannot hand to its scripts: leave it out",
        [SubStepName.CREATE_ONBOARDING_USER],
    ),
    (
        {"restaurant": {"name": 'Jax "the $" Grill'}},
        READY,
        'the name contains " $, which the platform cannot hand to its scripts: leave it out',
        SCRIPTS,
    ),
    (
        {"restaurant": {"address": "1 Queen Street\\Auckland"}},
        READY,
        "the address contains \\, which the platform cannot hand to its scripts: leave it out",
        SCRIPTS,
    ),
    (
        {"restaurant": {"address": None}},
        READY,
        "there is no address of the restaurant",
        [SubStepName.RESTAURANT_REGISTRATION],
    ),
    (
        {"restaurant": {"phone": None}},
        READY,
        "there is no phone number of the restaurant",
        [SubStepName.RESTAURANT_REGISTRATION],
    ),
]


@pytest.mark.parametrize("changes,facts,reason,needed_by", CASES)
def test_what_is_missing_is_refused_only_where_it_is_needed(
    changes: dict[str, dict[str, JsonValue]], facts: Facts, reason: str, needed_by: list[SubStepName]
) -> None:
    """The reason is given, and it is gone once the sub-steps that need it are switched off."""
    assert refusals(_config(**changes), facts) == (reason,)
    switched_off: dict[str, JsonValue] = {name.value: False for name in needed_by}
    assert refusals(_config(**changes, steps_enabled=switched_off), facts) == ()


@pytest.mark.parametrize(
    "items,reason",
    [(None, "the selected menu is not an active menu of this restaurant"), (0, "the selected menu has no items")],
)
def test_the_selected_menu_needs_items(items: int | None, reason: str) -> None:
    """An empty or vanished menu cannot be imported."""
    assert refusals(_config(), Facts(menu_items=items)) == (reason,)


def test_a_brand_colour_that_is_used_must_exist() -> None:
    """With code generation off, a text in the secondary colour still needs it."""
    config = _config(
        website={"theme": "light", "secondary_color": None, "nav_logo_dark_tint": "primary"},
        steps_enabled={"codeGeneration": False},
    )
    assert refusals(config, READY) == (
        "the navigation text is the secondary colour, but there is none",
        "the card text is the secondary colour, but there is none",
    )


def test_a_feature_that_is_off_is_refused_where_its_sub_step_is_on() -> None:
    """The platform would refuse the request; the name is for whoever can switch the feature on."""
    off = Facts(menu_items=1, features_off={SubStepName.SYNC_ONBOARDING_USER: "registration.onboardingSync"})
    reason = "the platform's feature registration.onboardingSync is off for this organisation"
    assert refusals(_config(), off) == (f"syncOnboardingUser is switched on, but {reason}",)
    assert refusals(_config(steps_enabled={"syncOnboardingUser": False}), off) == ()


def test_all_reasons_are_given_at_once() -> None:
    """A person sees everything that is missing in one look."""
    assert refusals(YoloConfig(), Facts(menu_items=None)) == (
        "there is no e-mail for the account",
        "no menu is selected",
        "no primary and no secondary colour, which code generation needs",
        "there is no name of the restaurant",
        "there are no opening hours",
        "there is no address of the restaurant",
        "there is no phone number of the restaurant",
        "there is no e-mail for the onboarding user",
        "there is no name for the onboarding user",
    )
