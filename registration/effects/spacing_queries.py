"""Spacing: who may create the next account of an organisation, generate code of a name, or create a user, and when.

The moment is reserved in Postgres inside the transaction that marks the request as sent, so a killed waiter burns none;
within a process the first to come is the first to go.
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
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.kit.values import email_key

_NO_FOLDER = re.compile("[^a-z0-9]+")
_MAKE = text("insert into rate_slots (key, next_at) values (:key, clock_timestamp()) on conflict (key) do nothing")
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

    The platform looks for the user first and creates it afterwards: two requests at once could create two.
    """
    return f"user:{sha256(email_key(email).encode()).hexdigest()}"


class Queue:
    """First come, first served within this process."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncGenerator[None]:
        """Be the one claimer of `key` in this process."""
        async with self._locks[key]:
            yield


async def claim(connection: AsyncConnection, key: str, interval: float) -> float:
    """Take the slot, in the caller's transaction: 0, or the seconds until it is free (nothing is taken then)."""
    claimed = (await connection.execute(_CLAIM, {"key": key, "interval": interval})).rowcount == 1
    if not claimed and (await connection.execute(_MAKE, {"key": key})).rowcount == 1:
        claimed = (await connection.execute(_CLAIM, {"key": key, "interval": interval})).rowcount == 1
    if claimed:
        return 0.0
    return max(0.001, float((await connection.execute(_WAIT, {"key": key})).scalar_one()))


async def count_from(connection: AsyncConnection, key: str, moment: datetime, interval: float) -> None:
    """Have the taken slot's interval begin at `moment`, in the same transaction: when it was sent, not when claimed."""
    await connection.execute(_COUNT_FROM, {"key": key, "moment": moment, "interval": interval})


async def free(connection: AsyncConnection, key: str, moment: datetime, interval: float) -> None:
    """End the interval of the slot that was taken at `moment`, unless somebody else has taken it since."""
    await connection.execute(_FREE, {"key": key, "moment": moment, "interval": interval})


async def push(connection: AsyncConnection, key: str, seconds: float) -> None:
    """The platform wants to be left alone for so long: the next slot is not before."""
    await connection.execute(_PUSH, {"key": key, "seconds": seconds})
