"""Reads the answers of a round from its submitted form. Pure; the live process and a recovery read with this code."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from uuid import UUID

from pydantic import JsonValue, TypeAdapter, ValidationError

from registration.configuration.models import ConfigLayer
from registration.gates.decisions import (
    AnyAnswer,
    Change,
    Channel,
    ExtractAgain,
    GoAhead,
    LeaveTagsOut,
    SetTags,
    SubmittedAnswer,
)
from registration.gates.questions.company import read_company_details
from registration.gates.questions.config_section import read_change
from registration.gates.questions.for_all import FOR_ALL, read_for_all
from registration.gates.questions.item_tags import read_tags_answer
from registration.gates.questions.sections import SECTIONS, Kind, describe_errors
from registration.gates.rounds import CONTACT, Choice, Details, Question, Reading, RefusedAnswer, Round
from registration.kit.text import storable
from registration.kit.values import Line, reason_text

DECIDED_BY = "decided_by"
NOBODY = "nobody named"

_LINE: TypeAdapter[str] = TypeAdapter(Line)


def read_answers(content: Round, raw: Mapping[str, Any], round_id: UUID | None = None) -> Reading:
    """The answers in `raw`, the stored JSON input of the paused run, to the questions of the round.

    An absent field means "decide later", never its preselection. An invalid value refuses the answer of its own job
    only; a name that cannot be recorded refuses all answers.
    """
    submitted = storable(raw)
    reader = _Reader(content, submitted, round_id)
    answers: list[SubmittedAnswer] = []
    refused: list[RefusedAnswer] = []
    for question in content.questions:
        try:
            answers.extend(reader.read(question))
        except ValueError as error:
            refused.append(reader.refuse(question, error))
    return Reading(decided_by=reader.decided_by or NOBODY, answers=tuple(answers), refused=tuple(refused))


class _Reader:
    """Reads one submitted form."""

    def __init__(self, content: Round, submitted: Mapping[str, Any], round_id: UUID | None) -> None:
        self._gate = content.gate
        self._submitted = submitted
        self._round_id = round_id
        self.decided_by = _person(submitted.get(DECIDED_BY))

    def read(self, question: Question) -> Iterator[SubmittedAnswer]:
        """The answer to one question, if any. Raises ValueError for an invalid answer."""
        if question.field not in self._submitted:
            return
        label = self._submitted[question.field]
        choice = question.choice(label)
        if choice is None:
            raise ValueError(f"{label!r} was not offered")
        if choice.answer is None:
            return
        if self.decided_by is None:
            raise ValueError("the name of the person who decided is missing")
        answer = self._answer(question, choice, choice.answer)
        yield SubmittedAnswer(
            job_id=question.job_id,
            gate=self._gate,
            visit=question.visit,
            answer=answer,
            decided_by=self.decided_by,
            channel=Channel.PREFECT,
            round_id=self._round_id,
        )

    def _answer(self, question: Question, choice: Choice, answer: AnyAnswer) -> AnyAnswer:
        if question.details is not None and question.needs_details(choice):
            return self._with_details(question, question.details)
        if isinstance(answer, GoAhead | Change):
            return answer.model_copy(update={"for_all": self._for_all(), "contact": self._contact(question)})
        if isinstance(answer, ExtractAgain):
            return answer.model_copy(update={"for_all": self._for_all()})
        if isinstance(answer, LeaveTagsOut | SetTags):
            return read_tags_answer(answer, self._filled(question))
        return answer

    def _with_details(self, question: Question, details: Details) -> AnyAnswer:
        filled = self._filled(question)
        try:
            if details is Details.CHANGE:
                return Change(config=read_change(question, filled), contact=self._contact(question))
            return read_company_details(details, filled)
        except ValidationError as error:
            raise ValueError(describe_errors(details, error)) from error

    def _filled(self, question: Question) -> dict[str, Any]:
        """The submitted section, laid over the values that it showed; Prefect's UI omits a text that was emptied."""
        if question.details is None or question.details_field not in self._submitted:
            return dict(question.prefilled)
        texts = [field.name for field in SECTIONS[question.details] if field.kind is Kind.TEXT]
        return dict(question.prefilled) | dict.fromkeys(texts, "") | self._section(question.details_field)

    def _contact(self, question: Question) -> str | None:
        """The person of the register entry that was picked; None for the contact as proposed, or as typed."""
        label = self._submitted.get(question.contact_field)
        options = question.options.get(CONTACT, ())
        if label is None or not options:
            return None
        for option in options:
            if option.label == label:
                return option.value or None
        raise ValueError(f"contact: {label!r} was not offered")

    def _for_all(self) -> ConfigLayer:
        try:
            return read_for_all(self._section(FOR_ALL))
        except ValueError as error:
            raise ValueError(f"for all restaurants: {reason_text(error)}") from error

    def _section(self, name: str) -> dict[str, Any]:
        section = self._submitted.get(name, {})
        if not _is_section(section):
            raise ValueError(f"{name} is not a section of fields")
        return section

    def refuse(self, question: Question, error: ValueError) -> RefusedAnswer:
        """The submitted values for the job, and why they are refused."""
        answer: dict[str, JsonValue] = {"choice": self._submitted[question.field]}
        if _is_section(self._submitted.get(question.details_field)):
            typed = self._filled(question)
            answer["details"] = {
                name: list(value) if isinstance(value, tuple) else value for name, value in typed.items()
            }
        return RefusedAnswer(
            job_id=question.job_id,
            gate=self._gate,
            visit=question.visit,
            answer=answer,
            reason=reason_text(error),
            decided_by=self.decided_by or NOBODY,
            round_id=self._round_id,
        )


def _is_section(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _person(name: object) -> str | None:
    try:
        return _LINE.validate_python(name)
    except ValidationError:
        return None
