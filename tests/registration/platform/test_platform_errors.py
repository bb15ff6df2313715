"""What every answer, and every way of getting none, means."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import (
    AlreadyThere,
    EndedWithWarnings,
    FeatureOff,
    PlatformBusy,
    PlatformEnded,
    PlatformNotReached,
    PlatformNotReady,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    RegistrationError,
    ServiceKeyRefused,
)
from registration.platform.errors import NO_ANSWER, json_object, meaning, no_answer, read_answer
from tests.registration.clients.platform_responses import REQUEST, error_of, make_response

HTML = "<html><head><title>502 Bad\n Gateway</title></head><body>cloud</body></html>"
NO = '{"success": false, "message": "No such restaurant"}'


def httpx_errors() -> list[type[Exception]]:
    """Every error class in the public face of httpx."""
    exported = [getattr(httpx, name) for name in httpx.__all__]
    return [one for one in exported if isinstance(one, type) and issubclass(one, Exception)]


@pytest.mark.parametrize("kind", httpx_errors(), ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_is_mapped(kind: type[Exception]) -> None:
    """No class of httpx escapes, and only those where nothing was sent are `not reached`."""
    assert issubclass(kind, tuple(NO_ANSWER))
    error = no_answer(kind.__new__(kind), "/path", [])
    unsent = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol")
    assert type(error) is (PlatformNotReached if kind.__name__ in unsent else PlatformUnclear)


def test_there_are_errors_of_httpx_to_map() -> None:
    """The list that the test above walks is not empty by accident."""
    assert len(httpx_errors()) >= 20


def test_a_request_over_its_limit_is_unclear() -> None:
    """Python's own timeout and errors of sockets are mapped too."""
    assert type(no_answer(TimeoutError(), "/path", [])) is PlatformUnclear
    assert type(no_answer(ConnectionResetError("cut"), "/path", [])) is PlatformUnclear


def test_an_error_without_answer_tells_cause_and_path_but_no_secret() -> None:
    """Which class, which text, which path."""
    error = no_answer(httpx.ReadError("cut while sending Sesame!1"), "/path", ["Sesame!1"])
    assert error.details == {"path": "/path", "cause": "ReadError: cut while sending ***"}
    assert "Sesame" not in error.message


ANSWERS = [
    (200, NO, EndedWithWarnings),
    (200, '{"success": false, "error": "No such restaurant"}', PlatformRefused),
    (200, '{"message": "done"}', PlatformUnclear),
    (200, '{"success": "true"}', PlatformUnclear),
    (200, '[{"success": true}]', PlatformUnclear),
    (200, '{"success": tr', PlatformUnclear),
    (200, HTML, PlatformUnclear),
    (204, "", PlatformUnclear),
    (301, "", PlatformUnclear),
    (400, NO, PlatformRefused),
    (400, '{"success": false, "error": "User already exists in onboarding system"}', AlreadyThere),
    (200, '{"success": false, "error": "Registered", "account": {"email": "A@b.nz"}}', AlreadyThere),
    (200, '{"success": false, "error": "Account already registered"}', AlreadyThere),
    (401, '{"error": "no token", "message": "a bearer token is wanted"}', ServiceKeyRefused),
    (401, '{"success": false, "error": "organisation context required"}', PlatformRefused),
    (403, '{"error": "x", "message": "off", "feature": "registration.codeInjection"}', FeatureOff),
    (403, '{"error": "organisation not found", "message": "no such one"}', PlatformRefused),
    (404, HTML, PlatformRefused),
    (409, NO, PlatformRefused),
    (429, NO, PlatformBusy),
    (429, HTML, PlatformBusy),
    (500, NO, PlatformEnded),
    (500, '{"success": false, "error": "duplicate key value violates unique constraint"}', PlatformRefused),
    (500, '{"success": false, "error": "Command failed: node x\\nRestaurant not found"}', PlatformEnded),
    (500, '{"error": "authentication failed", "message": "an error occurred"}', PlatformNotReady),
    (500, '{"error": "authentication failed", "message": "an error occurred", "statusCode": 500}', PlatformUnclear),
    (500, '{"success": true}', PlatformUnclear),
    (502, HTML, PlatformUnclear),
    (503, NO, PlatformUnavailable),
    (503, '{"message": "no healthy upstream"}', PlatformUnclear),
    (503, '{"error": "Service unavailable", "message": "try again", "retryable": true}', PlatformNotReady),
    (503, '{"message": "no healthy upstream", "retryable": "true"}', PlatformUnclear),
    (503, HTML, PlatformUnclear),
    (503, "", PlatformUnclear),
    (504, HTML, PlatformUnclear),
    (520, HTML, PlatformUnclear),
]


@pytest.mark.parametrize("status, text, expected", ANSWERS)
def test_an_answer_means_what_the_platform_agreed(status: int, text: str, expected: type[RegistrationError]) -> None:
    """One row per class of answer."""
    error = error_of(make_response(status, text))
    assert type(error) is expected
    assert error.details["status"] == status
    assert error.details["path"] == "/api/registration/register-account"


@given(st.integers(100, 599), st.sampled_from(["", HTML, NO, "[]", "null", '{"success": true}', '{"success": 1}', "{"]))
def test_every_answer_is_a_success_or_one_of_the_errors(status: int, text: str) -> None:
    """Success is a 2xx that says so; nothing escapes as another error."""
    response = make_response(status, text)
    if response.is_success and text == '{"success": true}':
        assert read_answer(response, []) == {"success": True}
    else:
        waits = (PlatformBusy, PlatformNotReady, PlatformUnavailable)
        plain = (*waits, PlatformEnded, PlatformRefused, PlatformUnclear)
        assert type(error_of(response)) in (*plain, EndedWithWarnings)


@given(st.binary(max_size=200))
def test_a_body_of_any_bytes_is_read_or_is_no_object(content: bytes) -> None:
    """What is not JSON, not UTF-8 or not an object is None."""
    response = httpx.Response(200, content=content, request=REQUEST)
    assert isinstance(json_object(response), dict | None)


@pytest.mark.parametrize(
    "text, expected",
    [
        ('{"success": false, "message": "first", "error": "second"}', "first"),
        ('{"success": false, "message": " ", "error": "second"}', "second"),
        ('{"success": false, "error": {"code": "X", "message": "inner"}}', "inner"),
        ('{"success": false, "message": 7}', "HTTP 400 without an explanation"),
        (HTML, "502 Bad Gateway"),
        ("<title>A &amp; B</title>", "A & B"),
        ("plain text", "HTTP 400 without an explanation"),
        ("", "HTTP 400 without an explanation"),
    ],
)
def test_the_text_of_an_error_is_message_else_error_else_title(text: str, expected: str) -> None:
    """The short cause that people read."""
    assert error_of(make_response(400, text)).message == expected


def busy_for(**headers: str) -> float | None:
    """The wait that a 429 with these headers asks for."""
    error = meaning(make_response(429, NO, **headers), None, [])
    assert isinstance(error, PlatformBusy)
    assert error.details["retry_after"] == error.retry_after
    return error.retry_after


def test_retry_after_is_read_as_seconds_or_date() -> None:
    """Both forms of the header; a date that has passed is no wait; absent is None."""
    now = datetime.now(UTC)
    assert busy_for(**{"Retry-After": "60"}) == 60
    assert busy_for(**{"Retry-After": format_datetime(now + timedelta(seconds=90), usegmt=True)}) == pytest.approx(
        90, abs=5
    )
    assert busy_for(**{"Retry-After": format_datetime(now - timedelta(days=1), usegmt=True)}) == 0
    assert busy_for() is None


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_retry_after_that_is_nonsense_is_none_or_a_wait(value: str) -> None:
    """No header makes the mapping fail."""
    seconds = busy_for(**{"Retry-After": value})
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize("status, kind", [(200, PlatformUnclear), (404, PlatformRefused), (502, PlatformUnclear)])
def test_an_answer_of_any_length_is_understood_at_once(status: int, kind: type[RegistrationError]) -> None:
    """One that is long and full of words that look like secrets, as error pages with scripts are."""
    begin = time.process_time()
    assert type(error_of(make_response(status, "<script>'token secret password' " * 40_000), "Sesame!1")) is kind
    assert time.process_time() - begin < 10


def test_a_feature_that_is_off_and_an_account_that_is_there_are_named() -> None:
    """The name of the feature for whoever can switch it on; of an account its e-mail and never its password."""
    off = error_of(
        make_response(403, '{"error": "x", "message": "not yours", "feature": "registration.codeInjection"}')
    )
    assert off.details["feature"] == "registration.codeInjection"
    assert "registration.codeInjection is switched off for this organisation: not yours" in off.message
    account = '"account": {"email": "Mere@Kai.nz", "user_password_hint": "Sesame!1"}'
    with pytest.raises(AlreadyThere) as caught:
        read_answer(make_response(200, f'{{"success": false, "error": "there", {account}}}'), (), keeps_body=False)
    assert caught.value.details["account_email"] == "mere@kai.nz"
    assert "Sesame" not in str(caught.value.details)


@pytest.mark.parametrize(
    "endpoint, words, kind",
    [
        ("register-restaurant", "duplicate key value violates unique constraint", PlatformEnded),
        ("register-account", "invalid credentials", PlatformEnded),
        ("import-menu-direct", "Account credentials not found", PlatformRefused),
        ("import-menu-direct", "Menu not found", PlatformRefused),
        ("configure-services", "Restaurant not found", PlatformRefused),
        ("configure-services", "Restaurant account not found. Register it first", PlatformRefused),
        ("add-option-sets", "Failed to fetch menu items: too long", PlatformRefused),
        ("add-option-sets", "Command failed: node x\nFailed to create any", PlatformEnded),
    ],
)
def test_a_500_is_a_clear_no_only_where_its_words_say_that_nothing_had_begun(
    endpoint: str, words: str, kind: type[RegistrationError]
) -> None:
    """The same words of another request may come from the systems behind the platform."""
    request = httpx.Request("POST", f"http://platform.test/api/registration/{endpoint}")
    body = {"success": False, "error": words}
    assert type(meaning(httpx.Response(500, json=body, request=request), {**body}, ())) is kind
