"""What the Prefect server says about connections to Postgres: how many batches may run at once, and its own."""

import asyncio

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from pydantic import BaseModel, ValidationError

from registration.health.connections import UNKNOWN, Configured

_POOL = "registration"
_SECONDS = 5.0
_BESIDE_POOL = 2
"""Connections of a Prefect server beside its pool, as measured by `python -m dev.bench --only connections`."""


class _Pool(BaseModel):
    pool_size: int
    max_overflow: int


class _Database(BaseModel):
    sqlalchemy: _Pool


class _Server(BaseModel):
    database: _Database


class _ServerSettings(BaseModel):
    """The part of a Prefect server's settings that says how many connections it opens."""

    server: _Server


async def read_configured() -> Configured:
    """The batches that the work pool runs at once, and the connections of one API server; unknown without an answer."""
    if get_current_settings().api.url is None:
        return UNKNOWN
    try:
        async with asyncio.timeout(_SECONDS), get_client() as client:
            answer = await client.request("GET", "/admin/settings")
            batches = (await client.read_work_pool(_POOL)).concurrency_limit
        pool = _ServerSettings.model_validate_json(answer.content).server.database.sqlalchemy
    except (httpx.HTTPError, ObjectNotFound, ValidationError, TimeoutError):
        return UNKNOWN
    return Configured(batches, pool.pool_size + max(0, pool.max_overflow) + _BESIDE_POOL)
