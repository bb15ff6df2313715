"""Requests with an idempotency key: the first is done and its answer kept, the same request again gets that answer.

A key without an answer belongs to a request that is being done, or whose process died. After `TAKEN_OVER_SECONDS` the
same request is done again: what it writes must find what the first one wrote.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.database.session import Transaction
from registration.errors import Refused

KEPT_HOURS: Final = 24
TAKEN_OVER_SECONDS: Final = 30
_EXPIRE = text(
    """
    delete from registration_idempotency
    where organisation_id = :organisation and created_at < clock_timestamp() - make_interval(hours => :hours)
    """
)
_CLAIM = text(
    """
    insert into registration_idempotency (organisation_id, key, method, path, body_sha256)
    values (:organisation, :key, :method, :path, :body_sha256)
    on conflict (organisation_id, key) do nothing
    """
)
_LOCK = text("select from registration_idempotency where organisation_id = :organisation and key = :key for update")
_FOUND = text(
    """
    select method, path, body_sha256, status, response,
        updated_at < clock_timestamp() - make_interval(secs => :seconds) as abandoned
    from registration_idempotency where organisation_id = :organisation and key = :key
    """
)
_TAKE_OVER = text(
    """
    update registration_idempotency set updated_at = clock_timestamp()
    where organisation_id = :organisation and key = :key
    """
)
_KEEP = text(
    """
    update registration_idempotency set status = :status, response = :response, updated_at = clock_timestamp()
    where organisation_id = :organisation and key = :key
    """
).bindparams(bindparam("response", type_=JSONB))
_RELEASE = text(
    "delete from registration_idempotency where organisation_id = :organisation and key = :key and status is null"
)


@dataclass(frozen=True)
class KeyedRequest:
    """A request and the key that its sender gave it; `body_sha256` tells the same request from another one."""

    key: str
    method: str
    path: str
    body_sha256: str


@dataclass(frozen=True)
class KeptAnswer:
    """The answer to a request that was done: its status, and its body with its headers."""

    status: int
    response: dict[str, Any]


async def claim(transaction: Transaction, request: KeyedRequest) -> KeptAnswer | None:
    """The kept answer of this request; None if the caller must do the request, and then keep or release its key.

    Raises Refused if the key belongs to another request, or to this one while it is being done.
    """
    key = {"organisation": transaction.organisation_id, "key": request.key}
    await transaction.execute(_EXPIRE, key | {"hours": KEPT_HOURS})
    if (await transaction.execute(_CLAIM, key | vars(request))).rowcount == 1:
        return None
    await transaction.execute(_LOCK, key)
    row = (await transaction.execute(_FOUND, key | {"seconds": TAKEN_OVER_SECONDS})).one_or_none()
    if row is None or (row.status is None and not row.abandoned):
        raise Refused("the same request is being done at this moment", code="IN_PROGRESS", hint="ask again in a moment")
    if (row.method, row.path, row.body_sha256) != (request.method, request.path, request.body_sha256):
        raise Refused(
            "the idempotency key belongs to another request",
            code="IDEMPOTENCY_KEY_REUSED",
            hint="give each request a key of its own",
        )
    if row.status is not None:
        return KeptAnswer(row.status, row.response)
    await transaction.execute(_TAKE_OVER, key)
    return None


async def keep(transaction: Transaction, key: str, answer: KeptAnswer) -> None:
    """Keep the answer of a request that was done."""
    values = {"status": answer.status, "response": answer.response}
    await transaction.execute(_KEEP, {"organisation": transaction.organisation_id, "key": key} | values)


async def release(transaction: Transaction, key: str) -> None:
    """Give the key of a request free that was not done, so that it can be sent again."""
    await transaction.execute(_RELEASE, {"organisation": transaction.organisation_id, "key": key})
