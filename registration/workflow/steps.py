"""The six steps, and what they and the effects make of a job's status (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from registration.states import JobStatus, StepStatus
from registration.workflow.sub_steps import SUB_STEPS


class GateName(StrEnum):
    """The two gates."""

    COMPANY_SELECTION = "company-selection"
    YOLO_CONFIG = "yolo-config"


class Step(IntEnum):
    """The six, by number."""

    EXTRACTION = 1
    SEARCH = 2
    COMPANY_SELECTION = 3
    COMPANY_DETAILS = 4
    YOLO_CONFIG = 5
    SET_UP = 6


@dataclass(frozen=True)
class StepDefinition:
    """How a step is called, and whether a person answers it."""

    name: str
    is_gate: bool = False

    @property
    def kind(self) -> str:
        """The value of the column step_type."""
        return "action_required" if self.is_gate else "automatic"


STEPS: dict[Step, StepDefinition] = {
    Step.EXTRACTION: StepDefinition("Menu & Branding Extraction"),
    Step.SEARCH: StepDefinition("Contact Details Search"),
    Step.COMPANY_SELECTION: StepDefinition("Company Selection", is_gate=True),
    Step.COMPANY_DETAILS: StepDefinition("Company Details Extraction"),
    Step.YOLO_CONFIG: StepDefinition("Yolo Mode Configuration", is_gate=True),
    Step.SET_UP: StepDefinition("Pumpd Account Setup"),
}

GATE_STEPS = {GateName.COMPANY_SELECTION: Step.COMPANY_SELECTION, GateName.YOLO_CONFIG: Step.YOLO_CONFIG}

_FATAL = (Step.SEARCH, Step.COMPANY_DETAILS)


def job_status(
    steps: Mapping[Step, StepStatus], failed_sub_steps: Collection[str] = (), *, needs_person: bool = False
) -> JobStatus:
    """The status that follows from a job's six steps.

    `failed_sub_steps` are names of the ledger that failed or never ended; `needs_person` says that an unknown effect
    waits for somebody to settle it.
    """
    if all(status.ended for status in steps.values()):
        return _outcome(steps, failed_sub_steps)
    if needs_person or StepStatus.ACTION_REQUIRED in steps.values():
        return JobStatus.ACTION_REQUIRED
    begun = any(status is not StepStatus.PENDING for status in steps.values())
    return JobStatus.IN_PROGRESS if begun else JobStatus.PENDING


def _outcome(steps: Mapping[Step, StepStatus], failed_sub_steps: Collection[str]) -> JobStatus:
    if StepStatus.CANCELLED in steps.values():
        return JobStatus.CANCELLED
    if any(steps[step] is StepStatus.FAILED for step in _FATAL):
        return JobStatus.FAILED
    if steps[Step.SET_UP] is StepStatus.SKIPPED:
        return JobStatus.SKIPPED
    if any(row.blocking and row.name in failed_sub_steps for row in SUB_STEPS.values()):
        return JobStatus.FAILED
    if StepStatus.FAILED in steps.values():
        return JobStatus.PARTIALLY_COMPLETED
    return JobStatus.COMPLETED
