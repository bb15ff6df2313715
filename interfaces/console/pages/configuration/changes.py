"""In what two configurations of a restaurant differ, field by field as the editor names them. Pure."""

from collections.abc import Iterable
from typing import Final

from registration.configuration.models import ConfigLayer, YoloConfig
from registration.configuration.proposals import with_layer
from registration.gates.questions.config_section import prefilled_change
from registration.gates.questions.contexts import ConfigContext, GateContext
from registration.gates.questions.sections import SECTIONS
from registration.gates.rounds import Details, Prefilled

FIELDS: Final = SECTIONS[Details.CHANGE]
_GONE: Final = "a menu that is not active any more"


def changes_between(before: YoloConfig, context: GateContext) -> list[str]:
    """What changed from `before` to the proposal of now, as `Phone: +6493791234 → +64211234567`."""
    return list(_changes(before, context.config, context)) if isinstance(context, ConfigContext) else []


def changes_by_layer(layer: ConfigLayer, context: ConfigContext) -> list[str]:
    """What the values for all restaurants change in the proposal."""
    return list(_changes(context.config, with_layer(context.config, layer, context.header_images), context))


def _changes(before: YoloConfig, after: YoloConfig, context: ConfigContext) -> Iterable[str]:
    old, new = _values(before, context), _values(after, context)
    for field in FIELDS:
        if old[field.name] != new[field.name]:
            left, right = old[field.name], new[field.name]
            yield f"{field.title}: {_text(left, right)} → {_text(right, left)}"


def _values(config: YoloConfig, context: ConfigContext) -> dict[str, Prefilled]:
    values = prefilled_change(config, context.menus)
    selected = config.menu.selected_menu_id
    if selected is not None and selected not in {menu.id for menu in context.menus}:
        values["menu"] = _GONE
    return values


def _text(value: Prefilled, other: Prefilled) -> str:
    """A value in words; of several sub-steps those that the other value has not."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        own = [one for one in value if not isinstance(other, tuple) or one not in other]
        return ", ".join(own) or "without them"
    return value or "none"
