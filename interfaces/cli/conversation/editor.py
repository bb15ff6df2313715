"""The editor of a section at the terminal: it lists the fields with numbers, and a typed number changes a field."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from rich.text import Text

from interfaces.cli.conversation.terminal import Back, Prompt
from interfaces.cli.output import table
from registration.configuration.models import ConfigLayer, YoloConfig
from registration.gates.decisions import AnyAnswer, Change
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.company import company_question, read_company_details
from registration.gates.questions.config import config_question
from registration.gates.questions.config_section import read_change
from registration.gates.questions.contexts import CompanyContext, ConfigContext, UnreadableContext
from registration.gates.questions.for_all import FOR_ALL_FIELDS, read_for_all
from registration.gates.questions.sections import SECTIONS, Kind, SectionField, describe_errors, read_labels
from registration.gates.rounds import Details, Option, Prefilled, Question

Check = Callable[[UUID, YoloConfig], Awaitable[tuple[str, ...]]]
"""Runs preflight on a configuration of a job; returns the reasons of a refusal."""
Read = TypeVar("Read")
Values = dict[str, Prefilled]
_EMPTY = "-"
_WIDE = 110
"""Columns. On a narrower terminal the description of a field is printed only when the field is changed."""
_FLAGS = {"y": True, "yes": True, "n": False, "no": False}


def with_section(open_question: OpenQuestion, details: Details) -> Question:
    """The question, rebuilt with the section in which the details are filled in."""
    match open_question.context:
        case CompanyContext() as context:
            return company_question(replace(context, asked=details))
        case ConfigContext() as context:
            return config_question(replace(context, asked=details))
        case UnreadableContext():
            raise TypeError("a restaurant whose data cannot be read has no section of details")


async def read_details(question: Question, filled: Mapping[str, Prefilled], check: Check) -> AnyAnswer:
    """The answer from a filled section. Raises ValueError for a value that breaks a rule or that preflight refuses."""
    details = question.details or Details.SEARCH_AGAIN
    try:
        if details is not Details.CHANGE:
            return read_company_details(details, filled)
        config = read_change(question, filled)
    except ValueError as error:
        raise ValueError(describe_errors(details, error)) from error
    if refused := await check(question.job_id, config):
        raise ValueError(f"in the way: {'; '.join(refused)}")
    return Change(config=config)


def fields_of(question: Question) -> tuple[SectionField, ...]:
    """The fields of the question's section, with the options that the question offers for each."""
    section = SECTIONS[question.details] if question.details else ()
    return tuple(replace(field, options=question.options.get(field.name, field.options)) for field in section)


class Editor:
    """The fields of a section with their current values; `values` starts with the prefilled values."""

    def __init__(self, prompt: Prompt, fields: Sequence[SectionField], values: Values) -> None:
        self._prompt = prompt
        self._fields = fields
        self.values = values

    async def edit(self, read: Callable[[Mapping[str, Prefilled]], Awaitable[Read]]) -> Read:
        """Ask until `read` accepts the values, and print its reasons if it refuses them. Raises Back, Quit.

        `read` raises ValueError with the reasons of a refusal.
        """
        while True:
            self._show()
            example = f"{min(2, len(self._fields))} New text"
            typed = await self._prompt.key(f"1 to {len(self._fields)} changes a field (also: {example}), Enter is done")
            try:
                if not typed:
                    return await read(self.values)
                await self._change(typed)
            except ValueError as error:
                self._prompt.print(str(error), "bold red")

    def _show(self) -> None:
        wide = self._prompt.console.width >= _WIDE
        fields_table = table("", "field", "now", *([""] if wide else []))
        for number, field in enumerate(self._fields, 1):
            description = [Text(field.description, style="bright_black")] if wide else []
            fields_table.add_row(str(number), Text(field.title), Text(_value_text(self._value(field))), *description)
        self._prompt.console.print(fields_table)

    async def _change(self, typed: str) -> None:
        number, _, text = typed.partition(" ")
        if not number.isdecimal() or not 1 <= int(number) <= len(self._fields):
            raise ValueError(f"{typed!r} is none of the fields")
        field = self._fields[int(number) - 1]
        try:
            self.values[field.name] = await self._new_value(field, text.strip())
        except Back:
            return

    async def _new_value(self, field: SectionField, text: str) -> Prefilled:
        match field.kind:
            case Kind.FLAG:
                return _flag(text) if text else not self._value(field)
            case Kind.ONE_OF:
                return _picked(text or await self._of_options(field), field.options)
            case Kind.SOME_OF:
                return await self._toggled(field, text)
            case Kind.TEXT:
                if field.description and not text:
                    self._prompt.print(field.description, "bright_black")
                typed = text or await self._prompt.text(f"{field.title}: Enter keeps, {_EMPTY} empties")
                return "" if typed == _EMPTY else typed or self._value(field)

    async def _of_options(self, field: SectionField) -> str:
        options = field.options
        for number, option in enumerate(options, 1):
            self._prompt.print(f"  {number}  {option.label}")
        return await self._prompt.key(f"{field.title}: 1 to {len(options)}")

    async def _toggled(self, field: SectionField, text: str) -> Prefilled:
        on = frozenset(read_labels(self._value(field), field.name))
        if text:
            return _in_order(field, on ^ {_picked(text, field.options)})
        while True:
            for number, option in enumerate(field.options, 1):
                self._prompt.print(f"  {number:>2}  {'on ' if option.label in on else 'off'}  {option.label}")
            typed = await self._prompt.key(f"{field.title}: a number switches one, Enter is done")
            if not typed:
                return _in_order(field, on)
            on ^= {_picked(typed, field.options)}

    def _value(self, field: SectionField) -> Prefilled:
        return self.values.get(field.name, () if field.kind is Kind.SOME_OF else "")


def _picked(typed: str, options: Sequence[Option]) -> str:
    """The label that the typed number or the typed label selects. Raises ValueError if there is none."""
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].label
    labels = [option.label for option in options if option.label.casefold() == typed.casefold()]
    if not labels:
        raise ValueError(f"{typed!r} is none of the choices")
    return labels[0]


def _in_order(field: SectionField, labels: frozenset[str]) -> tuple[str, ...]:
    return tuple(option.label for option in field.options if option.label in labels)


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{text!r} is neither yes nor no")
    return _FLAGS[text.lower()]


def _value_text(value: Prefilled) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ", ".join(value)


def for_all_editor(prompt: Prompt, typed: dict[str, Prefilled]) -> Editor:
    """The editor of the values for all configurations, with the earlier values; initially all are "as proposed"."""
    for field in FOR_ALL_FIELDS:
        typed.setdefault(field.name, field.options[0].label if field.kind is Kind.ONE_OF else ())
    return Editor(prompt, FOR_ALL_FIELDS, typed)


async def read_layer(filled: Mapping[str, Prefilled]) -> ConfigLayer:
    """The configuration layer from the filled section. Raises ValueError for contradictory values."""
    return read_for_all(filled)
