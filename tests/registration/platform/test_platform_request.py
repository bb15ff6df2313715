"""What of a request may be seen."""

from dataclasses import replace

from registration.kit.redaction import redact
from registration.platform.requests import PlatformRequest

PATH = "/api/registration/register-account"
SECRETS = frozenset({"password"})


def make_request(**fields: object) -> PlatformRequest:
    """A request with a password."""
    return PlatformRequest(PATH, {"email": "kai@example.nz", "password": "Sesame!1", **fields}, SECRETS)


def test_the_password_is_not_in_the_repr() -> None:
    """A request can be printed by accident without telling the password."""
    assert "Sesame" not in repr(make_request())
    assert "Sesame" not in str([make_request()])


def test_the_fingerprint_does_not_depend_on_the_password_or_on_the_order_of_fields() -> None:
    """The same request with another password, or written in another order, is the same request."""
    other = PlatformRequest(PATH, {"password": "Other!2", "email": "kai@example.nz"}, SECRETS)
    assert make_request().fingerprint == other.fingerprint


def test_the_fingerprint_depends_on_path_and_fields() -> None:
    """What is asked for makes the fingerprint."""
    elsewhere = PlatformRequest("/api/menus", make_request().body, SECRETS)
    prints = {make_request().fingerprint, make_request(phone="+6493791234").fingerprint, elsewhere.fingerprint}
    assert len(prints) == 3
    assert all(len(one) == 64 for one in prints)


def test_an_empty_secret_redacts_nothing() -> None:
    """An absent password does not turn a text into stars."""
    assert redact("hello", ["", *PlatformRequest(PATH, {"password": ""}, SECRETS).secret_values]) == "hello"


def test_a_request_hides_what_its_answer_may_tell_though_it_does_not_carry_it() -> None:
    """The platform's scripts sign in with the account's password: it is no part of the request, and not shown."""
    request = replace(make_request(), hidden=("Other!2",))
    assert request.secret_values == ("Sesame!1", "Other!2")
    assert request.fingerprint == make_request().fingerprint
    assert "Other" not in repr(request)
