"""Forms of the gates, through the schema that Prefect stores."""

from typing import Any

from prefect._internal.pydantic.v2_schema import create_v2_schema

from flows.gate.form import form_model
from registration.gates.questions.company import company_question
from registration.gates.questions.config import config_question
from registration.gates.rounds import Round
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import make_company_context, make_config_context


def company_schema(*jobs: dict[str, Any]) -> dict[str, Any]:
    """The form of the company gate for these jobs."""
    questions = [company_question(make_company_context(position=at, **job)) for at, job in enumerate(jobs, start=1)]
    return _schema(Round(gate=GateName.COMPANY_SELECTION, questions=tuple(questions)))


def config_schema(*jobs: dict[str, Any]) -> dict[str, Any]:
    """The form of the configuration gate for these jobs."""
    questions = [config_question(make_config_context(position=at, **job)) for at, job in enumerate(jobs, start=1)]
    return _schema(Round(gate=GateName.YOLO_CONFIG, questions=tuple(questions)))


def _schema(round_: Round) -> dict[str, Any]:
    model = form_model(round_)
    return create_v2_schema(model.__name__, model_base=model)
