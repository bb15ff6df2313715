"""The state of a batch at one moment: its jobs with their steps and sub-steps, and what each job waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from registration.states import SUB_STEP_IN_FLIGHT, Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.steps import GATE_STEPS, STEPS, GateName, Step
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class StepView:
    """The state of one step: `arrived_at` in epoch seconds; `requested_details` is the section that a gate asks for, if
    any; `failure` is what the register failed with, if the step failed because of it; `unanswered_since` is when the
    register first did not answer a step that waits for it, in epoch seconds.
    """

    status: StepStatus
    visit: int
    arrived_at: float | None
    requested_details: str | None
    failure: RegisterFailure | None = None
    unanswered_since: float | None = None


@dataclass(frozen=True)
class Outage:
    """An outside service, register or platform, that has not answered a job since a moment, in epoch seconds."""

    service: str
    since: float

    @property
    def text(self) -> str:
        """The outage in words, with the local time."""
        return f"the {self.service} has not answered since {datetime.fromtimestamp(self.since).astimezone():%H:%M}"


@dataclass(frozen=True)
class JobView:
    """The state of one job; `undecided` are the effects that only a person can resolve.

    `in_flight` are the effects that were sent and have no outcome, and that a look at the platform may still reconcile.
    `platform_unanswered_since` is when the platform could first not be reached for an effect that waits for it;
    `failed_in_outage`: an effect failed because the platform stayed away. `tags_visit` numbers the questions about item
    tags, as the visit of a step numbers those of its gate.
    """

    id: UUID
    position: int
    restaurant_id: UUID
    restaurant: str
    city: str | None
    status: JobStatus
    cancel_requested: bool
    error_message: str | None
    undecided: frozenset[str]
    failed_before_continue: bool
    steps: Mapping[Step, StepView]
    effects: Mapping[str, SubStepStatus]
    in_flight: frozenset[str] = frozenset()
    known: Mapping[str, Assurance] = field(default_factory=dict[str, Assurance])
    platform_unanswered_since: float | None = None
    failed_in_outage: bool = False
    tags_visit: int = 1

    @property
    def needs_person(self) -> bool:
        """True if an effect of the job waits for a person to resolve it."""
        return bool(self.undecided)

    @property
    def asked_about_tags(self) -> bool:
        """True if a person must decide about item tags that contradict the menu; nothing was sent."""
        pending = self.effects.get(SubStepName.ITEM_TAGS) is SubStepStatus.PENDING
        return pending and SubStepName.ITEM_TAGS in self.undecided

    @property
    def unknown_effects(self) -> frozenset[str]:
        """The effects of which only a person can tell whether they happened."""
        return self.undecided - ({SubStepName.ITEM_TAGS} if self.asked_about_tags else frozenset())

    @property
    def waiting_gate(self) -> Step | None:
        """The first gate at which the job waits for a person, if any."""
        return next((step for step in Step if self.steps[step].status is StepStatus.ACTION_REQUIRED), None)

    def visit_at(self, gate: GateName) -> int | None:
        """The visit of the question that the job waits with at the gate; None if it does not wait there."""
        if gate is GateName.ITEM_TAGS:
            return self.tags_visit if self.asked_about_tags else None
        step = self.steps[GATE_STEPS[gate]]
        return step.visit if step.status is StepStatus.ACTION_REQUIRED else None

    def can_arrive_at(self, gate: GateName) -> bool:
        """True if the job does not wait at the gate yet, and may come to it."""
        if gate is GateName.ITEM_TAGS:
            return self.effects.get(SubStepName.ITEM_TAGS) is SubStepStatus.PENDING and not self.asked_about_tags
        return self.steps[GATE_STEPS[gate]].status is StepStatus.PENDING

    @property
    def register_failure(self) -> RegisterFailure | None:
        """The failure of the register because of which the job waits at the company gate, if it does."""
        if self.steps[Step.COMPANY_SELECTION].status is not StepStatus.ACTION_REQUIRED:
            return None
        failures = (self.steps[step].failure for step in (Step.SEARCH, Step.COMPANY_DETAILS))
        return next((failure for failure in failures if failure is not None), None)

    @property
    def outage(self) -> Outage | None:
        """The outside service that the job waits for because it does not answer, the longest wait if there are two."""
        moments = (self.steps[step].unanswered_since for step in (Step.SEARCH, Step.COMPANY_DETAILS))
        outages = [Outage("register", since) for since in moments if since is not None]
        if self.platform_unanswered_since is not None:
            outages.append(Outage("platform", self.platform_unanswered_since))
        return min(outages, key=lambda one: one.since, default=None)

    @property
    def waits_for_people(self) -> bool:
        """True if the job waits at a gate, or for a person to resolve an effect."""
        return self.needs_person or self.waiting_gate is not None

    @property
    def decided(self) -> bool:
        """True if both gates have ended for the job. A person may reopen a gate until step 6 has begun."""
        return all(self.steps[gate].status.ended for gate in GATE_STEPS.values())

    @property
    def ended_in_flight(self) -> bool:
        """True if the job has ended but an effect is still in flight and can be reconciled by looking at
        the platform.
        """
        begun = {name for name, status in self.effects.items() if status in SUB_STEP_IN_FLIGHT}
        return self.status.ended and bool(begun - self.undecided)


@dataclass(frozen=True)
class BatchView:
    """The state of a whole batch; `releasing`: the process that reads it is about to give the batch back."""

    jobs: Mapping[UUID, JobView]
    cancel_requested: bool
    cancelled: bool
    halted_reason: str | None
    releasing: bool = False

    @property
    def open_jobs(self) -> tuple[JobView, ...]:
        """The jobs that have not ended, in the batch's order."""
        return tuple(job for job in self.jobs.values() if not job.status.ended)

    @property
    def outages(self) -> tuple[tuple[Outage, int], ...]:
        """Each outside service that does not answer, since the first moment, with the number of jobs that wait."""
        waiting = [job.outage for job in self.open_jobs if job.outage is not None]
        services = sorted({one.service for one in waiting})
        return tuple(
            (min((one for one in waiting if one.service == service), key=lambda one: one.since), count)
            for service in services
            if (count := sum(one.service == service for one in waiting))
        )

    @property
    def winding_down(self) -> bool:
        """True if nothing new begins in the whole batch: a person cancelled it, or its failure threshold halted it."""
        return self.cancel_requested or self.halted_reason is not None

    @property
    def being_cancelled(self) -> bool:
        """True if a person cancelled the batch and the cancel is not complete; until then the batch has not ended."""
        return self.cancel_requested and not self.cancelled

    def is_cancelled(self, job_id: UUID) -> bool:
        """True if a person cancelled this job, or the whole batch."""
        return self.cancel_requested or self.jobs[job_id].cancel_requested

    def needs_reconciliation(self, job: JobView) -> bool:
        """True if the job does not go on but has effects in flight: the only work left for it is to reconcile them."""
        held_up = self.halted_reason is not None and not self.is_cancelled(job.id)
        return job.ended_in_flight or (held_up and not job.status.ended and bool(job.in_flight))

    def must_stop(self, job_id: UUID) -> bool:
        """True if the job must not go on in this process: it is cancelled, its batch is halted, or the batch is being
        released.
        """
        return self.is_cancelled(job_id) or self.halted_reason is not None or self.releasing


def stands_still(job: JobView) -> str:
    """What the job waits for, from a person or from an outside service; the empty string if it goes on."""
    return waits_for(job) or (job.outage.text if job.outage and not job.status.ended else "")


def waits_for(job: JobView) -> str:
    """What the job waits for from a person; the empty string if it waits for none."""
    if job.asked_about_tags and not job.unknown_effects:
        return "a person to decide about item tags"
    if job.needs_person:
        return "a person to resolve an unknown effect"
    gate = job.waiting_gate
    if gate is None:
        return ""
    failure = job.register_failure if gate is Step.COMPANY_SELECTION else None
    return f"{STEPS[gate].name}: {failure.text}" if failure else STEPS[gate].name
