"""Spacing: when the next account of an organisation, code of a name, or user may be requested.

The slot is claimed in Postgres inside the transaction that marks the request as sent, so a process that is killed while
it waits takes no slot; within a process, requests wait in the order in which they came.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.kit.values import email_key

_NO_FOLDER = re.compile("[^a-z0-9]+")
_MAKE = text(
    """
    insert into rate_slots (key, next_at) values (:key, clock_timestamp() + make_interval(secs => :interval))
    on conflict (key) do nothing
    """
)
_CLAIM = text(
    """
    update rate_slots set next_at = clock_timestamp() + make_interval(secs => :interval), updated_at = clock_timestamp()
    where key = :key and next_at <= clock_timestamp()
    """
)
_COUNT_FROM = text(
    """
    update rate_slots set next_at = cast(:moment as timestamptz) + make_interval(secs => :interval)
    where key = :key
    """
)
_WAIT = text(
    "select greatest(0, extract(epoch from next_at - clock_timestamp()))::float from rate_slots where key = :key"
)
_PUSH = text(
    """
    update rate_slots set next_at = greatest(next_at, clock_timestamp() + make_interval(secs => :seconds)),
        updated_at = clock_timestamp()
    where key = :key
    """
)


_FREE = text(
    """
    update rate_slots set next_at = clock_timestamp(), updated_at = clock_timestamp()
    where key = :key and next_at = cast(:moment as timestamptz) + make_interval(secs => :interval)
    """
)


def account_key(organisation_id: UUID) -> str:
    """The slot that all account creations of an organisation share."""
    return f"account:{organisation_id}"


def code_key(restaurant_name: str) -> str:
    """The slot of all restaurants whose generated code the platform keeps in one folder, of whatever organisation.

    Its folder is the name in lower case with anything but a-z and 0-9 made a dash.
    """
    return f"code:{_NO_FOLDER.sub('-', restaurant_name.lower()).strip('-')}"


def user_key(email: str) -> str:
    """The slot of all restaurants with one onboarding user, of whatever organisation; the key does not show the e-mail.

    The platform looks for the user first and creates it afterwards: two concurrent requests could create two users.
    """
    return f"user:{sha256(email_key(email).encode()).hexdigest()}"


class Queue:
    """The requests of this process that wait for a slot, first come, first served."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncGenerator[None]:
        """Be the only one in this process that claims `key`."""
        async with self._locks[key]:
            yield


async def claim(transaction: Transaction, key: str, interval: float) -> float:
    """Claim the slot, in the caller's transaction; returns 0, or the seconds until the slot is free (not claimed)."""
    for statement in (_CLAIM, _MAKE):
        if (await transaction.execute(statement, {"key": key, "interval": interval})).rowcount == 1:
            return 0.0
    return max(0.001, float((await transaction.execute(_WAIT, {"key": key})).scalar_one()))


async def count_from(transaction: Transaction, key: str, moment: datetime, interval: float) -> None:
    """Begin the interval of the claimed slot at `moment`, when the request was marked as sent; in one transaction."""
    await transaction.execute(_COUNT_FROM, {"key": key, "moment": moment, "interval": interval})


async def free(transaction: Transaction, key: str, moment: datetime, interval: float) -> None:
    """End the interval of the slot that was claimed at `moment`, unless another request has claimed it since."""
    await transaction.execute(_FREE, {"key": key, "moment": moment, "interval": interval})


async def push(transaction: Transaction, key: str, seconds: float) -> None:
    """Keep the slot taken for at least so many seconds from now, as the platform asks."""
    await transaction.execute(_PUSH, {"key": key, "seconds": seconds})
