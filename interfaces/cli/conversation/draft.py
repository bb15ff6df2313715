"""The draft of a conversation: the answers so far, none of them written, and the keys that choose an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registration.configuration.models import ConfigLayer
from registration.gates.decisions import AnyAnswer, ChooseCompany, ExtractAgain, GoAhead
from registration.gates.open_questions import OpenQuestion
from registration.gates.rounds import Choice, Details, Prefilled, Question
from registration.workflow.steps import GateName

ALL, FOR_ALL, OVERVIEW, REVIEW = "a", "f", "o", "r"

_LETTERS = {
    "confirm_query": ("c", "Search, with name, street and city as you set them"),
    "no_match": ("n", "No match"),
    "search_again": ("s", "Search again with other details"),
    "enter_by_hand": ("h", "Enter by hand"),
    "go_ahead": ("g", "Go ahead as proposed"),
    "change": ("c", "Change a field"),
    "extract_again": ("e", "Extract menu and branding again"),
    "leave_out": ("x", "Leave this restaurant out"),
}
_LATER = ("l", "Decide later")
_WITH_DETAILS = frozenset(Details)


@dataclass(frozen=True)
class Key:
    """One choice of a question: the typed key, its label and the answer; None as answer is "decide later"."""

    typed: str
    label: str
    answer: AnyAnswer | None
    preset: bool

    @property
    def details(self) -> Details | None:
        """The section that has to be filled in to complete the answer, if any."""
        kind = self.answer.kind if self.answer else ""
        return Details(kind) if kind in _WITH_DETAILS else None


def keys_of(question: Question) -> tuple[Key, ...]:
    """A numbered key for each company, and a letter for every other choice."""
    companies = [choice for choice in question.choices if isinstance(choice.answer, ChooseCompany)]
    others = [choice for choice in question.choices if choice not in companies]
    numbered = [
        Key(str(number), choice.label, choice.answer, choice.label == question.preset)
        for number, choice in enumerate(companies, 1)
    ]
    return (*numbered, *(_lettered(choice, question) for choice in others))


def _lettered(choice: Choice, question: Question) -> Key:
    letter, label = _LETTERS[choice.answer.kind] if choice.answer else _LATER
    return Key(letter, label, choice.answer, choice.label == question.preset)


@dataclass
class AnswerDraft:
    """The questions in their order, and the answer to each; None is "decide later".

    `typed` keeps the fields that were filled in, so that they survive going back. `for_all` overrides every proposal
    that is confirmed with "go ahead".
    """

    questions: Sequence[OpenQuestion]
    answers: dict[int, AnyAnswer | None] = field(default_factory=dict[int, AnyAnswer | None])
    typed: dict[tuple[int, Details], dict[str, Prefilled]] = field(
        default_factory=dict[tuple[int, Details], dict[str, Prefilled]]
    )
    for_all: ConfigLayer = field(default_factory=ConfigLayer)
    for_all_typed: dict[str, Prefilled] = field(default_factory=dict[str, Prefilled])

    @property
    def configures(self) -> bool:
        """Whether a restaurant waits at the configuration gate."""
        return any(question.gate is GateName.YOLO_CONFIG for question in self.questions)

    @property
    def clear(self) -> tuple[int, ...]:
        """The indexes of the questions that have a recommended answer and no answer yet."""
        return tuple(
            index for index, question in enumerate(self.questions) if question.recommended and index not in self.answers
        )

    def accept_clear(self) -> None:
        """Answer every clear question as recommended."""
        self.answers |= {index: self.questions[index].recommended for index in self.clear}

    def next_unanswered(self, index: int) -> int:
        """The next unanswered index, starting over at the first; the number of questions if all are answered."""
        count = len(self.questions)
        following = [*range(index + 1, count), *range(min(index + 1, count))]
        return next((candidate for candidate in following if candidate not in self.answers), count)

    @property
    def answers_to_write(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """The questions with the answers that are to be written."""
        answered = sorted(self.answers.items())
        return tuple(
            (self.questions[index], self._with_for_all(answer)) for index, answer in answered if answer is not None
        )

    def _with_for_all(self, answer: AnyAnswer) -> AnyAnswer:
        takes = isinstance(answer, GoAhead | ExtractAgain)
        return answer.model_copy(update={"for_all": self.for_all}) if takes else answer
