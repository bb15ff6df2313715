"""What about a text is read otherwise than it stands there, for the person who brought it."""

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


def read_otherwise(text: str, *, is_phone: bool = False, is_address: bool = False) -> str | None:
    """In words, None if it is read as it stands there. The text must be one that is taken."""
    if unescaped(text) != text:
        return f"HTML entities in {text.strip()!r} are read as {as_read(text)!r}"
    if is_phone and was_a_number(text):
        return f"{text.strip()!r} was saved as a number and is read as {_PHONE.validate_python(text)}"
    if is_address and with_postcode(as_seen(text)) != as_seen(text):
        return f"the postcode in {text.strip()!r} was saved as a number and is read as {with_postcode(as_seen(text))!r}"
    return None


def field_read_otherwise(name: str, text: str) -> str | None:
    """How a field's text is read if not as it is written; its name says whether it is a phone or an address."""
    return read_otherwise(text, is_phone=name in _PHONES, is_address=name in _ADDRESSES)


def read_otherwise_in(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """How each text of an answer is read if not as it is written, after its field's name; without repetitions."""
    return tuple(dict.fromkeys(_in_fields(answer)))


def _in_fields(answer: Mapping[str, Any]) -> Iterator[str]:
    for name, value in answer.items():
        if isinstance(value, Mapping):
            yield from _in_fields(cast("Mapping[str, Any]", value))
        elif isinstance(value, str) and (changed := field_read_otherwise(name, value)):
            yield f"{name}: {changed}"
