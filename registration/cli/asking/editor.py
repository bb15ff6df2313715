"""Changing the fields of a section: they are shown with numbers, and a number changes one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from rich.text import Text

from registration.cli.asking.prompt import Back, Prompt
from registration.cli.printing import table
from registration.models.rounds import Option, Prefilled, Question
from registration.questions.sections import SECTIONS, Kind, SectionField, labels_in

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
