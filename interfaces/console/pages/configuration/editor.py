"""The editor of one configuration: its fields in groups, as it opens, and what a form of it says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from interfaces.console.edit_forms import Form
from interfaces.console.pages.configuration.changes import FIELDS
from interfaces.console.pages.configuration.said import HOURS, Said
from interfaces.console.pages.configuration.view import account_of, images_of, shown_json
from registration.configuration.models import ConfigLayer
from registration.configuration.origins import Origin, set_by
from registration.configuration.proposals import with_layer
from registration.gates.questions.config import config_question
from registration.gates.questions.config_section import prefilled_change
from registration.gates.questions.contexts import ConfigContext
from registration.gates.questions.facts import Proposed, config_remarks
from registration.gates.questions.sections import Kind, SectionField, section_field
from registration.gates.rounds import CONTACT, Details, Option, Prefilled, Question
from registration.kit.text import strip_control_characters
from registration.operations.edit_restaurant import EDITABLE_IMAGES
from registration.restaurants.detail_queries import ShownRestaurant
from registration.restaurants.models import ImageName

GROUPS: Final = (
    ("Account and contact", ("email", "phone", "contact_name")),
    ("Restaurant", ("name", "city", "address", "opening_hours", "cuisines")),
    ("Menu and sub-steps", ("menu", "include_stripe_link", "steps")),
    (
        "Look",
        (
            "theme",
            "item_layout",
            "primary_color",
            "secondary_color",
            "nav_text_color",
            "card_text_color",
            "disable_gradients",
        ),
    ),
    (
        "Logo and header",
        (
            "header_image",
            "header_logo_dark_tint",
            "header_logo_light_tint",
            "nav_logo_dark_tint",
            "nav_logo_light_tint",
        ),
    ),
)
"""The fields of a configuration's section, each once."""
_RANK: Final = list(Origin)


@dataclass(frozen=True)
class Opened:
    """A configuration as the editor begins: `base` are the proposed values, with the values for all laid over."""

    context: ConfigContext
    question: Question
    base: Mapping[str, Prefilled]
    origins: Mapping[str, str]
    layer: ConfigLayer
    shown: str

    @property
    def people(self) -> tuple[Option, ...]:
        """The persons of the register entry, after the contact as it is; none if the register has no other."""
        return self.question.options.get(CONTACT, ())


def opened(context: ConfigContext, layer: ConfigLayer) -> Opened:
    """The editor of a job; what was typed in an answer that was refused is shown again."""
    config = with_layer(context.config, layer, context.header_images)
    laid = replace(context, proposal=replace(context.proposal, config=config), asked=Details.CHANGE)
    names = dict(context.origins) | dict.fromkeys(set_by(layer, context.header_images), Origin.FOR_ALL)
    origins: dict[str, Origin] = {}
    for name, origin in sorted(names.items(), key=lambda one: _RANK.index(one[1])):
        origins[section_field(name)] = origin
    base = prefilled_change(config, context.menus)
    return Opened(laid, config_question(laid), base, {**origins}, layer, shown_json(context))


@dataclass(frozen=True)
class Filled:
    """The values of a submitted form, the contact that was picked, and the names of the fields that were changed."""

    values: Mapping[str, Prefilled]
    contact: str
    typed: frozenset[str]


def filled_from(form: Form, one: Opened) -> Filled:
    """What a form of the editor says."""
    values = {field.name: _value(field, form) for field in FIELDS}
    contact = strip_control_characters(str(form.get("contact", "")))
    typed = {name for name, value in values.items() if _plain(value) != _plain(one.base[name])}
    return Filled(values, contact, frozenset(typed | ({"contact_name"} if contact else set())))


def _value(field: SectionField, form: Form) -> Prefilled:
    sent = [strip_control_characters(str(one)) for one in form.getlist(field.name)]
    if field.kind is Kind.FLAG:
        return bool(sent)
    if field.kind is Kind.SOME_OF:
        return tuple(dict.fromkeys(sent))
    return sent[-1] if sent else ""


def _plain(value: Prefilled) -> Prefilled:
    return value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class FieldShown:
    """One field with its value and its drop-down."""

    field: SectionField
    value: Prefilled
    options: tuple[tuple[str, str], ...]
    said: Said

    @property
    def is_week(self) -> bool:
        """True if the value is a week, which a page also shows day by day."""
        return self.field.name == HOURS

    @property
    def is_colour(self) -> bool:
        """True if the value is one colour, for which a browser has a picker."""
        return self.field.name in ("primary_color", "secondary_color")


@dataclass(frozen=True)
class Editor:
    """All that the editor of a restaurant shows."""

    batch_id: UUID
    job_id: UUID
    visit: int
    name: str
    shown: str
    layer: str
    groups: tuple[tuple[str, tuple[FieldShown, ...]], ...]
    people: tuple[Option, ...]
    others: tuple[str, ...]
    remarks: tuple[str, ...]
    register: tuple[str, ...]
    company: str
    email: str
    account: str
    images: tuple[ImageName, ...]
    replaceable: tuple[ImageName, ...] = EDITABLE_IMAGES


def editor_of(
    batch_id: UUID, one: Opened, said: Mapping[str, Said], others: tuple[str, ...], restaurant: ShownRestaurant | None
) -> Editor:
    """The editor as it opens."""
    context, question = one.context, one.question
    dates = {menu.id: menu.created_at for menu in restaurant.menus} if restaurant else {}
    shown = {
        field.name: FieldShown(
            field, question.prefilled[field.name], _options(field, question, dates), said[field.name]
        )
        for field in FIELDS
    }
    proposed = Proposed.of(context)
    differences = (f"{each.label}: typed “{each.typed}”, register “{each.register}”" for each in context.differences)
    return Editor(
        batch_id=batch_id,
        job_id=context.job_id,
        visit=context.visit,
        name=context.restaurant_name,
        shown=one.shown,
        layer=one.layer.model_dump_json(exclude_none=True),
        groups=tuple((title, tuple(shown[name] for name in names)) for title, names in GROUPS),
        people=one.people,
        others=others,
        remarks=(*map(str, config_remarks(context)), *differences),
        register=proposed.register,
        company=" · ".join(proposed.company),
        email=proposed.email,
        account=account_of(context),
        images=images_of(restaurant),
    )


def _options(
    field: SectionField, question: Question, dates: Mapping[UUID, datetime | None]
) -> tuple[tuple[str, str], ...]:
    """The labels of a drop-down, each with what is shown beside it."""
    found: list[tuple[str, str]] = []
    for option in question.options.get(field.name, ()):
        date = dates.get(UUID(option.value)) if field.name == "menu" and option.value else None
        found.append((option.label, f"{option.label} · of {date:%d %b %Y}" if date else option.label))
    return tuple(found)
