"""A configuration that a person brings along, laid over the proposal from the restaurant's data."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import JsonValue, ValidationError

from registration.configuration.models import YoloConfig, follows_theme
from registration.configuration.website import TEXT_COLOURS
from registration.errors import Refused
from registration.kit.values import reasons

_FOLLOWING = ((("onboarding", "user_email"), ("account", "email")), (("account", "phone"), ("restaurant", "phone")))
"""Proposed values that are the same: the first follows the second, unless it is given itself."""


def given_config(proposed: YoloConfig, given: JsonValue) -> YoloConfig:
    """The proposal with the given values over it; a field that is left out stays as proposed, null empties it.

    Raises Refused with every wrong field and its reason.
    """
    if not isinstance(given, dict):
        raise _unusable(("it is no object with the sections of a configuration",))
    try:
        return YoloConfig.model_validate(_merged(_proposed(proposed, given), given))
    except ValidationError as error:
        raise _unusable(reasons(error)) from None


def _unusable(problems: tuple[str, ...]) -> Refused:
    return Refused(
        f"the configuration cannot be used: {'; '.join(problems)}",
        code="INVALID_CONFIGURATION",
        hint="correct the named fields; fields that are left out are taken from the restaurant",
        reasons=problems,
    )


def _proposed(proposed: YoloConfig, given: Mapping[str, JsonValue]) -> dict[str, Any]:
    """The proposal as JSON, without values that follow from other values which are given."""
    values = proposed.model_dump(mode="json")
    for name in TEXT_COLOURS:
        if follows_theme(proposed.website, name):
            del values["website"][name]
    for (section, name), (other, source) in _FOLLOWING:
        if values[section][name] == values[other][source] and (new := _section(given, other).get(source)):
            values[section][name] = new
    return values


def _section(given: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    section = given.get(name)
    return section if isinstance(section, dict) else {}


def _merged(values: Mapping[str, Any], given: Mapping[str, JsonValue]) -> dict[str, Any]:
    """Inner objects are merged; any other value replaces the proposed one."""
    merged = dict(values)
    for name, value in given.items():
        before = merged.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            merged[name] = _merged(cast("dict[str, Any]", before), value)
        else:
            merged[name] = value
    return merged
