"""The six steps, and the status of a job that follows from its steps and effects (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from registration.states import JobStatus, StepStatus
from registration.workflow.sub_steps import SUB_STEPS


class GateName(StrEnum):
    """The gates of steps 3 and 5, and the question about item tags within step 6, which few jobs are asked."""

    COMPANY_SELECTION = "company-selection"
    YOLO_CONFIG = "yolo-config"
    ITEM_TAGS = "item-tags"


class Step(IntEnum):
    """The six steps by number."""

    EXTRACTION = 1
    SEARCH = 2
    COMPANY_SELECTION = 3
    COMPANY_DETAILS = 4
    YOLO_CONFIG = 5
    SET_UP = 6


@dataclass(frozen=True)
class StepDefinition:
    """The name of a step, and whether a person answers it."""

    name: str
    description: str
    is_gate: bool = False

    @property
    def kind(self) -> str:
        """The value of the column step_type."""
        return "action_required" if self.is_gate else "automatic"


STEPS: dict[Step, StepDefinition] = {
    Step.EXTRACTION: StepDefinition(
        "Menu & Branding Extraction", "Extracts the menu and the branding from the websites of the restaurant"
    ),
    Step.SEARCH: StepDefinition(
        "Contact Details Search", "Searches the companies register for the company of the restaurant"
    ),
    Step.COMPANY_SELECTION: StepDefinition("Company Selection", "A person picks the company", is_gate=True),
    Step.COMPANY_DETAILS: StepDefinition(
        "Company Details Extraction", "Reads the entry of the company in the register"
    ),
    Step.YOLO_CONFIG: StepDefinition("Yolo Mode Configuration", "A person confirms the configuration", is_gate=True),
    Step.SET_UP: StepDefinition(
        "Pumpd Account Setup", "Sets up the account and the restaurant on the platform in twelve sub-steps"
    ),
}

GATE_STEPS = {GateName.COMPANY_SELECTION: Step.COMPANY_SELECTION, GateName.YOLO_CONFIG: Step.YOLO_CONFIG}
"""The gates that are a step of their own: every job comes to them."""


def job_status(
    steps: Mapping[Step, StepStatus], failed_sub_steps: Collection[str] = (), *, needs_person: bool = False
) -> JobStatus:
    """The status that follows from a job's six steps. A failure of the register decides nothing, because a person does.

    `failed_sub_steps` are names of the ledger that failed or never ended; `needs_person` says that an unknown effect
    waits for a person to resolve it.
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
    if steps[Step.SET_UP] is StepStatus.SKIPPED:
        return JobStatus.SKIPPED
    if any(row.blocking and row.name in failed_sub_steps for row in SUB_STEPS.values()):
        return JobStatus.FAILED
    if StepStatus.FAILED in (steps[Step.EXTRACTION], steps[Step.SET_UP]):
        return JobStatus.PARTIALLY_COMPLETED
    return JobStatus.COMPLETED
