"""Secrets never stay in a text, however they are written there, and looking for them takes no time."""

import html
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.kit.redaction import MOST_CHARACTERS, redact

PASSWORD = "Ab+c=d@e!f.g_h-1"


@given(st.text(min_size=8), st.sampled_from([str, json.dumps, html.escape, quote]))
def test_a_secret_is_removed_however_it_is_written(secret: str, write: object) -> None:
    """Raw, and as JSON, HTML or a URL write it."""
    assert callable(write)
    if "*" not in secret and secret.isprintable():
        assert secret not in redact(f"before {write(secret)} after", [secret])
        assert "***" in redact(f"before {write(secret)} after", [secret])


@pytest.mark.parametrize("name", ["password", "user_password_hint", "clientSecret", "accessToken"])
def test_what_is_called_a_secret_is_removed_too(name: str) -> None:
    """The platform may answer with one that we do not know; also in an answer that was cut off."""
    whole = json.dumps({"email": "a@example.nz", name: 'to"p', "passwordGenerated": True, "menu": 3})
    assert redact(whole, []) == whole.replace(json.dumps('to"p'), '"***"')
    assert "topsecr" not in redact(f'{{"email": "a@example.nz", "{name}": "topsecr', [])


def test_html_in_bytes_of_any_number_is_searched_at_once() -> None:
    """A long page of scripts in single quotes, full of names of secrets, keeps no process from renewing its lease."""
    pages = ("'token secret password' " * 40_000, '"' + "token " * 200_000, "&" * 1_000_000, '"a' * 500_000)
    begin = time.process_time()
    for page in pages:
        assert len(redact(page, [PASSWORD])) <= MOST_CHARACTERS + 100
    assert time.process_time() - begin < 10


def as_json_of_dotnet(text: str) -> str:
    r"""What is no letter or digit as \u002B."""
    return "".join(one if one.isalnum() else f"\\u{ord(one):04X}" for one in text)


def as_json_of_gson(text: str) -> str:
    """Every other character than letters and digits as a JSON escape in lower case."""
    return "".join(one if one.isalnum() else f"\\u{ord(one):04x}" for one in text)


def as_entities(text: str) -> str:
    """As templates write it: &#x2B;."""
    return "".join(one if one.isalnum() else f"&#x{ord(one):X};" for one in text)


def as_decimal_entities(text: str) -> str:
    """As others write it: &#43;."""
    return "".join(f"&#{ord(one)};" for one in text)


def in_a_url(text: str) -> str:
    """With lower-case %2b."""
    return "".join(one if one.isalnum() else f"%{ord(one):02x}" for one in text)


@pytest.mark.parametrize("write", [as_json_of_dotnet, as_json_of_gson, as_entities, as_decimal_entities, in_a_url])
@pytest.mark.parametrize("again", [str, json.dumps, html.escape, quote, in_a_url])
def test_a_secret_is_removed_in_every_encoding_and_in_two_of_each_other(write: object, again: object) -> None:
    """As other languages' libraries write what is no letter."""
    assert callable(write)
    assert callable(again)
    shown = redact(f'{{"message": "the value {again(write(PASSWORD))} is too weak"}}', [PASSWORD])
    assert "***" in shown
    assert "d@e" not in html.unescape(shown)
    assert "Ab" not in shown


@pytest.mark.parametrize("cut", [PASSWORD[:9], PASSWORD[-9:], f"{PASSWORD[:12]}...", f"…{PASSWORD[6:]}"])
def test_what_is_left_of_a_secret_that_was_cut_is_removed(cut: str) -> None:
    """Half of a password is most of it."""
    assert redact(f"the value '{cut}' is too weak", [PASSWORD]).count("***") == 1
    assert cut.strip(".…") not in redact(f"the value '{cut}' is too weak", [PASSWORD])


def test_no_beginning_of_a_secret_is_left_where_a_text_ends() -> None:
    """A body that was cut in the middle of it."""
    for size in range(1, len(PASSWORD) + 1):
        before = "n" * (MOST_CHARACTERS - size)
        assert redact(f"{before}{PASSWORD} and more", [PASSWORD]) == f"{before}***"


def test_no_beginning_of_a_secret_is_left_where_a_text_with_control_characters_ends() -> None:
    """They are left out, and the text is shorter for it, but it was cut all the same."""
    for size in range(1, len(PASSWORD) + 1):
        before = "n" * (MOST_CHARACTERS // 2 - size)
        assert redact("\x00" * (MOST_CHARACTERS // 2) + f"{before}{PASSWORD} and more", [PASSWORD]) == f"{before}***"


@pytest.mark.parametrize(
    "text, shown",
    [
        (
            "ran: node add.js --email=a@b.nz --password=x1!y --x",
            "ran: node add.js --email=a@b.nz --password=*** --x",
        ),
        (
            'ran: {"said": "add.js --password=\\"x1y\\" --x"}',
            'ran: {"said": "add.js --password=\\"***\\" --x"}',
        ),
        ("add.js --user-password 'x1 y' --x", "add.js --user-password '***' --x"),
        ("POST /login?email=a&password=x1%21&x=1", "POST /login?email=a&password=***&x=1"),
        ("{'accessToken': 'x1y', 'menu': 3}", "{'accessToken': '***', 'menu': 3}"),
        ("Password: must have at least eight characters", "Password: must have at least eight characters"),
        ("the password is wrong", "the password is wrong"),
    ],
)
def test_values_that_are_named_as_secrets_are_removed_from_command_lines_and_addresses(text: str, shown: str) -> None:
    """Scripts that fail are told with their command; prose stays."""
    assert redact(text, []) == shown


def test_a_text_without_a_secret_stays_as_it_is_written() -> None:
    """Decoding is only for the search."""
    text = "a &amp; b, 100%25, \\u0041: https://x.nz/?q=%2B"
    assert redact(text, [PASSWORD]) == text


def test_a_plain_word_is_no_piece_of_a_secret() -> None:
    """Keys of installations that are tried out contain such, and messages too."""
    assert redact("the services are away", ["service-key-1"]) == "the services are away"


COMMAND = 'Command failed: node /app/add.js --email="a@b.nz" --password="x1!y" --name="Kai & Co" --hours=[]'


@pytest.mark.parametrize(
    "text, shown",
    [
        (COMMAND, "Command failed: ***"),
        (f"{COMMAND}\nNo restaurant in the list\n", "Command failed: ***\nNo restaurant in the list\n"),
        (f"{COMMAND}\r\nagain\n{COMMAND}", "Command failed: ***\nagain\nCommand failed: ***"),
        (f"Error: {COMMAND.lower()}", "Error: command failed: ***"),
        (f"<pre>{html.escape(COMMAND)}</pre>\n<p>later", "<pre>Command failed: ***\n<p>later"),
        ("Command failed: *** No restaurant in the list", "Command failed: *** No restaurant in the list"),
    ],
)
def test_the_line_of_a_command_that_failed_is_removed(text: str, shown: str) -> None:
    """Name, address and password of a restaurant stand in it; what the script itself said stands below it."""
    assert redact(text, []) == shown
    assert redact(redact(text, []), []) == shown


@pytest.mark.parametrize("write", [json.dumps, quote, in_a_url, as_json_of_dotnet])
def test_no_encoding_hides_the_password_of_a_command_that_failed(write: object) -> None:
    """The password itself is not known to whoever reads an answer about another account."""
    assert callable(write)
    assert "x1!y" not in html.unescape(redact(f"it said {write(COMMAND)}", []))
