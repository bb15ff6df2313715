"""Directors' homes and phone numbers in the answers of the NZBN API."""

from typing import Any

import pytest

from tests.registration.companies.nzbn.nzbn_mock import ROLE, details

TODAY, ENDED = {"startDate": "2019-01-01"}, {"startDate": "2010-01-01", "endDate": "2019-01-01"}


@pytest.mark.parametrize(
    "addresses,home",
    [
        ([{"address1": "1 A St"} | ENDED, {"address1": "2 B St", "addressType": "PHYSICAL"} | TODAY], "2 B St"),
        (
            [
                {"address1": "1 A St", "addressType": "ALTERNATIVE"} | TODAY,
                {"address1": "2 B St", "addressType": "PHYSICAL"},
            ],
            "2 B St",
        ),
        (
            [
                {"address1": "1 A St", "addressType": "PHYSICAL"} | ENDED,
                {"address1": "2 B St", "addressType": "ALTERNATIVE"},
            ],
            "2 B St",
        ),
        (
            [{"address1": "1 A St", "addressType": "ALTERNATIVE"} | TODAY, {"address1": "2 B St", "addressType": None}],
            "2 B St",
        ),
        (
            [
                {"address1": "1 A St", "addressType": "physical"} | TODAY,
                {"address1": "2 B St", "addressType": "Physical", "startDate": "2021-01-01"},
            ],
            "2 B St",
        ),
        ([{"address1": "1 A St", "addressType": "PHYSICAL"} | ENDED], None),
    ],
)
async def test_a_directors_home_is_the_current_physical_address(addresses: list[dict[str, Any]], home: str) -> None:
    """In whatever order they come; the latest of several."""
    [director] = (await details(roles=[ROLE | {"roleAddress": addresses}])).directors
    assert director.address == home


@pytest.mark.parametrize(
    "parts,written",
    [
        (("64", None, "0211234567"), "+64 211234567"),
        (("64", "", "021 123 4567"), "+64 21 123 4567"),
        ((None, None, "+64 0211234567"), "+64 211234567"),
        ((None, None, "+64 (0) 4 8015521"), "+64 4 8015521"),
        ((None, None, "0064 4 8015521"), "+64 4 8015521"),
        (("64", "04", "8015521"), "+64 4 8015521"),
        (("+64", "4", "8015521"), "+64 4 8015521"),
        (("64", "4", "+64 4 8015521"), "+64 4 8015521"),
        ((None, "04", "8015521"), "04 8015521"),
        ((None, None, "0800 123 456"), "0800 123 456"),
    ],
)
async def test_phones_are_written_as_they_are_dialled(parts: tuple[str | None, ...], written: str) -> None:
    """No zero stands after the country, in whichever of its parts it was entered."""
    named = dict(zip(("phoneCountryCode", "phoneAreaCode", "phoneNumber"), parts, strict=True))
    assert (await details(phoneNumbers=[named])).phones == (written,)


@pytest.mark.parametrize(
    "fax", [{"phonePurpose": "Fax"}, {"phonePurpose": "Other", "phonePurposeDescription": "Fax number"}]
)
async def test_a_phone_comes_before_a_fax(fax: dict[str, str]) -> None:
    """Whoever calls the contact does not want to hear a fax; a fax alone is no phone."""
    faxed, called = {"phoneNumber": "04 111 1111"} | fax, {"phoneNumber": "04 222 2222", "phonePurpose": "Phone"}
    entry = await details(phoneNumbers=[faxed, called])
    assert (entry.contact_phone, entry.phones) == ("04 222 2222", ("04 222 2222", "04 111 1111"))
    assert (await details(phoneNumbers=[faxed])).contact_phone is None
