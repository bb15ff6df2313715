"""The client: who it speaks for, and that it sends once."""

import asyncio
import json
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from registration.errors import (
    MisconfiguredInstallation,
    PlatformNotReached,
    PlatformNotUnderstood,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
)
from registration.platform.client import PlatformClient, PlatformRequest
from tests.waiting import HANG

ORGANISATION = UUID("11111111-1111-1111-1111-111111111111")
KEY = SecretStr("service-key-1")
REQUEST = PlatformRequest(
    "/api/registration/register-account", {"email": "a@b.nz", "password": "Sesame!1"}, frozenset({"password"})
)

Handler = Callable[[httpx.Request], httpx.Response]


def make_client(handler: Handler, patience: float = 0.5) -> PlatformClient:
    """A client whose platform is `handler`."""
    transport = httpx.MockTransport(handler)
    return PlatformClient("http://platform.test", KEY, ORGANISATION, transport=transport, question_patience=patience)


class Script:
    """Answers one after the other, the last one for ever, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def says(status: int = 200, **body: object) -> httpx.Response:
    """The platform says this, in JSON."""
    return httpx.Response(status, json=body)


@pytest.mark.parametrize("address", ["", "platform.test", "ftp://platform.test", "http://", "http://host:port"])
def test_it_is_not_built_without_an_address(address: str) -> None:
    """A client without a platform is refused at once."""
    with pytest.raises(MisconfiguredInstallation, match="address"):
        PlatformClient(address, KEY, ORGANISATION)


@pytest.mark.parametrize("key", ["", " ", "two\nlines", "kéy"])
def test_it_is_not_built_without_a_usable_service_key(key: str) -> None:
    """The message says which setting, and not what its value is."""
    with pytest.raises(MisconfiguredInstallation, match="service key") as caught:
        PlatformClient("http://platform.test", SecretStr(key), ORGANISATION)
    assert "lines" not in str(caught.value)


def test_it_is_not_built_without_an_organisation() -> None:
    """No call is ever made for nobody in particular."""
    nobody: UUID = None  # pyright: ignore[reportAssignmentType]  # what an unset setting would pass on
    with pytest.raises(MisconfiguredInstallation, match="organisation"):
        PlatformClient("http://platform.test", KEY, nobody)


async def test_an_effect_is_sent_with_key_and_organisation() -> None:
    """The headers of every POST, and the body as it is."""
    script = Script(says(success=True, account_id="7"))
    async with make_client(script) as client:
        answer = await client.send(REQUEST, 5)
    [request] = script.requests
    assert answer == {"success": True, "account_id": "7"}
    assert (request.method, request.url.path) == ("POST", "/api/registration/register-account")
    assert json.loads(request.content) == REQUEST.body
    assert request.headers["X-Service-Key"] == "service-key-1"
    assert request.headers["X-Organisation-ID"] == str(ORGANISATION)


@pytest.mark.parametrize(
    "answer, expected",
    [
        (httpx.ConnectError("refused"), PlatformNotReached),
        (httpx.ReadError("cut"), PlatformUnclear),
        (says(503, success=False, message="later"), PlatformUnavailable),
        (says(success=False, message="no"), PlatformRefused),
        (httpx.Response(502, text="<title>Bad Gateway</title>"), PlatformUnclear),
    ],
)
async def test_an_effect_is_never_sent_again(answer: httpx.Response | Exception, expected: type[Exception]) -> None:
    """Whatever goes wrong, the platform has seen one request."""
    script = Script(answer)
    async with make_client(script) as client:
        with pytest.raises(expected):
            await client.send(REQUEST, 5)
    assert len(script.requests) == 1


async def test_an_effect_over_its_limit_is_unclear() -> None:
    """The limit counts the whole request, even if the platform sends a byte now and then without end."""

    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, PlatformClient(f"http://127.0.0.1:{port}", KEY, ORGANISATION) as client:
        with pytest.raises(PlatformUnclear, match="TimeoutError"):
            await asyncio.wait_for(client.send(REQUEST, 0.3), HANG)


async def test_an_effect_to_a_closed_port_was_not_sent() -> None:
    """A real refused connection."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with PlatformClient(f"http://127.0.0.1:{port}", KEY, ORGANISATION) as client:
        with pytest.raises(PlatformNotReached):
            await client.send(REQUEST, 5)


async def test_an_error_holds_no_password() -> None:
    """Neither in its text and details, nor in the errors that it came from."""

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"success": False, "message": f"got {request.content.decode()}"})

    for answer in (handler, Script(httpx.ReadError("lost Sesame!1"))):
        async with make_client(answer) as client:
            with pytest.raises((PlatformRefused, PlatformUnclear)) as caught:
                await client.send(REQUEST, 5)
        assert "Sesame" not in f"{caught.value!r} {caught.value.details}"
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


async def test_questions_are_asked_again_on_passing_trouble() -> None:
    """Refused, unavailable, busy, garbled and cut do not reach the caller while there is patience."""
    script = Script(
        httpx.ConnectError("refused"),
        says(503, success=False),
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(200, text="{garbled"),
        httpx.ReadError("cut"),
        says(success=True, account=None, pumpdRestaurant={"registration_status": "pending"}, hasAccount=False),
    )
    async with make_client(script, patience=3) as client:
        status = await client.status(uuid4())
    assert len(script.requests) == 6
    assert status.account is None
    assert status.pumpd_restaurant is not None
    assert (status.pumpd_restaurant.registration_status, status.pumpd_restaurant.dashboard_url) == ("pending", None)


@pytest.mark.parametrize(
    "answer, expected",
    [
        (httpx.ConnectError("refused"), PlatformNotReached),
        (httpx.ReadTimeout("slow"), PlatformUnclear),
        (says(503, success=False, message="later"), PlatformUnclear),
        (httpx.Response(429), PlatformUnclear),
        (httpx.Response(200, text="{garbled"), PlatformNotUnderstood),
    ],
)
async def test_questions_give_up_when_patience_ends(
    answer: httpx.Response | Exception, expected: type[Exception]
) -> None:
    """After more than one try the caller hears what the last one was."""
    script = Script(answer)
    async with make_client(script, patience=0.2) as client:
        with pytest.raises(expected):
            await client.logs(uuid4())
    assert len(script.requests) > 1


async def test_a_question_does_not_wait_longer_than_its_patience_for_a_busy_platform() -> None:
    """A Retry-After beyond the patience ends the asking at once."""
    script = Script(httpx.Response(429, headers={"Retry-After": "60"}))
    async with make_client(script) as client:
        with pytest.raises(PlatformUnclear):
            await client.status(uuid4())
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "answer", [says(404, success=False, message="unknown"), says(success=False, message="unknown")]
)
async def test_a_clear_no_to_a_question_is_raised_at_once(answer: httpx.Response) -> None:
    """An unknown restaurant does not become known by asking again."""
    script = Script(answer)
    async with make_client(script) as client:
        with pytest.raises(PlatformRefused, match="unknown"):
            await client.code_injection(uuid4())
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"hasContent": "yes"},
        {"codeInjectionId": 7},
        {"generatedAt": "2026-11-21T10:00:00"},
        {"config": {"generatedAt": 1}},
        {"config": []},
    ],
)
async def test_an_ill_typed_member_is_not_understood(body: dict[str, object]) -> None:
    """What cannot be read is an error, never a default; the message names the place and the body is kept."""
    script = Script(httpx.Response(200, json=body))
    async with make_client(script) as client:
        with pytest.raises(PlatformNotUnderstood, match=next(iter(body))) as caught:
            await client.code_injection(uuid4())
    assert len(script.requests) == 1
    assert next(iter(body)) in caught.value.details["body"]


@pytest.mark.parametrize("stats", [{"totalImages": -1}, {"totalImages": 2.5}, {"uploadedImages": "2"}])
async def test_a_count_that_is_none_is_not_understood(stats: dict[str, object]) -> None:
    """Of images a number too many would be a part of a menu that nobody waits for."""
    counts = {"totalImages": 2, "uploadedImages": 1, "failedUploads": 0, "pendingUploads": 1}
    async with make_client(Script(says(success=True, stats=counts | stats))) as client:
        with pytest.raises(PlatformNotUnderstood, match=f"stats.{next(iter(stats))}"):
            await client.image_stats(uuid4())


async def test_an_absent_member_is_none_and_unknown_ones_are_ignored() -> None:
    """No evidence is not "not done"."""
    restaurant = uuid4()
    script = Script(says(success=True, config={"generatedAt": None, "more": 1}, somethingNew=2))
    async with make_client(script) as client:
        code = await client.code_injection(restaurant)
    assert (code.has_content, code.generated_at) == (None, None)
    assert code.config is not None
    assert code.config.generated_at is None
    assert script.requests[0].url.path == f"/api/registration/code-injection/{restaurant}"


async def test_no_answer_with_passwords_of_an_account_is_kept() -> None:
    """The platform's status carries password and keys in clear, under names of its own choice."""
    answer = {"account": {"email": 7, "user_password_hint": "Sesame!1"}, "pumpdRestaurant": {"api_keys": {"a": "K1"}}}
    async with make_client(Script(httpx.Response(200, json=answer))) as client:
        with pytest.raises(PlatformNotUnderstood, match=r"account\.email") as caught:
            await client.status(uuid4())
    assert "Sesame" not in str(caught.value.details)
    assert "K1" not in str(caught.value.details)
