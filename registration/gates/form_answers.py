"""Reads the answers of a round from what its form was submitted with. Pure, and the same live and after a crash."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from uuid import UUID

from pydantic import JsonValue, TypeAdapter, ValidationError

from registration.configuration.models import ConfigLayer
from registration.gates.decisions import AnyAnswer, Change, Channel, GivenAnswer, GoAhead
from registration.gates.questions.company import read_company_details
from registration.gates.questions.config_section import read_change
from registration.gates.questions.for_all import FOR_ALL, read_for_all
from registration.gates.questions.sections import SECTIONS, Kind, what_is_wrong
from registration.gates.rounds import Choice, Details, Question, Reading, RefusedAnswer, Round
from registration.kit.text import storable
from registration.kit.values import Line, why

DECIDED_BY = "decided_by"
NOBODY = "nobody named"

_LINE: TypeAdapter[str] = TypeAdapter(Line)


def read_answers(shown: Round, raw: Mapping[str, Any], round_id: UUID | None = None) -> Reading:
    """The answers in `raw`, the stored JSON input of the paused run, to the questions of the round.

    An absent field is "decide later", never its preselection. One bad value refuses only its own job; a name that
    cannot be recorded refuses them all.
    """
    submitted = storable(raw)
    reader = _Reader(shown, submitted, round_id)
    given: list[GivenAnswer] = []
    refused: list[RefusedAnswer] = []
    for question in shown.questions:
        try:
            given.extend(reader.read(question))
        except ValueError as error:
            refused.append(reader.refuse(question, error))
    return Reading(decided_by=reader.decided_by or NOBODY, given=tuple(given), refused=tuple(refused))


class _Reader:
    """Reads one submitted form."""

    def __init__(self, shown: Round, submitted: Mapping[str, Any], round_id: UUID | None) -> None:
        self._gate = shown.gate
        self._submitted = submitted
        self._round_id = round_id
        self.decided_by = _person(submitted.get(DECIDED_BY))

    def read(self, question: Question) -> Iterator[GivenAnswer]:
        """The answer to one question, or none; raises ValueError for one that cannot be taken."""
        if question.field not in self._submitted:
            return
        label = self._submitted[question.field]
        choice = question.choice(label)
        if choice is None:
            raise ValueError(f"{label!r} was not offered")
        if choice.answer is None:
            return
        if self.decided_by is None:
            raise ValueError("it is not said who decided")
        answer = self._answer(question, choice, choice.answer)
        yield GivenAnswer(
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
            return answer.model_copy(update={"for_all": self._for_all()})
        return answer

    def _with_details(self, question: Question, asked: Details) -> AnyAnswer:
        filled = self._filled(question)
        try:
            if asked is Details.CHANGE:
                return Change(config=read_change(question, filled))
            return read_company_details(asked, filled)
        except ValidationError as error:
            raise ValueError(what_is_wrong(asked, error)) from error

    def _filled(self, question: Question) -> dict[str, Any]:
        """The section as it was submitted, over what it showed; Prefect's UI leaves out a text that was emptied."""
        if question.details is None or question.details_field not in self._submitted:
            return dict(question.prefilled)
        texts = [field.name for field in SECTIONS[question.details] if field.kind is Kind.TEXT]
        return dict(question.prefilled) | dict.fromkeys(texts, "") | self._section(question.details_field)

    def _for_all(self) -> ConfigLayer:
        try:
            return read_for_all(self._section(FOR_ALL))
        except ValueError as error:
            raise ValueError(f"for all restaurants: {why(error)}") from error

    def _section(self, name: str) -> dict[str, Any]:
        section = self._submitted.get(name, {})
        if not _is_section(section):
            raise ValueError(f"{name} is not a section of fields")
        return section

    def refuse(self, question: Question, error: ValueError) -> RefusedAnswer:
        """What was submitted for the job, and why it cannot be taken."""
        answer: dict[str, JsonValue] = {"choice": self._submitted[question.field]}
        if _is_section(self._submitted.get(question.details_field)):
            typed = self._filled(question)
            answer["details"] = {name: list(one) if isinstance(one, tuple) else one for name, one in typed.items()}
        return RefusedAnswer(
            job_id=question.job_id,
            gate=self._gate,
            visit=question.visit,
            answer=answer,
            reason=why(error),
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
