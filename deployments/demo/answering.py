"""What the script answers: typed input for a gate's form, its labels found among those that the form offers."""

from collections.abc import Mapping

from deployments.demo.errors import DemoError
from deployments.demo.form import Question
from deployments.demo.script import ByHand, Company, Role
from registration.answers import DECIDED_BY
from registration.questions.company import ENTER_BY_HAND, NO_MATCH, USE_DETAILS
from registration.questions.config import CHANGE, GO_AHEAD

NAME = "make demo"
_OF_CANDIDATES = " · "

Input = dict[str, object]
"""What a gate's run is resumed with."""


def scripted_input(questions: tuple[Question, ...], roles: Mapping[str, Role]) -> Input:
    """The input for one form; `roles` by the titles of the forms. Raises DemoError for what is not offered."""
    answered: Input = {DECIDED_BY: NAME}
    for question in questions:
        role = roles.get(question.title)
        if role is None:
            raise DemoError(f"a form asks about {question.title}, who is not in the script")
        answered |= _answer(question, role.decision.company)
    return answered


def _answer(question: Question, company: Company) -> Input:
    if GO_AHEAD in question.labels or CHANGE in question.labels:
        return {question.field: _offered(question, GO_AHEAD)}
    if isinstance(company, ByHand) and question.details:
        return {question.field: _offered(question, USE_DETAILS), question.details_field: company.by_hand}
    return {question.field: _company_label(question, company)}


def _company_label(question: Question, company: Company) -> str:
    if isinstance(company, ByHand):
        return _offered(question, ENTER_BY_HAND)
    if company == "no_match":
        return _offered(question, NO_MATCH)
    number = company.removeprefix("number:") if company != "recommended" else ""
    candidates = [label for label in question.labels if _OF_CANDIDATES in label and label.endswith(number)]
    if not candidates:
        raise DemoError(f"{question.title}: the register found no such company ({company})\n{question.evidence}")
    return candidates[0]


def _offered(question: Question, label: str) -> str:
    if label not in question.labels:
        offered = ", ".join(question.labels)
        raise DemoError(f"{question.title}: “{label}” is not offered, only {offered}\n{question.evidence}")
    return label
