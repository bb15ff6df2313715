"""What is kept of the platform's words: what can be stored, as much as people read, and no secret of it."""

import json

import httpx
import pytest

from registration.errors import PlatformRefused, PlatformUnclear
from registration.platform.errors import no_answer, read_answer
from tests.registration.clients.platform_responses import error_of, make_response

COMMAND = 'Command failed: node /app/add.js --email="a@b.nz" --password="Sesame!1" --name="Kai"'


def test_the_text_is_cut_and_the_body_kept_longer() -> None:
    """200 characters for people, 4000 in the details."""
    error = error_of(make_response(400, '{"message": "' + "x" * 9000 + '"}'))
    assert len(error.message) == 200
    assert len(error.details["body"]) == 4000


def test_a_secret_in_the_answer_is_removed_before_it_is_cut() -> None:
    """No half of a password is left where a text ends."""
    for before in range(180, 201):
        error = error_of(make_response(400, f'{{"message": "{"x" * before}Sesame!1"}}'), "Sesame!1")
        assert "Se" not in error.message
        assert "Sesame" not in error.details["body"]


@pytest.mark.parametrize("answer", ['{{"message": "{}"}}', "<title>{}</title>"])
def test_no_beginning_of_a_secret_is_left_where_a_long_text_is_cut(answer: str) -> None:
    """Blanks before it are joined to one, so that the end of what is searched may stand in the message."""
    for blanks in (*range(975, 1001), *range(9960, 10_001)):
        error = error_of(make_response(400, answer.format(f"weak{' ' * blanks}Open+Sesame!1")), "Open+Sesame!1")
        assert "Op" not in error.message


@pytest.mark.parametrize("status", [200, 400, 503])
def test_what_the_platform_says_can_be_stored(status: int) -> None:
    """Control characters and lone surrogates, written out or as JSON escapes, never reach the database."""
    text = '{"success": false, "message": "no \\u0000\\ud800way\\u001b[2J", "raw": "\x00"}'
    error = error_of(make_response(status, text))
    assert error.message in ("no way[2J", f"HTTP {status} without an explanation")
    assert "\x00" not in error.details["body"]
    error = no_answer(httpx.RemoteProtocolError("bad line \x00\x1b]0;"), "/path", [])
    assert error.details["cause"] == "RemoteProtocolError: bad line ]0;"


def test_a_success_with_control_characters_is_one_without_them() -> None:
    """Outputs are read from it; what is no text of theirs stays."""
    answer = read_answer(make_response(200, '{"success": true, "accountId": "A\\u0000\\ud8001", "n": 1.5}'), [])
    assert answer == {"success": True, "accountId": "A1", "n": 1.5}


@pytest.mark.parametrize("value", ["[" * 200_000, "1" * 5000, "NaN", "1e999", "[" * 300 + "]" * 300])
def test_a_success_that_cannot_be_kept_is_unclear(value: str) -> None:
    """JSON of any depth, numbers of any size."""
    assert type(error_of(make_response(200, f'{{"success": true, "n": {value}}}'))) is PlatformUnclear


def test_the_answer_to_a_request_with_a_password_is_not_kept() -> None:
    """It may repeat the password in an encoding that nobody thought of; the message is searched for it."""
    text = '{"success": false, "message": "weak: Open&#x2B;Sesame!1", "echo": "T3BlbitTZXNhbWUhMQ=="}'
    with pytest.raises(PlatformRefused) as caught:
        read_answer(make_response(400, text), ["Open+Sesame!1"], keeps_body=False)
    assert caught.value.message == "weak: ***"
    assert "T3Blbit" not in str(caught.value.details)


@pytest.mark.parametrize("secrets", [(), ("Sesame!1",)])
def test_a_script_that_failed_is_told_by_its_own_words_and_not_by_its_command(secrets: tuple[str, ...]) -> None:
    """The platform answers with the command line, which carries the account's password; the cause stands below it."""
    answer = {"success": False, "error": f"{COMMAND}\nNo restaurant in the list\n", "details": "the menu\nis empty"}
    error = error_of(make_response(500, json.dumps(answer)), *secrets)
    assert error.message == "Command failed: *** No restaurant in the list"
    assert "Sesame" not in str(error.details)
    assert "--email" not in str(error.details)
    assert json.loads(error.details["body"]) == {
        "success": False,
        "error": "Command failed: ***\nNo restaurant in the list\n",
        "details": "the menu\nis empty",
    }


@pytest.mark.parametrize("member", ["error", "message", "details"])
def test_what_a_success_says_beside_its_outputs_holds_no_secret_either(member: str) -> None:
    """A success with the words of a script that failed: they can become the reason of a failure."""
    answer = {"success": True, member: f"{COMMAND}\nweak: Sesame!1", "output": "Sesame!1" * 5000}
    read = read_answer(make_response(200, json.dumps(answer)), ["Sesame!1"])
    assert read[member] == "Command failed: ***\nweak: ***"
