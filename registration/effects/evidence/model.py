"""What a sub-step was asked to do, what the platform shows of it, and the verdict."""

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
    """What a look says."""

    PRESENT = "there"  # all that was asked
    PARTIAL = "partly"
    INCOMPLETE = "incomplete"  # a part is missing, and nobody works on it any more
    ABSENT = "not_there"
    UNKNOWN = "no_evidence"  # the platform does not say
    FOREIGN = "somebody_elses"


@dataclass(frozen=True)
class Expected:
    """What was asked for, as far as it matters for evidence.

    `email` is the account's, for createOnboardingUser the user's. `ever_sent`: a request for this thing was sent
    before by us and not clearly refused. `sent_at` of the last request and `sent_before` of an earlier one without a
    clear answer are by the database clock. `do_again`: a person knows what is there, and wants it done once more.
    `with_link`: payment with a link for the owner. `over`: the platform has answered the last request, and
    not with a success. `upload`: the upload of images that its answer named.
    """

    restaurant_id: UUID
    email: str | None = None
    menu_id: UUID | None = None
    menu_items: int | None = None
    sent_at: datetime | None = None
    ever_sent: bool = False
    sent_before: datetime | None = None
    do_again: bool = False
    with_link: bool = False
    over: bool = False
    upload: str | None = None

    @property
    def since(self) -> datetime | None:
        """From when on something may be ours: the first sending that is known."""
        return min((one for one in (self.sent_before, self.sent_at) if one is not None), default=None)

    def is_for(self, email: str) -> bool:
        """Whether this is the e-mail that was asked for, however it is written."""
        return self.email is not None and email_key(self.email) == email_key(email)


@dataclass(frozen=True)
class Observation:
    """What the platform shows; `outputs` with PRESENT only, `evidence` as JSON without secrets.

    `known` is how a PRESENT is known.
    """

    verdict: Presence
    reason: str
    outputs: Outputs | None = None
    evidence: dict[str, Any] = field(default_factory=dict[str, Any])
    known: Assurance = Assurance.PROVEN


_ONBOARDING = frozenset({SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER})


@dataclass(frozen=True)
class Sendings:
    """What the ledger's row says of the requests of an effect; see its Entry."""

    sent_at: datetime | None
    sent_before: datetime | None
    ever_sent: bool
    do_again: bool = False
    over: bool = False


def asked_for(name: SubStepName, row: SetUpSnapshot, sendings: Sendings, upload: str | None = None) -> Expected:
    """`upload`: the upload of images that the platform's answer named."""
    config = row.config
    return Expected(
        restaurant_id=row.restaurant_id,
        email=config.onboarding.user_email if name in _ONBOARDING else config.account.email,
        menu_id=config.menu.selected_menu_id,
        menu_items=row.menu_items or None,
        sent_at=sendings.sent_at,
        ever_sent=sendings.ever_sent,
        sent_before=sendings.sent_before,
        do_again=sendings.do_again,
        over=sendings.over,
        with_link=config.payment.include_stripe_link,
        upload=upload,
    )
