"""`registration console sign-in`: links for persons of one organisation."""

import re
from uuid import uuid4

import pytest

from registration.database.sign_in_queries import Person, organisation_of, redeem
from registration.settings import settings
from tests.interfaces.cli.conftest import Commands


async def test_a_link_is_printed_and_good_once(registration: Commands) -> None:
    """It names the organisation and the person, and nothing of it is stored as it is."""
    result = await registration("console", "sign-in", "--as", "mere@example.nz", "--role", "viewer")
    found = re.fullmatch(r"http://127\.0\.0\.1:8430/sign-in#(\S{54})\n", result.out)
    assert found is not None, result.out + result.err
    assert organisation_of(found[1]) == registration.organisation_id
    async with registration.database.transaction(registration.organisation_id) as transaction:
        assert await redeem(transaction, found[1]) == Person("mere@example.nz", "mere@example.nz", "viewer")
        assert await redeem(transaction, found[1]) is None


async def test_the_address_of_the_link_is_a_setting(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy has another name than this machine."""
    monkeypatch.setenv("REGISTRATION_CONSOLE_URL", "https://desk.example.nz/")
    settings.cache_clear()
    result = await registration("console", "sign-in", "--as", "Mere")
    assert result.out.startswith("https://desk.example.nz/sign-in#")


async def test_what_is_wrong_makes_no_link(registration: Commands) -> None:
    """A role that there is none of, a person without a name, an organisation that nobody knows."""
    wrong = {
        ("--as", "Mere", "--role", "owner"): "viewer, operator, admin",
        ("--as", " "): "--as",
        ("--as", "Mere", "--organisation", str(uuid4())): "there is no organisation",
        ("--as", "Mere", "--minutes", "0"): "--minutes",
    }
    for arguments, said in wrong.items():
        result = await registration("console", "sign-in", *arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert said in result.err, arguments
    assert await registration.query("select 1 as one from registration_sign_ins") == []
