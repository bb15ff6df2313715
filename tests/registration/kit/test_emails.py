"""E-mails as keys of accounts."""

import pytest
from pydantic import TypeAdapter

from registration.effects.outputs import AccountOutputs
from registration.kit.values import Email, ascii_email, email_key


@pytest.mark.parametrize(
    "written",
    ["info@exämple.co.nz", "Info@xn--exmple-cua.co.nz", "info@XN--EXMPLE-CUA.co.nz", " INFO@EXA\u0308MPLE.co.nz\n"],
)
def test_an_e_mail_has_one_form_however_its_domain_is_written(written: str) -> None:
    """In ASCII, in Unicode with one or two characters for a letter, in capitals."""
    assert email_key(written) == TypeAdapter[str](Email).validate_python(written) == "info@exämple.co.nz"
    assert ascii_email(email_key(written)) == "info@xn--exmple-cua.co.nz"


def test_different_domains_stay_different() -> None:
    """Sharp s is a letter of its own in domains, though capitals make it two."""
    assert email_key("kai@straße.example") != email_key("kai@strasse.example")


def test_what_is_no_e_mail_is_left() -> None:
    """But for capitals and blanks: it may be asked for, and is not found."""
    assert (email_key(" Nobody "), ascii_email("nobody")) == ("nobody", "nobody")


def test_the_e_mail_of_an_account_that_was_made_is_in_that_form() -> None:
    """It is compared with that of the credentials."""
    answer = {"accountId": "1", "email": "Info@xn--exmple-cua.co.nz", "alreadyExists": False}
    assert AccountOutputs.model_validate(answer).email == "info@exämple.co.nz"
