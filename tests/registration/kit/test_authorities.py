"""Whom the clients trust: all share one context, and a server that signed its own certificate is refused."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr

from registration.companies.models import RegisterQuery
from registration.companies.nzbn.client import NzbnApi
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.errors import PlatformNotReached, RegisterUnavailable
from registration.kit.http import authorities
from registration.platform.client import PlatformClient
from registration.platform.requests import PlatformRequest
from tests.registration.health.answering import untrusted

QUERY = RegisterQuery(name="Kai", street="1 Main St", city="Ōtaki")


@pytest_asyncio.fixture
async def self_signed(tmp_path: Path) -> AsyncGenerator[str]:
    """The address of such a server."""
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=untrusted(tmp_path)) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("of_environment", [True, False])
def test_they_are_read_once(of_environment: bool) -> None:
    """However many clients a process has."""
    assert authorities(of_environment=of_environment) is authorities(of_environment=of_environment)


async def test_the_platform_must_be_vouched_for(self_signed: str) -> None:
    """The request never leaves, and with it no key and no password."""
    async with PlatformClient(self_signed, SecretStr("key"), uuid4(), question_patience=0) as platform:
        with pytest.raises(PlatformNotReached, match="certificate"):
            await platform.send(PlatformRequest("/api/registration/register-account", {}), 5)


async def test_the_registers_website_must_be_vouched_for(self_signed: str) -> None:
    """Without a browser."""
    async with CompaniesOfficeWebsite(self_signed, HttpVisitors()) as website:
        with pytest.raises(RegisterUnavailable, match="certificate"):
            await website.search(QUERY)


async def test_the_nzbn_api_must_be_vouched_for(self_signed: str) -> None:
    """Its key is never sent."""
    async with NzbnApi(self_signed, SecretStr("key")) as nzbn:
        with pytest.raises(RegisterUnavailable, match="certificate"):
            await nzbn.search(QUERY)
