"""What was asked for and what a platform that tells answered; see Case."""

from dataclasses import dataclass, field
from datetime import datetime

from registration.clients.platform_answers import Answer, CodeInjection, Mark, RegistrationStatus
from registration.clients.server_clock import TOGETHER, Apart
from registration.evidence.told.setup_status import SetupStatus
from registration.evidence.values import Asked, Look, Verdict
from registration.models.outputs import Outputs


@dataclass(frozen=True)
class Case:
    """One look: what was asked, what the platform answered, and whether it claimed success before.

    `apart` says how far the clocks of the platform and the database are apart.
    """

    asked: Asked
    after_success: bool
    status: RegistrationStatus = field(default_factory=RegistrationStatus)
    setup: SetupStatus = field(default_factory=SetupStatus)
    code: CodeInjection = field(default_factory=CodeInjection)
    apart: Apart = TOGETHER

    def is_ours(self, found: Mark) -> bool:
        """Whether the last change is certainly that of this request."""
        return found.is_of(self.asked.idempotency_key, self.asked.sent_at, self.apart)

    def is_before_sending(self, when: datetime) -> bool:
        """Whether a time of the platform certainly came before this request was sent."""
        return self.asked.sent_at is not None and when < self.asked.sent_at + self.apart.least

    def may_be_ours(self, found: Mark) -> bool:
        """Whether the last change may be that of this request."""
        return found.may_be_of(self.asked.idempotency_key, self.asked.sent_at, self.apart)


def shown(verdict: Verdict, reason: str, area: Answer | None = None, outputs: Outputs | None = None) -> Look:
    """A look with the area of the answer as its evidence."""
    return Look(verdict, reason, outputs, area.model_dump(mode="json", exclude_unset=True) if area else {})


def untold(what: str) -> Look:
    """The platform says nothing about it."""
    return shown(Verdict.NO_EVIDENCE, f"the platform does not say whether there is {what}")
