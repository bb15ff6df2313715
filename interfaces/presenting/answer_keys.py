"""The keys that choose an answer: a number for each company, and letters that are alike wherever a person answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.gates.decisions import AnyAnswer, ChooseCompany
from registration.gates.rounds import Choice, Details, Question

LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "confirm_query": ("c", "Search, with name, street and city as you set them"),
    "no_match": ("m", "No match"),
    "search_again": ("s", "Search again with other details"),
    "enter_by_hand": ("h", "Enter by hand"),
    "go_ahead": ("g", "Go ahead as proposed"),
    "change": ("c", "Change a field"),
    "extract_again": ("e", "Extract menu and branding again"),
    "leave_out": ("x", "Leave this restaurant out"),
}
"""The letter and the label of each kind of answer."""
LATER: Final = ("l", "Decide later")
_WITH_DETAILS: Final = frozenset(Details)


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
    letter, label = LETTERS[choice.answer.kind] if choice.answer else LATER
    return Key(letter, label, choice.answer, choice.label == question.preset)
