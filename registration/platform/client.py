"""The registration platform over HTTP: effects that are sent once, questions that may be asked again."""

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
from registration.platform.status_queries import ask, read_question

__all__ = ["PlatformClient", "PlatformRequest"]

A = TypeVar("A", bound=Answer)

_CONNECT_SECONDS = 10.0
_QUESTION_SECONDS = 10.0
_WITH_PASSWORDS = ("status", "logs")
"""Questions whose answers carry the account's password, keys of the restaurant, or lines of commands that failed."""
_NO_REUSE = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""A connection of its own for every effect: an idle one that the platform has just closed would make it unclear."""
_REUSE = httpx.Limits(max_connections=8, max_keepalive_connections=8)
"""Few, since a pool's bookkeeping grows with its connections; a question that meets a closed one is asked again."""


class PlatformClient:
    """One client for the life of the process; `async with` closes it.

    `send` never sends twice. Questions are asked again on passing trouble for `question_patience` seconds. Proxies of
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
        """Raises MisconfiguredInstallation if address, key or organisation is missing or cannot be used."""
        _check(base_url, service_key, organisation_id)
        self._patience = question_patience
        self._key = service_key
        self.clock = ServerClock()
        self._effects, self._questions = (
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
        await self._questions.aclose()

    async def send(self, request: PlatformRequest, limit_seconds: float) -> dict[str, Any]:
        """Send once and return the answer, which says `success: true`.

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
        """Account and registration of a restaurant. Raises as all questions do: see `_ask`."""
        return await self._about("status", restaurant_id, RegistrationStatus)

    async def logs(self, restaurant_id: UUID) -> Logs:
        """What the platform logged of its newest fifty calls for a restaurant."""
        return await self._about("logs", restaurant_id, Logs)

    async def image_stats(self, menu_id: UUID) -> ImageStats:
        """How many images of a menu are uploaded."""
        return (await self._ask(f"/api/menus/{menu_id}/cdn-stats", ImageCounts)).stats

    async def upload(self, batch_id: UUID) -> Upload:
        """How an upload of images stands."""
        return (await self._ask(f"/api/upload-batches/{batch_id}", UploadAnswer)).batch

    async def code_injection(self, restaurant_id: UUID) -> CodeInjection:
        """The generated code of a restaurant's website."""
        return await self._about("code-injection", restaurant_id, CodeInjection)

    async def _about(self, question: str, restaurant_id: UUID, answer: type[A]) -> A:
        """What the platform says of a restaurant. Raises as all questions do: see `_ask`."""
        path = f"/api/registration/{question}/{restaurant_id}"
        return await self._ask(path, answer, keeps_body=question not in _WITH_PASSWORDS)

    async def _ask(self, path: str, answer: type[A], *, keeps_body: bool = True) -> A:
        """Ask until there is an answer or the patience has ended.

        Raises PlatformRefused on a clear no, PlatformNotUnderstood if the answer cannot be read, and in the end
        PlatformNotReached or PlatformUnclear.
        """
        secrets = (self._key.get_secret_value(),)

        async def once() -> A:
            request = self._questions.build_request("GET", path, timeout=_QUESTION_SECONDS)
            response = await self._exchange(self._questions, request, _QUESTION_SECONDS, secrets)
            return read_question(response, answer, secrets, keeps_body=keeps_body)

        return await ask(once, self._patience)

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, limit: float, secrets: tuple[str, ...]
    ) -> httpx.Response:
        asked = now()
        try:
            async with asyncio.timeout(limit):
                response = await send_bounded(client, request)
        except tuple(NO_ANSWER) as error:
            failure = no_answer(error, request.url.path, secrets)
        else:
            self.clock.heard(response.headers, asked, now())
            return response
        raise failure  # outside of the handler: httpx's error holds the request, and that the password


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
