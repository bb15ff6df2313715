"""Answers that need details: which fields are asked, and what they make."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID

from registration.models.decisions import AnyAnswer, Change
from registration.models.rounds import Details, Prefilled, Question
from registration.models.yolo_config import YoloConfig
from registration.open_questions import OpenQuestion
from registration.questions.cases import CompanyCase, ConfigCase, UnreadableCase
from registration.questions.change import read_change
from registration.questions.company import company_question
from registration.questions.company_details import read_company_details
from registration.questions.config import config_question
from registration.questions.wrong_fields import what_is_wrong

Check = Callable[[UUID, YoloConfig], Awaitable[tuple[str, ...]]]
"""What preflight refuses about a configuration of a job."""


def with_section(one: OpenQuestion, details: Details) -> Question:
    """The same question with the section that the details are filled in."""
    match one.case:
        case CompanyCase() as case:
            return company_question(replace(case, asked=details))
        case ConfigCase() as case:
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
