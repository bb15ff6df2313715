"""Automatic corrections of a text, described for the person who entered it."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import TypeAdapter

from registration.kit.spoilt_numbers import was_a_number, with_postcode
from registration.kit.symbols import as_read, unescaped
from registration.kit.text import as_seen
from registration.kit.values import Phone

_PHONE: TypeAdapter[str] = TypeAdapter(Phone)
_PHONES = frozenset({"phone", "contact_phone"})
_ADDRESSES = frozenset({"address", "city"})


def describe_correction(text: str, *, is_phone: bool = False, is_address: bool = False) -> str | None:
    """A description of how `text` is read, None if it is read as written. Requires a valid `text`."""
    if unescaped(text) != text:
        return f"HTML entities in {text.strip()!r} are read as {as_read(text)!r}"
    if is_phone and was_a_number(text):
        return f"{text.strip()!r} was saved as a number and is read as {_PHONE.validate_python(text)}"
    if is_address and with_postcode(as_seen(text)) != as_seen(text):
        return f"the postcode in {text.strip()!r} was saved as a number and is read as {with_postcode(as_seen(text))!r}"
    return None


def describe_field_correction(name: str, text: str) -> str | None:
    """The correction of a field's text, None if there is none; the field's name says whether it is a phone or an
    address.
    """
    return describe_correction(text, is_phone=name in _PHONES, is_address=name in _ADDRESSES)


def describe_corrections(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """The corrections in all texts of an answer, each after the name of its field; without repetitions."""
    return tuple(dict.fromkeys(_in_fields(answer)))


def _in_fields(answer: Mapping[str, Any]) -> Iterator[str]:
    for name, value in answer.items():
        if isinstance(value, Mapping):
            yield from _in_fields(cast("Mapping[str, Any]", value))
        elif isinstance(value, str) and (changed := describe_field_correction(name, value)):
            yield f"{name}: {changed}"
