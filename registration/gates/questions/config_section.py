"""The section of a job's own configuration: filled from a proposal, and read back as a configuration."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from registration.configuration.models import YoloConfig, follows_theme
from registration.configuration.website import TEXT_COLOURS, HeaderImageSource, ItemLayout, LogoTint, TextColourChoice
from registration.gates.questions.sections import errors_by_field, read_labels
from registration.gates.rounds import Details, Option, Prefilled, Question
from registration.kit.opening_hours_text import format_opening_hours, parse_opening_hours
from registration.kit.symbols import listed
from registration.restaurants.models import MenuChoice, Theme
from registration.workflow.sub_steps import SubStepName

NO_MENU = Option(label="No menu", value="")
NO_HEADER_IMAGE = Option(label="No header image", value="")

_TINTS = ("header_logo_dark_tint", "header_logo_light_tint", "nav_logo_dark_tint", "nav_logo_light_tint")
_AS_THEY_ARE = ("primary_color", "secondary_color", "disable_gradients")


def change_options(
    menus: tuple[MenuChoice, ...], images: tuple[HeaderImageSource, ...]
) -> dict[str, tuple[Option, ...]]:
    """The options of the section's drop-downs, "none" first: only menus and images that the restaurant has."""
    return {
        "menu": (NO_MENU, *menu_options(menus)),
        "theme": tuple(Option(label=theme.capitalize(), value=theme) for theme in Theme),
        "header_image": (NO_HEADER_IMAGE, *map(header_image_option, images)),
        "item_layout": tuple(Option(label=layout.capitalize(), value=layout) for layout in ItemLayout),
        "steps": tuple(Option(label=name, value=name) for name in SubStepName),
    }


def menu_options(menus: tuple[MenuChoice, ...]) -> tuple[Option, ...]:
    """One line per menu, as `Version 3 · 40 items`; menus with equal labels also show their id."""
    plain = [f"Version {menu.version} · {menu.items} items" for menu in menus]
    labels = [
        label if plain.count(label) == 1 else f"{label} · {menu.id}" for label, menu in zip(plain, menus, strict=True)
    ]
    return tuple(Option(label=label, value=str(menu.id)) for label, menu in zip(labels, menus, strict=True))


def header_image_option(image: HeaderImageSource) -> Option:
    """The option of one source of header images, as `Facebook cover image`."""
    words = image.replace("_", " ").replace(" og ", " OG ")
    return Option(label=words[0].upper() + words[1:], value=image)


def prefilled_change(config: YoloConfig, menus: tuple[MenuChoice, ...]) -> dict[str, Prefilled]:
    """The first values of the section. A text colour that follows the theme is empty, so that it keeps following."""
    restaurant, website = config.restaurant, config.website
    image = website.header_image_source if website.configure_header else None
    menu = (option.label for option in menu_options(menus) if option.value == str(config.menu.selected_menu_id))
    return {
        "name": restaurant.name or "",
        "address": restaurant.address or "",
        "city": restaurant.city or "",
        "email": config.account.email or "",
        "phone": restaurant.phone or "",
        "contact_name": config.onboarding.user_name or "",
        "opening_hours": format_opening_hours(restaurant.opening_hours) if restaurant.opening_hours else "",
        "menu": next(menu, NO_MENU.label),
        "theme": website.theme.capitalize(),
        "cuisines": "; ".join(website.cuisines),
        "primary_color": website.primary_color or "",
        "secondary_color": website.secondary_color or "",
        "disable_gradients": website.disable_gradients,
        "header_image": header_image_option(image).label if image else NO_HEADER_IMAGE.label,
        **{name: _as_text(getattr(website, name)) for name in _TINTS},
        **{name: "" if follows_theme(website, name) else _as_text(getattr(website, name)) for name in TEXT_COLOURS},
        "item_layout": website.item_layout.capitalize(),
        "include_stripe_link": config.payment.include_stripe_link,
        "steps": tuple(name.value for name in SubStepName if config.is_enabled(name)),
    }


def _as_text(choice: LogoTint | TextColourChoice) -> str:
    return choice.colour or choice.choice


def read_change(question: Question, filled: Mapping[str, Any]) -> YoloConfig:
    """The configuration from the section. Raises ValueError (ValidationError) for an invalid value."""
    image = _value(question, "header_image", filled)
    steps = frozenset(_value(question, "steps", {"steps": label}) for label in read_labels(filled["steps"], "steps"))
    hours = str(filled["opening_hours"])
    return YoloConfig.model_validate(
        {
            "account": {"email": filled["email"], "phone": filled["phone"]},
            "restaurant": {
                **{name: filled[name] for name in ("name", "address", "city", "phone")},
                "opening_hours": parse_opening_hours(hours) if hours.strip() else (),
            },
            "menu": {"selected_menu_id": _value(question, "menu", filled) or None},
            "website": {
                "theme": _value(question, "theme", filled),
                "cuisines": listed(str(filled["cuisines"])),
                **{name: filled[name] for name in _AS_THEY_ARE},
                "configure_header": bool(image),
                "header_image_source": image or None,
                **{name: str(filled[name]).strip().lower() or "none" for name in _TINTS},
                **{name: text for name in TEXT_COLOURS if (text := str(filled[name]).strip().lower())},
                "item_layout": _value(question, "item_layout", filled),
            },
            "payment": {"include_stripe_link": filled["include_stripe_link"]},
            "onboarding": {"user_name": filled["contact_name"], "user_email": filled["email"]},
            "steps_enabled": {name: name in steps for name in SubStepName},
        }
    )


def try_change(question: Question, filled: Mapping[str, Any]) -> tuple[YoloConfig | None, dict[str, str]]:
    """The configuration from the section, or None and why each wrong field is wrong, by its name."""
    wrong, readable = dict[str, str](), dict(filled)
    for name, offered in question.options.items():
        if name in readable and name != "steps" and readable[name] not in [option.label for option in offered]:
            wrong[name], readable[name] = "is not offered any more", offered[0].label
    try:
        _ = parse_opening_hours(str(filled["opening_hours"]).strip() or "closed")
    except ValueError as error:
        wrong["opening_hours"], readable["opening_hours"] = str(error), ""
    try:
        config = read_change(question, readable)
    except ValidationError as error:
        return None, errors_by_field(Details.CHANGE, error) | wrong
    return (None if wrong else config), wrong


def _value(question: Question, name: str, filled: Mapping[str, Any]) -> str:
    """The value of the picked label. Raises ValueError if the label was not offered."""
    for option in question.options[name]:
        if option.label == filled[name]:
            return option.value
    raise ValueError(f"{name}: {filled[name]!r} was not offered")
