"""What forms send. Forms that correct a thing: only what a person changed is written, what is wrong stands beside its
field. Values for many restaurants: a layer of configuration. Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from pydantic import AfterValidator, StringConstraints
from starlette.datastructures import ImmutableMultiDict

from interfaces.api.problems import ProblemError
from registration.configuration.models import ConfigLayer
from registration.errors import Refused
from registration.gates.questions.for_all import FOR_ALL_FIELDS, read_for_all
from registration.gates.questions.sections import Kind
from registration.kit.text import strip_control_characters

Form = ImmutableMultiDict[str, object]
"""A form, or the query of an address."""
MOST_CHARACTERS: Final = 2000
FilterText = Annotated[str, StringConstraints(max_length=200), AfterValidator(strip_control_characters)]
"""A filter in the address of a list. No stored text has the characters that the database refuses, so they go."""


@dataclass(frozen=True)
class EditField:
    """A field: what was stored when it was shown, what is typed now, and what is wrong with that.

    `long` is a field of several lines.
    """

    name: str
    label: str
    shown: str
    value: str
    wrong: str = ""
    long: bool = False


def stored_fields(labels: Mapping[str, str], values: Mapping[str, str], long: Collection[str] = ()) -> list[EditField]:
    """The form of a thing as it is stored."""
    return [EditField(name, label, values[name], values[name], long=name in long) for name, label in labels.items()]


def sent_fields(
    labels: Mapping[str, str], sent: Mapping[str, str], wrong: Mapping[str, str], long: Collection[str] = ()
) -> list[EditField]:
    """The form as it was sent, with what is wrong."""
    return [
        EditField(name, label, sent.get(f"was_{name}", ""), sent.get(name, ""), wrong.get(name, ""), name in long)
        for name, label in labels.items()
    ]


def sent_texts(form: Collection[tuple[str, Any]]) -> dict[str, str]:
    """The texts of a form, none of them endless."""
    return {name: encodable(value[:MOST_CHARACTERS]) for name, value in form if isinstance(value, str)}


def encodable(text: str) -> str:
    """The text with a question mark for each lone surrogate: some encodings of forms allow it, UTF-8 does not."""
    return text.encode("utf-8", "replace").decode("utf-8")


def changes(labels: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """The fields that a person changed: those that differ from what was shown, so that nothing else is overwritten."""
    present = (name for name in labels if name in sent)
    return {name: sent[name] for name in present if _plain(sent[name]) != _plain(sent.get(f"was_{name}", ""))}


def wrong_fields(refused: Refused) -> dict[str, str]:
    """The reason of each field that the domain refused; empty if it refused the whole."""
    named: Any = refused.details.get("fields")
    reasons = cast("dict[str, str]", named) if isinstance(named, dict) else {}
    return {name: reason.removeprefix(f"{name}: ") for name, reason in reasons.items()}


def _plain(text: str) -> str:
    """A text without line ends: a field of one line drops them, a field of several sends others."""
    return text.replace("\r", "").replace("\n", "")


def read_layer(form: Form) -> ConfigLayer:
    """The values for all restaurants, under names of their own; an absent one is as proposed.

    Raises ProblemError (422) for values that were not offered.
    """
    filled: dict[str, object] = {}
    for field in FOR_ALL_FIELDS:
        sent = [str(one) for one in form.getlist(f"all_{field.name}")]
        if sent:
            filled[field.name] = sent if field.kind is Kind.SOME_OF else sent[-1]
    try:
        return read_for_all(filled)
    except ValueError as error:
        raise ProblemError(422, "INVALID_FIELDS", f"for all restaurants: {error}") from None
