"""What a sub-step was to do, and what the platform shows of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from registration.effects.outputs import Outputs
from registration.effects.set_up_queries import SetUpSnapshot
from registration.kit.values import email_key
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName


class Presence(StrEnum):
    """Whether an effect is there, as far as the platform shows it."""

    PRESENT = "there"  # all of it
    PARTIAL = "partly"
    INCOMPLETE = "incomplete"  # a part is missing, and the platform does not work on it any more
    ABSENT = "not_there"
    UNKNOWN = "no_evidence"  # the platform does not show it either way
    FOREIGN = "somebody_elses"


@dataclass(frozen=True)
class Expected:
    """What an effect is expected to have done, as far as it matters for evidence.

    `email` is the account's, for createOnboardingUser the user's. `ever_sent`: we sent a request for this thing that
    was not clearly refused. `sent_at` of the last request and `previous_sent_at` of an earlier one without a clear
    answer are by the database's clock. `resend_approved`: a person knows what is there, and wants it done once more.
    `window_closed`: the platform has answered the last request, and not with a success. `with_link`: payment with a
    link for the owner. `upload`: the upload of images that the platform's answer named.
    """

    restaurant_id: UUID
    email: str | None = None
    menu_id: UUID | None = None
    menu_items: int | None = None
    sent_at: datetime | None = None
    ever_sent: bool = False
    previous_sent_at: datetime | None = None
    resend_approved: bool = False
    with_link: bool = False
    window_closed: bool = False
    upload: str | None = None

    @property
    def since(self) -> datetime | None:
        """The time of the first sending that is known: what is older is not ours."""
        return min((one for one in (self.previous_sent_at, self.sent_at) if one is not None), default=None)

    def is_for(self, email: str) -> bool:
        """Whether `email` is the expected e-mail, in whatever spelling."""
        return self.email is not None and email_key(self.email) == email_key(email)


@dataclass(frozen=True)
class Observation:
    """What the platform shows; `outputs` with PRESENT only, `evidence` as JSON without secrets.

    `known` says how a PRESENT is known.
    """

    verdict: Presence
    reason: str
    outputs: Outputs | None = None
    evidence: dict[str, Any] = field(default_factory=dict[str, Any])
    known: Assurance = Assurance.PROVEN


_ONBOARDING = frozenset({SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER})


@dataclass(frozen=True)
class Sendings:
    """What the row of an effect remembers of its requests; see EffectRow."""

    sent_at: datetime | None
    previous_sent_at: datetime | None
    ever_sent: bool
    resend_approved: bool = False
    window_closed: bool = False


def expected_of(name: SubStepName, row: SetUpSnapshot, sendings: Sendings, upload: str | None = None) -> Expected:
    """What the sub-step is expected to have done; `upload`: the upload of images that the platform's answer named."""
    config = row.config
    return Expected(
        restaurant_id=row.restaurant_id,
        email=config.onboarding.user_email if name in _ONBOARDING else config.account.email,
        menu_id=config.menu.selected_menu_id,
        menu_items=row.menu_items or None,
        sent_at=sendings.sent_at,
        ever_sent=sendings.ever_sent,
        previous_sent_at=sendings.previous_sent_at,
        resend_approved=sendings.resend_approved,
        window_closed=sendings.window_closed,
        with_link=config.payment.include_stripe_link,
        upload=upload,
    )
