"""Reasons why step 6 would fail, found before it starts and worded for the person at the gate (pure).

Each check applies only if a sub-step that needs it is enabled.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from registration.configuration.features import Off
from registration.configuration.models import YoloConfig
from registration.configuration.website import HeaderImageSource, LogoTint, TextColourChoice
from registration.workflow.sub_steps import SubStepName

_N = SubStepName
_OF_A_SHELL = ('"', "$", "`", "\\", "=")
"""The shell interprets the first four, and a script cuts its value at `=`."""
_IN_A_COMMAND = frozenset(
    {
        _N.CODE_GENERATION,
        _N.RESTAURANT_REGISTRATION,
        _N.WEBSITE_CONFIG,
        _N.SERVICES_CONFIG,
        _N.PAYMENT_CONFIG,
        _N.MENU_IMPORT,
        _N.OPTION_SETS,
        _N.ITEM_TAGS,
    }
)
"""The sub-steps whose script gets the restaurant's name."""


@dataclass(frozen=True)
class Facts:
    """The facts about a restaurant that the checks need besides its configuration.

    `menu_items`: the items of the selected menu; None if it is not an active menu of this restaurant. `features_off`:
    the platform's features that are off for the organisation, by sub-step. `account_refusal`: why the account cannot be
    used (it is foreign, or has no stored password); None if it can.
    """

    menu_items: int | None
    account_refusal: str | None = None
    header_images: tuple[HeaderImageSource, ...] = ()
    features_off: Off = field(default_factory=dict[SubStepName, str])


@dataclass(frozen=True)
class Obstacle:
    """Why step 6 cannot start: a sentence, and the field of the configuration that a person would correct."""

    field: str
    text: str


def refusals(config: YoloConfig, facts: Facts) -> tuple[str, ...]:
    """Why step 6 cannot start, one sentence each; empty if it can."""
    return tuple(dict.fromkeys(obstacle.text for obstacle in obstacles(config, facts)))


def obstacles(config: YoloConfig, facts: Facts) -> tuple[Obstacle, ...]:
    """Why step 6 cannot start, each with its field; empty if it can."""
    found = (one for needed_by, check in _CHECKS if config.steps_enabled & needed_by for one in check(config, facts))
    off = (
        f"{name} is switched on, but the platform's feature {facts.features_off[name]} is off for this organisation"
        for name in SubStepName
        if name in config.steps_enabled and name in facts.features_off
    )
    return (*found, *(Obstacle("steps_enabled", text) for text in off))


def _email(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    if config.account.email is None:
        yield Obstacle("email", "there is no e-mail for the account")


def _account(_config: YoloConfig, facts: Facts) -> Iterator[Obstacle]:
    if facts.account_refusal is not None:
        yield Obstacle("email", facts.account_refusal)


def _menu(config: YoloConfig, facts: Facts) -> Iterator[Obstacle]:
    if config.menu.selected_menu_id is None:
        yield Obstacle("selected_menu_id", "no menu is selected")
    elif facts.menu_items is None:
        yield Obstacle("selected_menu_id", "the selected menu is not an active menu of this restaurant")
    elif facts.menu_items == 0:
        yield Obstacle("selected_menu_id", "the selected menu has no items")


def _brand_colours(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    website = config.website
    missing = [
        name
        for name, colour in (("primary", website.primary_color), ("secondary", website.secondary_color))
        if not colour
    ]
    if missing:
        yield Obstacle(f"{missing[0]}_color", f"no {' and no '.join(missing)} colour, which code generation needs")


def _name(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    if config.restaurant.name is None:
        yield Obstacle("name", "there is no name of the restaurant")


def _hours(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    if not config.restaurant.opening_hours:
        yield Obstacle("opening_hours", "there are no opening hours")


def _for_a_shell(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    """The platform passes name and address to a shell in the command line of its scripts."""
    yield from _shell_signs("name", "name", config.restaurant.name)
    yield from _shell_signs("address", "address", config.restaurant.address)


def _person_for_a_shell(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    yield from _shell_signs("user_name", "name of the onboarding user", config.onboarding.user_name)


def _shell_signs(field: str, label: str, text: str | None) -> Iterator[Obstacle]:
    signs = " ".join(sign for sign in _OF_A_SHELL if sign in (text or ""))
    if signs:
        yield Obstacle(
            field, f"the {label} contains {signs}, which the platform cannot hand to its scripts: leave it out"
        )


def _address_and_phone(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    """The platform's scripts replace empty values by their own."""
    for name, label in (("address", "address"), ("phone", "phone number")):
        if getattr(config.restaurant, name) is None:
            yield Obstacle(name, f"there is no {label} of the restaurant")


def _header(config: YoloConfig, facts: Facts) -> Iterator[Obstacle]:
    source = config.website.header_image_source
    if not config.website.configure_header:
        return
    if source is None:
        yield Obstacle("header_image_source", "the header is switched on, but no header image is chosen")
    elif source not in facts.header_images:
        yield Obstacle("header_image_source", f"the header image {source} is chosen, but the restaurant has none")


def _website_colours(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    website = config.website
    labels = {
        "header_logo_dark_tint": "header logo tint on dark",
        "header_logo_light_tint": "header logo tint on light",
        "nav_logo_dark_tint": "navigation logo tint on dark",
        "nav_logo_light_tint": "navigation logo tint on light",
        "nav_text_color": "navigation text",
        "card_text_color": "card text",
    }
    for name, label in labels.items():
        choice: LogoTint | TextColourChoice = getattr(website, name)
        untinted = not isinstance(choice, TextColourChoice) and choice.choice == "none"
        if not untinted and website.hex_of(choice) is None:
            yield Obstacle(name, f"the {label} is the {choice.choice} colour, but there is none")


def _onboarding_email(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    if config.onboarding.user_email is None:
        yield Obstacle("user_email", "there is no e-mail for the onboarding user")


def _onboarding_name(config: YoloConfig, _facts: Facts) -> Iterator[Obstacle]:
    if config.onboarding.user_name is None:
        yield Obstacle("user_name", "there is no name for the onboarding user")


_Check = Callable[[YoloConfig, Facts], Iterator[Obstacle]]

_CHECKS: tuple[tuple[frozenset[SubStepName], _Check], ...] = (
    (frozenset({_N.CLOUDWAITRESS_ACCOUNT, _N.RESTAURANT_REGISTRATION}), _email),
    (frozenset({_N.CLOUDWAITRESS_ACCOUNT, _N.RESTAURANT_REGISTRATION}), _account),
    (frozenset({_N.UPLOAD_IMAGES, _N.MENU_IMPORT, _N.OPTION_SETS, _N.ITEM_TAGS}), _menu),
    (frozenset({_N.CODE_GENERATION}), _brand_colours),
    (frozenset({_N.RESTAURANT_REGISTRATION}), _name),
    (frozenset({_N.RESTAURANT_REGISTRATION}), _hours),
    (_IN_A_COMMAND, _for_a_shell),
    (frozenset({_N.RESTAURANT_REGISTRATION}), _address_and_phone),
    (frozenset({_N.WEBSITE_CONFIG}), _header),
    (frozenset({_N.WEBSITE_CONFIG}), _website_colours),
    (frozenset({_N.CREATE_ONBOARDING_USER, _N.SYNC_ONBOARDING_USER}), _onboarding_email),
    (frozenset({_N.CREATE_ONBOARDING_USER}), _onboarding_name),
    (frozenset({_N.CREATE_ONBOARDING_USER}), _person_for_a_shell),
)
