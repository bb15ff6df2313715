"""Answers that need details: which fields are asked, and what they make."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID

from registration.models.decisions import AnyAnswer, Change
from registration.models.rounds import Details, Prefilled, Question
from registration.models.values import why
from registration.models.yolo_config import YoloConfig
from registration.open_questions import OpenQuestion
from registration.questions.cases import CompanyCase
from registration.questions.change import read_change
from registration.questions.company import company_question
from registration.questions.company_details import read_company_details
from registration.questions.config import config_question

Check = Callable[[UUID, YoloConfig], Awaitable[tuple[str, ...]]]
"""What preflight refuses about a configuration of a job."""


def with_section(one: OpenQuestion, details: Details) -> Question:
    """The same question with the section that the details are filled in."""
    if isinstance(one.case, CompanyCase):
        return company_question(replace(one.case, asked=details))
    return config_question(replace(one.case, asked=details))


async def read_details(question: Question, filled: Mapping[str, Prefilled], check: Check) -> AnyAnswer:
    """The answer that the filled section makes. Raises ValueError for what breaks a rule or preflight refuses."""
    try:
        if question.details is not Details.CHANGE:
            return read_company_details(question.details or Details.SEARCH_AGAIN, filled)
        config = read_change(question, filled)
    except ValueError as error:
        raise ValueError(why(error)) from error
    if refused := await check(question.job_id, config):
        raise ValueError(f"in the way: {'; '.join(refused)}")
    return Change(config=config)
