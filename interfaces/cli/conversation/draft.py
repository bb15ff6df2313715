"""The answers of a conversation so far, none of them written, and the keys that choose them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registration.configuration.models import ConfigLayer
from registration.gates.decisions import AnyAnswer, ChooseCompany, GoAhead
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
    """One choice: what is typed, what it means, what it answers; None is "decide later"."""

    typed: str
    label: str
    answer: AnyAnswer | None
    preset: bool

    @property
    def details(self) -> Details | None:
        """What has to be filled in before it is an answer."""
        kind = self.answer.kind if self.answer else ""
        return Details(kind) if kind in _WITH_DETAILS else None


def keys_of(question: Question) -> tuple[Key, ...]:
    """A number for each company, a letter for everything else."""
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
    """The questions in their order, and what was said to each; None is "decide later".

    `typed` keeps what was filled in for details, so that going back loses nothing. `for_all` lies over every proposal
    that is gone ahead with.
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
        """Whether anybody waits for a configuration."""
        return any(one.gate is GateName.YOLO_CONFIG for one in self.questions)

    @property
    def clear(self) -> tuple[int, ...]:
        """The places that have a recommended answer and were not answered."""
        return tuple(place for place, one in enumerate(self.questions) if one.recommended and place not in self.answers)

    def accept_clear(self) -> None:
        """Take what is recommended wherever something is."""
        self.answers |= {place: self.questions[place].recommended for place in self.clear}

    def after(self, place: int) -> int:
        """The next place that was not answered, those before it last; the number of questions if all were."""
        count = len(self.questions)
        following = [*range(place + 1, count), *range(min(place + 1, count))]
        return next((one for one in following if one not in self.answers), count)

    @property
    def given(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """What is to be written."""
        answered = sorted(self.answers.items())
        return tuple((self.questions[place], self._over(answer)) for place, answer in answered if answer is not None)

    def _over(self, answer: AnyAnswer) -> AnyAnswer:
        return answer.model_copy(update={"for_all": self.for_all}) if isinstance(answer, GoAhead) else answer
