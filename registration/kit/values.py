"""Single values from outside: texts, e-mails, phones, colours, links, ids. Each is validated and stored in one form."""

import re
from collections.abc import Mapping
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
T = TypeVar("T")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HTTP_URL = TypeAdapter(HttpUrl)
_DOTS = dict.fromkeys(map(ord, "\N{MIDDLE DOT}\N{BULLET}\N{BULLET OPERATOR}\N{KATAKANA MIDDLE DOT}"), " ")
MOST_CHARACTERS = 300
"""The limit for a text on one line."""
_LONGEST_REASON = 500
_PLAIN = {"extra_forbidden": "is not a known field", "missing": "is missing"}
MOST_CUISINES = 50


def parse_ids(text: str, of: str = "restaurant") -> tuple[UUID, ...]:
    """The ids in `text`, separated by blanks, commas, semicolons or lines. Raises Refused, naming the texts that are
    not ids.
    """
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


class Value(BaseModel):
    """Base of all frozen values: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def reasons(error: ValidationError) -> tuple[str, ...]:
    """Why values were refused, one line each, with the location of the value in front if it has one."""
    return tuple(map(_reason, problems(error)))


Edit = TypeVar("Edit", bound=BaseModel)


def read_edit_of(model: type[Edit], thing: str, fields: Mapping[str, object]) -> Edit:
    """The changes of a thing as they were typed. Raises Refused with every invalid field and its reason.

    `details["fields"]` of the error has the reason of each field by its name.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        invalid = [str(problem["loc"][0]) if problem["loc"] else "" for problem in problems(error)]
        raise Refused(
            f"{thing} cannot be changed so: {'; '.join(reasons(error))}",
            code="INVALID_FIELDS",
            hint="correct the named fields; nothing was changed",
            fields=dict(zip(invalid, reasons(error), strict=True)),
        ) from None


def problems(error: ValidationError) -> tuple[ErrorDetails, ...]:
    """Pydantic's error details, without defaults that could not be computed because of another error."""
    all_details = error.errors(include_url=False, include_context=False)
    return tuple(details for details in all_details if details["type"] != "default_factory_not_called")


def reason_text(error: ValueError) -> str:
    """The reasons of a validation error, or of our own ValueError, as one text; each is shortened."""
    return "; ".join(reasons(error)) if isinstance(error, ValidationError) else str(error)[:_LONGEST_REASON]


def plain_message(details: ErrorDetails) -> str:
    """The message of one error detail, without pydantic's jargon."""
    return _PLAIN.get(details["type"], details["msg"].removeprefix("Value error, "))


def _reason(details: ErrorDetails) -> str:
    message = plain_message(details)
    location = ".".join(str(part) for part in details["loc"])
    return (f"{location}: {message}" if location else message)[:_LONGEST_REASON]


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
    if reason := why_not_public(url):
        raise ValueError(f"{text!r} leads to no public page: {reason}")
    return url


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _strip(value: object) -> object:
    return unescaped(value).strip() if isinstance(value, str) else value


Line = Annotated[str, AfterValidator(_one_line)]
"""A text on one line: blanks collapsed, not empty, at most 300 characters, no control characters."""


def is_line(text: str) -> bool:
    """True if the text is a `Line` as it stands."""
    try:
        return _one_line(text) == text
    except ValueError:
        return False


Cuisines = Annotated[tuple[Line, ...], Field(max_length=MOST_CUISINES)]
"""The kinds of food that a restaurant offers, at most 50."""

IdNumber = Annotated[str, AfterValidator(id_text), AfterValidator(_one_line)]
"""An id of another system, or a company number: a Line without damage by a spreadsheet."""

Nzbn = Annotated[str, AfterValidator(whole_number), AfterValidator(_one_line)]
"""A business number: a Line of 13 digits without damage by a spreadsheet."""

Address = Annotated[str, AfterValidator(_one_line), AfterValidator(with_postcode)]
"""A Line that may end with a postcode: an address or a town."""

Colour = Annotated[str, AfterValidator(_colour)]
"""#rrggbb in lower case."""

Phone = Annotated[str, AfterValidator(_nz_phone)]
"""A New Zealand phone number, stored as E.164 (+6493791234)."""

Email = Annotated[EmailStr, BeforeValidator(_strip), AfterValidator(str.lower)]
"""An e-mail address in lower case, because it is the key of an account."""

WebUrl = Annotated[str, AfterValidator(_web_url)]
"""An http or https link with a public host, stored as written."""

Blank = Annotated[T | None, BeforeValidator(_blank_is_none)]
"""`Blank[X]`: an X, or None for an absent or blank text."""


def email_key(text: str) -> str:
    """The e-mail in lower case, its domain in Unicode; a text that is not an e-mail, stripped and in lower case."""
    read = _read(text)
    return read.normalized.lower() if read else text.strip().lower()


def ascii_email(email: str) -> str:
    """The e-mail with its domain in ASCII, as another system may have stored it."""
    read = _read(email)
    return f"{read.local_part}@{read.ascii_domain}".lower() if read else email


def _read(text: str) -> ValidatedEmail | None:
    try:
        return validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
