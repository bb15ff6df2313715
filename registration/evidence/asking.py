"""What was asked for in a sub-step, from the job's frozen configuration: what a look compares with."""

from dataclasses import dataclass
from datetime import datetime

from registration.evidence.values import Asked
from registration.store.jobs import SetUpRow
from registration.sub_steps import SubStepName

_ONBOARDING = frozenset({SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER})


@dataclass(frozen=True)
class Sendings:
    """What the ledger's row says of the requests of an effect; see its Entry."""

    sent_at: datetime | None
    sent_before: datetime | None
    ever_sent: bool
    do_again: bool = False
    over: bool = False


def asked_for(name: SubStepName, row: SetUpRow, sendings: Sendings, upload: str | None = None) -> Asked:
    """`upload`: the upload of images that the platform's answer named."""
    config = row.config
    return Asked(
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
