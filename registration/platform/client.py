"""The registration platform over HTTP: effects are sent exactly once, queries may be repeated."""

import asyncio
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx
from pydantic import SecretStr

from registration.errors import MisconfiguredInstallation
from registration.kit.http import authorities, send_bounded
from registration.kit.server_clock import ServerClock, now
from registration.platform.errors import NO_ANSWER, begins_with_success, no_answer, read_answer
from registration.platform.records import ImageCounts, ImageStats, Logs, Upload, UploadAnswer
from registration.platform.requests import PlatformRequest
from registration.platform.status import Answer, CodeInjection, RegistrationStatus
from registration.platform.status_queries import read_query_answer, retry_query

__all__ = ["PlatformClient", "PlatformRequest"]

A = TypeVar("A", bound=Answer)

_CONNECT_SECONDS = 10.0
_QUERY_SECONDS = 10.0
_WITH_PASSWORDS = ("status", "logs")
"""Queries whose answers contain the account's password, keys of the restaurant, or command lines of failed scripts."""
_NO_REUSE = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""A new connection for every effect: if the platform had just closed a reused one, the effect would become unclear."""
_REUSE = httpx.Limits(max_connections=8, max_keepalive_connections=8)
"""Few, since the bookkeeping of a pool grows with its connections; a query on a closed connection is repeated."""


class PlatformClient:
    """One client for the lifetime of the process; `async with` closes it.

    `send` never sends twice. Queries are repeated after temporary failures for `question_patience` seconds. Proxies of
    the environment are not used.
    """

    def __init__(
        self,
        base_url: str,
        service_key: SecretStr,
        organisation_id: UUID,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        question_patience: float = 30,
    ) -> None:
        """Raises MisconfiguredInstallation if address, key or organisation is missing or invalid."""
        _check(base_url, service_key, organisation_id)
        self._patience = question_patience
        self._key = service_key
        self.clock = ServerClock()
        self._effects, self._queries = (
            httpx.AsyncClient(
                base_url=base_url,
                headers={"X-Service-Key": service_key.get_secret_value(), "X-Organisation-ID": str(organisation_id)},
                transport=transport,
                limits=limits,
                verify=authorities(of_environment=False),
                trust_env=False,
            )
            for limits in (_NO_REUSE, _REUSE)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._effects.aclose()
        await self._queries.aclose()

    async def send(self, request: PlatformRequest, limit_seconds: float) -> dict[str, Any]:
        """Send once and return the answer, which has `success: true`.

        Raises PlatformNotReached, PlatformBusy, PlatformUnavailable (nothing was done), PlatformRefused, or
        PlatformUnclear (also if there is no answer within `limit_seconds`).
        """
        secrets = (*request.secret_values, self._key.get_secret_value())
        effect = self._effects.build_request(
            "POST",
            request.path,
            json=request.body,
            timeout=httpx.Timeout(limit_seconds, connect=min(_CONNECT_SECONDS, limit_seconds / 2)),
        )
        answer = await self._exchange(self._effects, effect, limit_seconds, secrets)
        if request.long_answer and begins_with_success(answer):
            return {"success": True, "data": {}}
        return read_answer(answer, secrets, keeps_body=not request.secrets)

    async def status(self, restaurant_id: UUID) -> RegistrationStatus:
        """Account and registration of a restaurant. Raises the errors of `_query`."""
        return await self._about("status", restaurant_id, RegistrationStatus)

    async def logs(self, restaurant_id: UUID) -> Logs:
        """The platform's log of its newest fifty calls for a restaurant. Raises the errors of `_query`."""
        return await self._about("logs", restaurant_id, Logs)

    async def image_stats(self, menu_id: UUID) -> ImageStats:
        """How many images of a menu are uploaded. Raises the errors of `_query`."""
        return (await self._query(f"/api/menus/{menu_id}/cdn-stats", ImageCounts)).stats

    async def upload(self, batch_id: UUID) -> Upload:
        """The status of an upload of images. Raises the errors of `_query`."""
        return (await self._query(f"/api/upload-batches/{batch_id}", UploadAnswer)).batch

    async def code_injection(self, restaurant_id: UUID) -> CodeInjection:
        """The generated code of a restaurant's website. Raises the errors of `_query`."""
        return await self._about("code-injection", restaurant_id, CodeInjection)

    async def _about(self, route: str, restaurant_id: UUID, answer: type[A]) -> A:
        """The answer of a query about a restaurant. Raises the errors of `_query`."""
        path = f"/api/registration/{route}/{restaurant_id}"
        return await self._query(path, answer, keeps_body=route not in _WITH_PASSWORDS)

    async def _query(self, path: str, answer: type[A], *, keeps_body: bool = True) -> A:
        """Send a query until it is answered or `question_patience` is over.

        Raises PlatformRefused if the platform refuses, PlatformNotUnderstood if the answer cannot be read, and in the
        end PlatformNotReached or PlatformUnclear.
        """
        secrets = (self._key.get_secret_value(),)

        async def send_query() -> A:
            request = self._queries.build_request("GET", path, timeout=_QUERY_SECONDS)
            response = await self._exchange(self._queries, request, _QUERY_SECONDS, secrets)
            return read_query_answer(response, answer, secrets, keeps_body=keeps_body)

        return await retry_query(send_query, self._patience)

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, limit: float, secrets: tuple[str, ...]
    ) -> httpx.Response:
        sent_at = now()
        try:
            async with asyncio.timeout(limit):
                response = await send_bounded(client, request)
        except tuple(NO_ANSWER) as error:
            failure = no_answer(error, request.url.path, secrets)
        else:
            self.clock.record_answer(response.headers, sent_at, now())
            return response
        raise failure  # outside the handler: httpx's error references the request, which contains the password


def _check(base_url: str, service_key: SecretStr, organisation_id: UUID) -> None:
    key = service_key.get_secret_value()
    if not _is_http(base_url):
        raise MisconfiguredInstallation("The platform's address is missing or is not http://host or https://host")
    if not key or not key.isascii() or not key.isprintable() or key != key.strip():
        raise MisconfiguredInstallation("The platform's service key is missing or cannot be sent as a header")
    if not organisation_id:
        raise MisconfiguredInstallation("The platform is never called without an organisation id")


def _is_http(address: str) -> bool:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)
