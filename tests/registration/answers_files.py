"""Files with decisions, and the restaurants that wait for them."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from registration.configuration.models import YoloConfig
from registration.configuration.proposals import propose
from registration.gates.answer_file.read import AnswersFile, read_answers_file
from registration.gates.answer_file.rows import WaitingJob
from registration.gates.decisions import Change, SubmittedAnswer
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import MENU, make_restaurant


def waiting_job(restaurant: str, gate: GateName = GateName.COMPANY_SELECTION, **values: Any) -> WaitingJob:
    """A restaurant that waits at a gate."""
    defaults: dict[str, Any] = {"job_id": uuid4(), "gate": gate, "visit": 2, "restaurant_id": uuid4()}
    return WaitingJob(restaurant=restaurant, **defaults | values)


def configured(restaurant: str) -> WaitingJob:
    """A restaurant that waits at the second gate, with a proposal."""
    return waiting_job(restaurant, GateName.YOLO_CONFIG, proposed=propose(make_restaurant(), MENU).config)


def read_csv(folder: Path, text: str, *waiting: WaitingJob) -> AnswersFile:
    """What a CSV file of this text says."""
    path = folder / "decisions.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_answers_file(path, waiting, "Mere")


def read_json(folder: Path, content: object, *waiting: WaitingJob) -> AnswersFile:
    """What a JSON file of this content says; a text is written as it is."""
    path = folder / "decisions.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_answers_file(path, waiting, "Mere")


def config_of(given: SubmittedAnswer) -> YoloConfig:
    """The configuration of an answer that changes it."""
    assert isinstance(given.answer, Change)
    assert given.answer.config is not None
    return given.answer.config


def errors_of(read: AnswersFile) -> list[str]:
    """The errors in their order."""
    return [str(error) for error in read.errors]
