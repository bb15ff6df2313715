"""The section "for all restaurants" of the configuration gate: a layer over every proposal that is accepted."""

from collections.abc import Mapping
from typing import Any

from registration.configuration.models import ConfigLayer
from registration.configuration.website import HeaderImageSource, ItemLayout, TextColour
from registration.gates.questions.config_section import header_image_option
from registration.gates.questions.sections import Kind, SectionField, read_labels
from registration.gates.rounds import Option, Round
from registration.restaurants.models import Theme
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SubStepName

FOR_ALL = "for_all_restaurants"
_AS_PROPOSED = Option(label="As proposed", value="")
_TEXT_COLOURS = tuple(
    Option(label=colour.capitalize(), value=colour) for colour in TextColour if colour is not TextColour.CUSTOM
)
_STEPS = tuple(Option(label=name, value=name) for name in SubStepName)


def _drop_down(name: str, title: str, *options: Option, description: str = "") -> SectionField:
    return SectionField(name, title, description, Kind.ONE_OF, (_AS_PROPOSED, *options))


FOR_ALL_FIELDS = (
    _drop_down("theme", "Theme", *(Option(label=theme.capitalize(), value=theme) for theme in Theme)),
    _drop_down(
        "item_layout", "Item layout", *(Option(label=layout.capitalize(), value=layout) for layout in ItemLayout)
    ),
    _drop_down(
        "header_image_source",
        "Header image",
        *map(header_image_option, HeaderImageSource),
        description="Used where the restaurant has it.",
    ),
    _drop_down("nav_text_color", "Navigation text colour", *_TEXT_COLOURS),
    _drop_down("card_text_color", "Card text colour", *_TEXT_COLOURS),
    _drop_down(
        "include_stripe_link",
        "Stripe link",
        Option(label="Include", value="yes"),
        Option(label="Do not include", value="no"),
    ),
    SectionField("steps_off", "Sub-steps not to run", "Empty: as proposed.", Kind.SOME_OF, _STEPS),
    SectionField("steps_on", "Sub-steps to run although not proposed", "Empty: as proposed.", Kind.SOME_OF, _STEPS),
)


def has_section_for_all(content: Round) -> bool:
    """True if the form has the section; jobs that are configured in their own section do not use it."""
    return content.gate is GateName.YOLO_CONFIG and any(question.details is None for question in content.questions)


def read_for_all(filled: Mapping[str, Any]) -> ConfigLayer:
    """The layer from the section, empty if nothing was filled in. Raises ValueError for a value that was
    not offered.
    """
    labels = {
        field.name: _value(field, filled)
        for field in FOR_ALL_FIELDS
        if field.kind is Kind.ONE_OF and field.name in filled
    }
    off, on = (frozenset(read_labels(filled.get(name, ()), name)) for name in ("steps_off", "steps_on"))
    if both := sorted(off & on):
        raise ValueError(f"{', '.join(both)}: both to run and not to run")
    website = {name: value for name, value in labels.items() if value and name != "include_stripe_link"}
    stripe = labels.get("include_stripe_link", "")
    return ConfigLayer.model_validate(
        {
            "website": website,
            "payment": {"include_stripe_link": stripe == "yes"} if stripe else {},
            "steps_enabled": dict.fromkeys(off, False) | dict.fromkeys(on, True),
        }
    )


def filled_for_all(layer: ConfigLayer) -> dict[str, str | list[str]]:
    """The section filled in with this layer: `read_for_all` reads the layer from it."""
    stripe = {None: "", True: "yes", False: "no"}[layer.payment.include_stripe_link]
    website = layer.website.model_dump(mode="json", exclude_none=True)
    values = website | {"include_stripe_link": stripe}
    filled: dict[str, str | list[str]] = {
        field.name: _label(field, values.get(field.name, "")) for field in FOR_ALL_FIELDS if field.kind is Kind.ONE_OF
    }
    for name, on in (("steps_off", False), ("steps_on", True)):
        filled[name] = [step.value for step, enabled in layer.steps_enabled.items() if enabled is on]
    return filled


def _label(field: SectionField, value: object) -> str:
    chosen = value.get("choice", "") if isinstance(value, dict) else value
    return next((option.label for option in field.options if option.value == chosen), field.options[0].label)


def _value(field: SectionField, filled: Mapping[str, Any]) -> str:
    for option in field.options:
        if option.label == filled[field.name]:
            return option.value
    raise ValueError(f"{field.title}: {filled[field.name]!r} was not offered")
