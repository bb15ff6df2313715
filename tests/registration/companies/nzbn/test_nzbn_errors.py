"""Answers of the NZBN API that hold what nobody can keep."""

import json

import httpx
import pytest

from registration.companies.nzbn.errors import read_answer
from registration.companies.nzbn.search import SearchPage
from registration.errors import RegisterPageNotUnderstood, RegisterUnavailable

REQUEST = httpx.Request("GET", "http://nzbn.test/entities", headers={"Ocp-Apim-Subscription-Key": "key-of-nzbn"})


def _answer(text: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, text=text, request=REQUEST)


def test_control_characters_are_no_part_of_a_name() -> None:
    """A database would refuse them, a terminal obey them."""
    items = [{"nzbn": "9429031003346", "entityName": "KERERU\u0000\u001b[2J LIMITED", "sourceRegisterUniqueId": "1"}]
    page = read_answer(_answer(json.dumps({"items": items})), SearchPage)
    assert page.items is not None
    assert page.items[0].entity_name == "KERERU[2J LIMITED"


@pytest.mark.parametrize("text", ["[" * 200_000, '{"items": [' + "9" * 6000 + "]}", '{"items": NaN}', "\x00", "<html>"])
def test_what_is_no_json_within_bounds_is_not_understood(text: str) -> None:
    """Of any depth, with numbers of any size: the error keeps its beginning, fit for the database."""
    with pytest.raises(RegisterPageNotUnderstood) as caught:
        read_answer(_answer(text), SearchPage)
    assert caught.value.details["body"] == text.replace("\x00", "")[:10_000]


def test_what_the_api_says_can_be_stored() -> None:
    """Its own words are part of the message."""
    with pytest.raises(RegisterUnavailable) as caught:
        read_answer(_answer('{"message": "later\\u0000\\u001b[2J"}', 503), SearchPage)
    assert caught.value.message == "the NZBN API answered with status 503, later[2J"
