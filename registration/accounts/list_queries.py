"""Queries about all accounts of an organisation: for whom they were made, and who saw their passwords. No password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.states import AccountState

_LIST = text(
    """
    with shown as (
        select e.data ->> 'email' as email, count(*) as times, max(e.created_at) as last_at,
            (array_agg(e.actor order by e.created_at desc))[1] as last_by
        from registration_events e
        where e.organisation_id = :organisation and e.what = 'password shown' group by 1
    )
    select c.email, c.account_state as state, c.platform_account_id, j.id as job_id, r.name as restaurant,
        coalesce(s.times, 0) as times, s.last_at, s.last_by
    from registration_credentials c
    left join registration_jobs j on j.id = c.claimed_by_job_id
    left join restaurants r on r.id = j.restaurant_id
    left join shown s on s.email = c.email
    where c.organisation_id = :organisation
      and (:search = '' or position(lower(:search) in c.email) > 0 or position(lower(:search) in lower(r.name)) > 0)
    order by s.last_at desc nulls last, c.email limit :limit
    """
)
ACCOUNT_WORDS: Final = {
    AccountState.CREATING: "not made yet",
    AccountState.COMPLETED: "exists, and is ours",
    AccountState.FOREIGN: "exists, and is not ours",
}
"""What a state means, for people."""


@dataclass(frozen=True)
class ListedAccount:
    """An account; `job_id` and `restaurant` are those that claimed it. `times`: how often its password was shown,
    last at `last_at` to `last_by`.
    """

    email: str
    state: AccountState
    platform_account_id: str | None
    job_id: UUID | None
    restaurant: str | None
    times: int
    last_at: datetime | None
    last_by: str | None

    @property
    def words(self) -> str:
        """The state of the account for people."""
        return ACCOUNT_WORDS[self.state]


async def list_accounts(transaction: Transaction, search: str = "", *, limit: int) -> tuple[ListedAccount, ...]:
    """The accounts whose e-mail or restaurant has the text, those first whose password was shown last."""
    parameters = {"organisation": transaction.organisation_id, "search": search, "limit": limit}
    rows = await transaction.execute(_LIST, parameters)
    return tuple(_account(*row) for row in rows)


def _account(email: str, state: str, *others: Any) -> ListedAccount:
    """The columns are in the order of the fields."""
    return ListedAccount(email, AccountState(state), *others)
