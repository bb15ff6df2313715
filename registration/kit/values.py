"""Single values from outside: texts, e-mails, phones, colours, links, ids. Validated here, stored in one form."""

import re
from typing import Annotated, TypeVar
from uuid import UUID

import phonenumbers
from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails

from registration.errors import Refused
from registration.kit.public_links import why_not_public
from registration.kit.spoilt_numbers import id_text, whole_number, with_postcode
from registration.kit.symbols import as_read, plain, unescaped
from registration.kit.text import is_control

_BETWEEN = re.compile(r"[\s,;\[\]\"']+")
_MOST_SHOWN = 5
_LONGEST = 50


def pasted_ids(text: str, of: str = "restaurant") -> tuple[UUID, ...]:
    """The ids in `text`, separated by blanks, commas, semicolons or lines. Raises Refused with what is no id."""
    words = [word for word in _BETWEEN.split(text) if word]
    wrong = [word for word in words if not _is_id(word)]
    if wrong:
        more = f" and {len(wrong) - _MOST_SHOWN} more" if len(wrong) > _MOST_SHOWN else ""
        raise Refused(
            f"{', '.join(repr(word[:_LONGEST]) for word in wrong[:_MOST_SHOWN])}{more}: no {of}'s id, which is a UUID"
        )
    return tuple(map(UUID, words))


def _is_id(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True


T = TypeVar("T")

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HTTP_URL = TypeAdapter(HttpUrl)
_DOTS = dict.fromkeys(map(ord, "\N{MIDDLE DOT}\N{BULLET}\N{BULLET OPERATOR}\N{KATAKANA MIDDLE DOT}"), " ")
MOST_CHARACTERS = 300
"""Of a text on one line."""

_LONGEST_REASON = 500
_PLAIN = {"extra_forbidden": "is not a known field", "missing": "is missing"}


class Value(BaseModel):
    """Base of all frozen values: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def reasons(error: ValidationError) -> tuple[str, ...]:
    """Why values were refused, one line each, with the place of the value in front if it has one."""
    return tuple(map(_reason, problems(error)))


def problems(error: ValidationError) -> tuple[ErrorDetails, ...]:
    """What pydantic found, without what it could not look at because of that."""
    found = error.errors(include_url=False, include_context=False)
    return tuple(details for details in found if details["type"] != "default_factory_not_called")


def why(error: ValueError) -> str:
    """The reasons as one text, of pydantic's errors and of our own."""
    return "; ".join(reasons(error)) if isinstance(error, ValidationError) else str(error)


def plain_message(details: ErrorDetails) -> str:
    """What is wrong, in plain words."""
    return _PLAIN.get(details["type"], details["msg"].removeprefix("Value error, "))


def _reason(details: ErrorDetails) -> str:
    message = plain_message(details)
    place = ".".join(str(part) for part in details["loc"])
    return (f"{place}: {message}" if place else message)[:_LONGEST_REASON]


def _one_line(text: str) -> str:
    line = as_read(text)
    if not line:
        raise ValueError("is empty")
    if len(line) > MOST_CHARACTERS:
        raise ValueError(f"is longer than {MOST_CHARACTERS} characters")
    if any(map(is_control, line)):
        raise ValueError("contains control characters")
    return line


def _colour(text: str) -> str:
    colour = plain(text).strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise ValueError(f"a colour is written #rrggbb, not {text!r}")
    return colour


def _nz_phone(text: str) -> str:
    written = whole_number(unescaped(text)).translate(_DOTS)
    try:
        number = phonenumbers.parse(written, "NZ")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number_for_region(number, "NZ") or number.extension:
        raise ValueError(f"{text!r} is not a New Zealand phone number, as 09 379 1234 or +64 21 123 4567")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _web_url(text: str) -> str:
    url = unescaped(text.strip())
    try:
        _ = _HTTP_URL.validate_python(url)
    except ValidationError:
        raise ValueError(f"{text!r} is not a link that starts with http:// or https:// and names a host") from None
    if any(character.isspace() for character in url):
        raise ValueError(f"{text!r} is not a link: it contains blanks")
    if why := why_not_public(url):
        raise ValueError(f"{text!r} leads to no public page: {why}")
    return url


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _strip(value: object) -> object:
    return unescaped(value).strip() if isinstance(value, str) else value


Line = Annotated[str, AfterValidator(_one_line)]
"""A text on one line as it is seen: blanks collapsed, not empty, at most 300 characters, no control characters."""

MOST_CUISINES = 50
Cuisines = Annotated[tuple[Line, ...], Field(max_length=MOST_CUISINES)]
"""What kinds of food there are, not too many to be read."""

IdNumber = Annotated[str, AfterValidator(id_text), AfterValidator(_one_line)]
"""An id of another system, or the number of a company: a Line that no spreadsheet may have spoilt."""

Nzbn = Annotated[str, AfterValidator(whole_number), AfterValidator(_one_line)]
"""A business number: a Line of 13 digits that no spreadsheet may have spoilt."""

Address = Annotated[str, AfterValidator(_one_line), AfterValidator(with_postcode)]
"""A Line that may end in a postcode: an address or a town."""

Colour = Annotated[str, AfterValidator(_colour)]
"""#rrggbb in lower case."""

Phone = Annotated[str, AfterValidator(_nz_phone)]
"""A New Zealand phone number, stored as E.164 (+6493791234)."""

Email = Annotated[EmailStr, BeforeValidator(_strip), AfterValidator(str.lower)]
"""An e-mail address in lower case, because it is a key of accounts."""

WebUrl = Annotated[str, AfterValidator(_web_url)]
"""An http or https link with a public host, kept as it was written."""

Blank = Annotated[T | None, BeforeValidator(_blank_is_none)]
"""`Blank[X]`: an X, or None for an absent or blank text."""


def email_key(text: str) -> str:
    """The e-mail in lower case, its domain in Unicode; a text that is no e-mail only in lower case, without blanks."""
    read = _read(text)
    return read.normalized.lower() if read else text.strip().lower()


def ascii_email(email: str) -> str:
    """The same e-mail with its domain in ASCII, as another system may have stored it."""
    read = _read(email)
    return f"{read.local_part}@{read.ascii_domain}".lower() if read else email


def _read(text: str) -> ValidatedEmail | None:
    try:
        return validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
