"""The editor of a section at the terminal: fields are listed with numbers, and a number changes one."""

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
from registration.gates.questions.cases import CompanyContext, ConfigContext, UnreadableCase
from registration.gates.questions.company import company_question, read_company_details
from registration.gates.questions.config import config_question
from registration.gates.questions.config_section import read_change
from registration.gates.questions.for_all import FOR_ALL_FIELDS, read_for_all
from registration.gates.questions.sections import SECTIONS, Kind, SectionField, labels_in, what_is_wrong
from registration.gates.rounds import Details, Option, Prefilled, Question

Check = Callable[[UUID, YoloConfig], Awaitable[tuple[str, ...]]]
"""What preflight refuses about a configuration of a job."""


def with_section(one: OpenQuestion, details: Details) -> Question:
    """The same question with the section that the details are filled in."""
    match one.case:
        case CompanyContext() as case:
            return company_question(replace(case, asked=details))
        case ConfigContext() as case:
            return config_question(replace(case, asked=details))
        case UnreadableCase():
            raise TypeError("no details are asked of what cannot be read")


async def read_details(question: Question, filled: Mapping[str, Prefilled], check: Check) -> AnyAnswer:
    """The answer that the filled section makes. Raises ValueError for what breaks a rule or preflight refuses."""
    asked = question.details or Details.SEARCH_AGAIN
    try:
        if asked is not Details.CHANGE:
            return read_company_details(asked, filled)
        config = read_change(question, filled)
    except ValueError as error:
        raise ValueError(what_is_wrong(asked, error)) from error
    if refused := await check(question.job_id, config):
        raise ValueError(f"in the way: {'; '.join(refused)}")
    return Change(config=config)


Read = TypeVar("Read")
Values = dict[str, Prefilled]

_EMPTY = "-"
_WIDE = 110
"""On a terminal that is not as wide, what can be filled in is told when the field is changed."""
_FLAGS = {"y": True, "yes": True, "n": False, "no": False}


def fields_of(question: Question) -> tuple[SectionField, ...]:
    """The fields of the question's section, with what it offers for them."""
    section = SECTIONS[question.details] if question.details else ()
    return tuple(replace(field, options=question.options.get(field.name, field.options)) for field in section)


class Editor:
    """The fields of a section as they are now; `values` starts as what is prefilled."""

    def __init__(self, prompt: Prompt, fields: Sequence[SectionField], values: Values) -> None:
        self._prompt = prompt
        self._fields = fields
        self.values = values

    async def edit(self, read: Callable[[Mapping[str, Prefilled]], Awaitable[Read]]) -> Read:
        """Ask until what is filled in can be read; what is wrong with it is said. Raises Back, Quit.

        `read` raises ValueError with the reasons.
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
                self._prompt.say(str(error), "bold red")

    def _show(self) -> None:
        wide = self._prompt.console.width >= _WIDE
        shown = table("", "field", "now", *([""] if wide else []))
        for number, field in enumerate(self._fields, 1):
            told = [Text(field.description, style="bright_black")] if wide else []
            shown.add_row(str(number), Text(field.title), Text(_told(self._value(field))), *told)
        self._prompt.console.print(shown)

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
                    self._prompt.say(field.description, "bright_black")
                typed = text or await self._prompt.text(f"{field.title}: Enter keeps, {_EMPTY} empties")
                return "" if typed == _EMPTY else typed or self._value(field)

    async def _of_options(self, field: SectionField) -> str:
        options = field.options
        for number, option in enumerate(options, 1):
            self._prompt.say(f"  {number}  {option.label}")
        return await self._prompt.key(f"{field.title}: 1 to {len(options)}")

    async def _toggled(self, field: SectionField, text: str) -> Prefilled:
        on = frozenset(labels_in(self._value(field), field.name))
        if text:
            return _in_order(field, on ^ {_picked(text, field.options)})
        while True:
            for number, option in enumerate(field.options, 1):
                self._prompt.say(f"  {number:>2}  {'on ' if option.label in on else 'off'}  {option.label}")
            typed = await self._prompt.key(f"{field.title}: a number switches one, Enter is done")
            if not typed:
                return _in_order(field, on)
            on ^= {_picked(typed, field.options)}

    def _value(self, field: SectionField) -> Prefilled:
        return self.values.get(field.name, () if field.kind is Kind.SOME_OF else "")


def _picked(typed: str, options: Sequence[Option]) -> str:
    """The label that a number or the label itself picks."""
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].label
    found = [option.label for option in options if option.label.casefold() == typed.casefold()]
    if not found:
        raise ValueError(f"{typed!r} is none of the choices")
    return found[0]


def _in_order(field: SectionField, labels: frozenset[str]) -> tuple[str, ...]:
    return tuple(option.label for option in field.options if option.label in labels)


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{text!r} is neither yes nor no")
    return _FLAGS[text.lower()]


def _told(value: Prefilled) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ", ".join(value)


def for_all_editor(prompt: Prompt, typed: dict[str, Prefilled]) -> Editor:
    """The section, with what was said before; at first everything is as proposed."""
    for field in FOR_ALL_FIELDS:
        typed.setdefault(field.name, field.options[0].label if field.kind is Kind.ONE_OF else ())
    return Editor(prompt, FOR_ALL_FIELDS, typed)


async def read_layer(filled: Mapping[str, Prefilled]) -> ConfigLayer:
    """The layer that the section says. Raises ValueError for what contradicts itself."""
    return read_for_all(filled)
