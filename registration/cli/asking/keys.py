"""By which number or letter each choice of a question is taken."""

from dataclasses import dataclass

from registration.models.decisions import AnyAnswer, ChooseCompany
from registration.models.rounds import Choice, Details, Question

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
