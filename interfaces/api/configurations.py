"""Configurations as they are asked for over the API, read as answers at the second gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from interfaces.api.answering import Asked, Said
from interfaces.api.models.form_data import FormData
from interfaces.api.models.gate_answers import Defaults, Partly
from registration.gates.answer_file.rows import AnswerRow, Location, WaitingJob, read_answer
from registration.gates.decisions import AnyAnswer, GoAhead
from registration.kit.values import reason_text


@dataclass(frozen=True)
class ReadConfigurations:
    """The answers by job, the fields of each that mean nothing, and why others cannot be read."""

    said: dict[UUID, Said] = field(default_factory=dict[UUID, Said])
    ignored: dict[UUID, list[str]] = field(default_factory=dict[UUID, list[str]])
    unreadable: dict[UUID, str] = field(default_factory=dict[UUID, str])


def read_configurations(
    asked: Asked, configurations: Mapping[UUID, dict[str, Any]], *, for_remaining: bool = False
) -> ReadConfigurations:
    """Each configuration, laid over what is proposed for its job; with `for_remaining` the proposals of the others."""
    read = ReadConfigurations()
    for job_id, configuration in configurations.items():
        if job_id not in asked.jobs:
            continue
        try:
            read.said[job_id], read.ignored[job_id] = _read(asked.jobs[job_id], configuration)
        except ValueError as error:
            read.unreadable[job_id] = _reason(error)
    if for_remaining:
        for job_id in asked.questions.keys() - configurations.keys():
            read.said[job_id] = Said(GoAhead(proposed=asked.jobs[job_id].proposed))
    return read


def _read(job: WaitingJob, configuration: dict[str, Any]) -> tuple[Said, list[str]]:
    """Raises ValueError with the errors in it."""
    if "use_defaults" in configuration:
        defaults = Defaults.model_validate(configuration)
        return Said(GoAhead(proposed=job.proposed, for_all=defaults.for_all), defaults.visit), []
    if "yolo_config" in configuration:
        partly = Partly.model_validate(configuration)
        return Said(_over_proposal(job, partly.yolo_config), partly.visit), []
    form = FormData.model_validate(configuration)
    return Said(_over_proposal(job, form.config())), form.ignored


def _over_proposal(job: WaitingJob, config: dict[str, Any]) -> AnyAnswer:
    answer = {"kind": "change", "config": config}
    return read_answer(AnswerRow(Location(1), None, None, answer, str(job.job_id)), job)


def _reason(error: ValueError) -> str:
    """Values are never echoed, since a form has passwords in it: only where they stand and what is wrong with them."""
    return reason_text(error)
