"""Sign-ins of persons at the web console: one-time links, and the sessions that follow from them.

A link and a session are known by a random text, of which only a hash is stored. The text begins with its organisation,
so that each transaction belongs to one organisation before anything is known of the person.
"""

import base64
import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

IDLE_HOURS: Final = 8
"""A session ends this long after its last use."""
LONGEST_HOURS: Final = 24
"""A session ends this long after the sign-in, however much it is used."""
_RENEWED_MINUTES: Final = 10
_SECRET_BYTES: Final = 24
_ID_CHARACTERS: Final = 22

_INSERT = text(
    """
    insert into registration_sign_ins (organisation_id, kind, token_sha256, subject, name, role, expires_at)
    values (:organisation, :kind, :token, :subject, :name, :role,
        clock_timestamp() + make_interval(secs => cast(:seconds as double precision)))
    """
)
_REDEEM = text(
    """
    delete from registration_sign_ins
    where organisation_id = :organisation and kind = 'link' and token_sha256 = :token and expires_at > clock_timestamp()
    returning subject, name, role
    """
)
_READ = text(
    """
    select s.subject, s.name, s.role, s.created_at, s.expires_at, o.name as organisation,
        s.updated_at < clock_timestamp() - make_interval(mins => :minutes) as renewable
    from registration_sign_ins s join organisations o on o.id = s.organisation_id
    where s.organisation_id = :organisation and s.kind = 'session' and s.token_sha256 = :token
        and s.expires_at > clock_timestamp()
    """
)
_ACTIVE = text(
    """
    select token_sha256, updated_at < clock_timestamp() - make_interval(mins => :minutes) as renewable
    from registration_sign_ins
    where organisation_id = :organisation and kind = 'session' and token_sha256 = any(:tokens)
        and expires_at > clock_timestamp()
    """
)
_RENEW = text(
    """
    update registration_sign_ins set updated_at = clock_timestamp(),
        expires_at = least(
            created_at + make_interval(hours => :longest), clock_timestamp() + make_interval(hours => :idle))
    where organisation_id = :organisation and kind = 'session' and token_sha256 = any(:tokens)
    """
)
_END = text(
    """
    delete from registration_sign_ins
    where organisation_id = :organisation and kind = 'session' and token_sha256 = :token
    """
)
_EXPIRE = text(
    "delete from registration_sign_ins where organisation_id = :organisation and expires_at < clock_timestamp()"
)


class SignInKind(StrEnum):
    """What a row stands for: a link that can be used once, or the session of a browser."""

    LINK = "link"
    SESSION = "session"


@dataclass(frozen=True)
class Person:
    """Who signs in: the id at the identity provider, the name for the records, and the role."""

    subject: str
    name: str
    role: str


@dataclass(frozen=True)
class Session:
    """A session that is valid now; `renewable`: its end was not moved for some minutes."""

    person: Person
    organisation: str
    signed_in_at: datetime
    expires_at: datetime
    renewable: bool


def organisation_of(token: str) -> UUID | None:
    """The organisation that a token names; None if it is no token."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(token[:_ID_CHARACTERS] + "=="))
    except ValueError:
        return None


async def make_token(transaction: Transaction, kind: SignInKind, person: Person, seconds: float) -> str:
    """The token of a new link or session, which is stored nowhere; rows that have expired are removed."""
    organisation_id = transaction.organisation_id
    await transaction.execute(_EXPIRE, {"organisation": organisation_id})
    begin = base64.urlsafe_b64encode(organisation_id.bytes).decode()[:_ID_CHARACTERS]
    token = begin + secrets.token_urlsafe(_SECRET_BYTES)
    values = {"kind": kind.value, "seconds": seconds, **vars(person)}
    await transaction.execute(_INSERT, _key(organisation_id, token) | values)
    return token


async def redeem(transaction: Transaction, link: str) -> Person | None:
    """The person of a link, which is used up; None for one that was used, has expired or never was."""
    row = (await transaction.execute(_REDEEM, _key(transaction.organisation_id, link))).one_or_none()
    return Person(*row) if row else None


async def read_session(transaction: Transaction, token: str) -> Session | None:
    """The session of a token; None if it has ended or never was."""
    parameters = _key(transaction.organisation_id, token) | {"minutes": _RENEWED_MINUTES}
    row = (await transaction.execute(_READ, parameters)).one_or_none()
    if row is None:
        return None
    person = Person(row.subject, row.name, row.role)
    return Session(person, row.organisation, row.created_at, row.expires_at, row.renewable)


async def active_sessions(transaction: Transaction, tokens: Collection[str]) -> Mapping[str, bool]:
    """The tokens whose session has not ended, and whether it is renewable; one query."""
    by_hash = {_sha256(token): token for token in tokens}
    parameters = {"organisation": transaction.organisation_id, "tokens": list(by_hash), "minutes": _RENEWED_MINUTES}
    rows = await transaction.execute(_ACTIVE, parameters)
    return {by_hash[row.token_sha256]: row.renewable for row in rows}


async def renew(transaction: Transaction, *tokens: str) -> None:
    """Extend sessions that are in use."""
    hours = {"longest": LONGEST_HOURS, "idle": IDLE_HOURS}
    hashes = {"organisation": transaction.organisation_id, "tokens": [_sha256(token) for token in tokens]}
    await transaction.execute(_RENEW, hashes | hours)


async def end_session(transaction: Transaction, token: str) -> None:
    """End a session: its token is worth nothing any more."""
    await transaction.execute(_END, _key(transaction.organisation_id, token))


def _key(organisation_id: UUID, token: str) -> dict[str, object]:
    return {"organisation": organisation_id, "token": _sha256(token)}


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
