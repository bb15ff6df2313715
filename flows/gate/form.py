"""The form of a gate: a model that Prefect pauses with, built from a round alone.

It uses only rules of the JSON schema, which the server checks before it resumes the run. A rule checked in Python would
fail the run after the answer was accepted, so `registration.gates.form_answers` checks those rules.
"""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from prefect.input import RunInput
from pydantic import BaseModel, ConfigDict, Field, create_model

from registration.gates.form_answers import DECIDED_BY
from registration.gates.questions.config import attention_hint
from registration.gates.questions.for_all import FOR_ALL, FOR_ALL_FIELDS, has_section_for_all
from registration.gates.questions.sections import SECTIONS, Kind, SectionField
from registration.gates.rounds import CONTACT, Option, Prefilled, Question, Round
from registration.kit.markdown import link, paragraphs

_LONGEST_NAME = 100
_FOR_ALL_TEXT = (
    "Laid over every restaurant below that is answered `Go ahead as proposed` or `Change…`. "
    "A restaurant with a section of its own is configured there."
)

_Field: TypeAlias = tuple[Any, dict[str, Any]]
"""A type and the arguments of its pydantic Field."""


class _Section(BaseModel):
    """A group of fields inside a form."""

    model_config = ConfigDict(extra="forbid")


def form_model(content: Round, evidence_url: str | None = None) -> type[RunInput]:
    """The model whose JSON schema is the form of this round; the server refuses fields that are not in it.

    `evidence_url` is a page with all details that the fields have no room for. The first field links it, because a form
    that is longer than the window squeezes the text that Prefect shows above the fields.
    """
    fields: dict[str, _Field] = {DECIDED_BY: _decided_by(content, evidence_url)}
    if has_section_for_all(content):
        fields[FOR_ALL] = _for_all()
    for question in content.questions:
        fields[question.field] = _drop_down(question)
        if CONTACT in question.options:
            fields[question.contact_field] = _contact(question)
        if question.details is not None:
            fields[question.details_field] = _details(question, SECTIONS[question.details])
    return create_model(_name(content), __base__=RunInput, **_in_order(fields))


def _name(content: Round) -> str:
    return content.gate.title().replace("-", "")


def _in_order(fields: dict[str, _Field]) -> dict[str, Any]:
    """The UI sorts fields by `position`, not by their order in the schema."""
    return {
        name: (kind, Field(**arguments, json_schema_extra={"position": position}))
        for position, (name, (kind, arguments)) in enumerate(fields.items())
    }


def _decided_by(content: Round, evidence_url: str | None) -> _Field:
    evidence = f" Everything that is known, on one page: {link('the evidence', evidence_url)}." if evidence_url else ""
    description = paragraphs(f"Your name; it is kept with every decision.{evidence}", attention_hint(content))
    rules = {"min_length": 1, "max_length": _LONGEST_NAME, "pattern": r"\S"}
    return str, {"title": "Decided by", "description": description, **rules}


def _drop_down(question: Question) -> _Field:
    labels = (choice.label for choice in question.choices)
    return _one_of(labels), {
        "default": question.preset,
        "title": question.title,
        "description": question.evidence or None,
    }


def _contact(question: Question) -> _Field:
    labels = [option.label for option in question.options[CONTACT]]
    description = "The persons of the company's entry in the register. Any other name: `Change…`."
    return _one_of(labels), {
        "default": labels[0],
        "title": f"{question.title}: contact",
        "description": description,
    }


def _details(question: Question, section_fields: tuple[SectionField, ...]) -> _Field:
    fields = {
        field.name: _section_field(
            field, question.options.get(field.name, field.options), question.prefilled.get(field.name)
        )
        for field in section_fields
    }
    section = create_model(f"Details_{question.field}", __base__=_Section, **_in_order(fields))
    return section, {"default_factory": section, "title": f"{question.title}: details"}


def _for_all() -> _Field:
    fields = {field.name: _section_field(field, field.options, None) for field in FOR_ALL_FIELDS}
    section = create_model("ForAllRestaurants", __base__=_Section, **_in_order(fields))
    return section, {"default_factory": section, "title": "For all restaurants", "description": _FOR_ALL_TEXT}


def _section_field(field: SectionField, options: tuple[Option, ...], initial: Prefilled | None) -> _Field:
    labels = [option.label for option in options]
    match field.kind:
        case Kind.TEXT:
            kind, default = str, initial or ""
        case Kind.FLAG:
            kind, default = bool, bool(initial)
        case Kind.ONE_OF:
            kind, default = _one_of(labels), initial or labels[0]
        case Kind.SOME_OF:
            kind, default = list[_one_of(labels)], list(_texts(initial))
    return kind, {"default": default, "title": field.title, "description": field.description or None}


def _texts(initial: Prefilled | None) -> Iterable[str]:
    return initial if isinstance(initial, tuple) else ()


def _one_of(labels: Iterable[str]) -> Any:
    return Literal[tuple(labels)]
