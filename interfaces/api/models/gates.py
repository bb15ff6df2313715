"""What waits for people: the questions of the gates with all that is known about them, and the steps they stand at."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from interfaces.api.models.base import Answer, Body, Timestamp
from interfaces.api.models.batches import StepCounts
from interfaces.api.models.candidates import Candidate
from registration.batches.detail_queries import DetailJob
from registration.batches.pending_queries import PendingAction
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.contexts import CompanyContext, ConfigContext
from registration.gates.questions.facts import company_facts, config_facts, unreadable_facts
from registration.gates.rounds import Details
from registration.states import StepStatus
from registration.workflow.steps import STEPS, GateName, Step

_IN_THE_WAY = "in the way"


class WaitingGate(Body):
    """Restaurants of one batch that wait for the same; `since` is when the first of them arrived."""

    batch_id: UUID
    batch_name: str
    gate: GateName | None = Field(description="Null where effects are to be resolved.")
    what: str
    count: int
    since: Timestamp
    seconds: float
    restaurants: list[str]
    unread: int = Field(description="How many wait because the register could not be searched or read.")
    worked_on: bool
    halted_reason: str | None

    @classmethod
    def of(cls, one: PendingAction) -> "WaitingGate":
        """One line of what waits."""
        return cls(
            batch_id=one.batch_id,
            batch_name=one.batch,
            gate=GateName(one.what) if one.is_gate else None,
            what=one.what,
            count=one.count,
            since=one.since,
            seconds=one.seconds,
            restaurants=list(one.restaurants),
            unread=one.unread,
            worked_on=one.worked_on,
            halted_reason=one.stopped_reason,
        )


class WaitingGates(Answer):
    """The pending actions of the organisation, oldest first."""

    gates: list[WaitingGate]


class ChoiceOffered(Body):
    """One line to choose from, and the answer that it stands for; no answer is "decide later"."""

    label: str
    kind: str | None
    answer: dict[str, Any] | None


class OptionOffered(Body):
    """One value of a field of the section, and its label."""

    label: str
    value: str


class QuestionAsked(Body):
    """What is asked about one job. `evidence` is Markdown; `details` names the choice that its fields complete."""

    gate: GateName
    visit: StrictInt
    title: str
    choices: list[ChoiceOffered]
    preset: str
    evidence: str
    details: Details | None
    prefilled: dict[str, str | StrictBool | list[str]]
    options: dict[str, list[OptionOffered]]
    facts: dict[str, str]
    in_the_way: str | None

    @classmethod
    def of(cls, asked: OpenQuestion) -> "QuestionAsked":
        """The question as every interface shows it."""
        question, facts = asked.question, _facts(asked)
        return cls(
            gate=asked.gate,
            visit=question.visit,
            title=question.title,
            choices=[
                ChoiceOffered(
                    label=choice.label,
                    kind=choice.answer.kind if choice.answer else None,
                    answer=choice.answer.model_dump(mode="json") if choice.answer else None,
                )
                for choice in question.choices
            ],
            preset=question.preset,
            evidence=question.evidence,
            details=question.details,
            prefilled={
                name: list(value) if isinstance(value, tuple) else value for name, value in question.prefilled.items()
            },
            options={
                name: [OptionOffered(label=one.label, value=one.value) for one in options]
                for name, options in question.options.items()
            },
            facts={name: value for name, value in facts.items() if value and name != _IN_THE_WAY},
            in_the_way=facts.get(_IN_THE_WAY) or None,
        )


def _facts(asked: OpenQuestion) -> dict[str, str]:
    if isinstance(asked.context, CompanyContext):
        return company_facts(asked.context)
    return config_facts(asked.context) if isinstance(asked.context, ConfigContext) else unreadable_facts(asked.context)


class JobAtStep(Body):
    """One restaurant at one step; what is asked about it stands in `question`."""

    job_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    restaurant_address: str | None
    restaurant_city: str | None
    step_status: StepStatus
    step_result: dict[str, Any]
    step_error: str | None
    visit: int
    candidates: list[Candidate] | None
    selected_company_number: str | None
    question: QuestionAsked | None

    @classmethod
    def of(
        cls,
        job: DetailJob,
        step: Step,
        status: StepStatus,
        candidates: list[Candidate] | None,
        selected: str | None,
        question: OpenQuestion | None,
    ) -> "JobAtStep":
        """How the job stands at the step."""
        stored = job.steps[step]
        return cls(
            job_id=job.id,
            restaurant_id=job.restaurant_id,
            restaurant_name=job.restaurant,
            restaurant_address=job.restaurant_address,
            restaurant_city=job.restaurant_city,
            step_status=status,
            step_result=stored.result_data,
            step_error=stored.error_message,
            visit=stored.visit,
            candidates=candidates,
            selected_company_number=selected,
            question=QuestionAsked.of(question) if question else None,
        )


class StepOfBatch(Answer):
    """All restaurants of a batch at one step."""

    step_number: int
    step_name: str
    step_type: Literal["automatic", "action_required"]
    step_description: str
    restaurants: list[JobAtStep]
    candidates: list[Candidate] | None = Field(description="All of them, at step 3.")
    summary: StepCounts

    @classmethod
    def of(cls, step: Step, restaurants: list[JobAtStep]) -> "StepOfBatch":
        """The step with its restaurants."""
        definition = STEPS[step]
        company = step is Step.COMPANY_SELECTION
        return cls(
            step_number=step,
            step_name=definition.name,
            step_type="action_required" if definition.is_gate else "automatic",
            step_description=definition.description,
            restaurants=restaurants,
            candidates=[found for one in restaurants for found in one.candidates or ()] if company else None,
            summary=counts_of([one.step_status for one in restaurants]),
        )


def counts_of(statuses: list[StepStatus]) -> StepCounts:
    """How many have each status."""
    return StepCounts(total=len(statuses), **{status.value: statuses.count(status) for status in set(statuses)})
