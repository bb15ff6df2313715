"""What was asked for in a sub-step, from the job's frozen configuration: what a look compares with."""

from datetime import datetime

from registration.evidence.values import Asked
from registration.store.jobs import SetUpRow
from registration.sub_steps import SubStepName

_ONBOARDING = frozenset({SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER})


def asked_for(
    name: SubStepName, row: SetUpRow, idempotency_key: str, sent_at: datetime | None, *, ever_sent: bool
) -> Asked:
    """`sent_at` and `ever_sent` as the ledger's row has them."""
    config = row.config
    return Asked(
        restaurant_id=row.restaurant_id,
        email=config.onboarding.user_email if name in _ONBOARDING else config.account.email,
        menu_id=config.menu.selected_menu_id,
        menu_items=row.menu_items or None,
        idempotency_key=idempotency_key,
        sent_at=sent_at,
        ever_sent=ever_sent,
    )
