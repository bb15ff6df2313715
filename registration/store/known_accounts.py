"""What is known about platform accounts, of many e-mails at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.emails import ascii_email

_KNOWN = text(
    """
    select wanted.email, c.account_state as state, exists (
            select from pumpd_accounts a where a.organisation_id = :organisation
                and lower(a.email) in (wanted.email, wanted.ascii)) as on_platform
    from unnest(cast(:emails as text[]), cast(:ascii as text[])) as wanted (email, ascii)
    left join registration_credentials c on c.organisation_id = :organisation and c.email = wanted.email
    """
)


@dataclass(frozen=True)
class KnownAccount:
    """An e-mail's account: the state of our row of it, None if we have none; whether the platform has such a one.

    A row of the platform in any state counts: it keeps another restaurant from opening an account of the e-mail.
    """

    state: str | None
    on_platform: bool


async def known_accounts(
    connection: AsyncConnection, organisation_id: UUID, emails: Collection[str]
) -> dict[str, KnownAccount]:
    """By e-mail, in the form by which accounts are known, all that were asked for; one query, or none for none."""
    if not emails:
        return {}
    wanted = {"emails": list(emails), "ascii": list(map(ascii_email, emails))}
    rows = await connection.execute(_KNOWN, {"organisation": organisation_id, **wanted})
    return {row.email: KnownAccount(row.state, row.on_platform) for row in rows}
