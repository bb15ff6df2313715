"""Why steps and sub-steps are skipped: the reasons, and the texts by which they are stored and shown.

The columns hold texts, so that they can be read without this program. Code decides by the reasons only.
"""

from enum import StrEnum

from registration.states import SubStepStatus
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SubStepName

NEED_GIVEN_UP = frozenset({SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED})
"""Statuses of a needed sub-step with which the one that needs it is skipped."""


class StepSkip(StrEnum):
    """Why a step is skipped; the value is the text, with a place for its detail."""

    LEFT_OUT = "left out"
    NO_MATCH = "no match"
    ENTERED_BY_HAND = "entered by hand"
    NOBODY_DECIDED = "nobody decided"
    ASKED_AGAIN = "asked again"
    CONFIGURED = "configured by {}"
    """The job was opened with a ready configuration; the detail is the person."""
    EARLIER_STEP_FAILED = "{} failed"
    """Stored by an earlier version, in which a failure of step 2 or 4 ended the job."""
    GIVEN_UP = "{}"
    """The job was failed because its work crashed again and again; the detail says how."""
    NO_COMPANY = ""
    """The details of no company are read where none was chosen; no text is stored."""

    def text(self, detail: str = "") -> str:
        """The text that is stored."""
        return self.value.format(detail)

    @classmethod
    def read(cls, stored: str | None) -> "StepSkip":
        """The reason that a stored text says."""
        if any(stored == cls.EARLIER_STEP_FAILED.text(step.name) for step in STEPS.values()):
            return cls.EARLIER_STEP_FAILED
        if (stored or "").startswith(_CONFIGURED):
            return cls.CONFIGURED
        return _STEP_TEXTS.get(stored or "", cls.GIVEN_UP)

    @property
    def by_choice(self) -> bool:
        """Whether the step is skipped after a person's choice, or for want of a chosen company: no failure."""
        return self in (StepSkip.NO_COMPANY, StepSkip.NO_MATCH, StepSkip.ENTERED_BY_HAND, StepSkip.CONFIGURED)


class SubStepSkip(StrEnum):
    """Why a sub-step is skipped; the value is the text, with places for its details."""

    DISABLED = "disabled in configuration"
    NEED_GIVEN_UP = "{} {}"
    """The details are the needed sub-step and its status."""
    NOTHING_TO_DO = "{}"
    """The sub-step cannot run for this restaurant, and that is no failure; the detail says why."""
    BY_PERSON = "skipped by {}: {}"
    """A person said so; the details are the person and the reason."""

    def text(self, *details: str) -> str:
        """The text that is stored."""
        return self.value.format(*details)

    @classmethod
    def read(cls, stored: str) -> "SubStepSkip":
        """The reason that a stored text says."""
        if stored == cls.DISABLED:
            return cls.DISABLED
        if stored.startswith(_BY_PERSON):
            return cls.BY_PERSON
        need, _, status = stored.partition(" ")
        given_up = need in set(SubStepName) and status in NEED_GIVEN_UP
        return cls.NEED_GIVEN_UP if given_up else cls.NOTHING_TO_DO

    @property
    def by_choice(self) -> bool:
        """Whether a person does not want the sub-step: a retry of what it needs leaves it skipped."""
        return self in (SubStepSkip.DISABLED, SubStepSkip.BY_PERSON)


_CONFIGURED = StepSkip.CONFIGURED.value.partition("{")[0]
_BY_PERSON = SubStepSkip.BY_PERSON.value.partition("{")[0]
_STEP_TEXTS = {one.value: one for one in StepSkip}
