"""Numbers that a spreadsheet spoilt: read where nothing is lost, refused where a digit is."""

import pytest
from pydantic import TypeAdapter, ValidationError

from registration.kit.corrections import describe_correction
from registration.kit.spoilt_numbers import id_text
from registration.kit.values import Address, Nzbn, Phone

_PHONE: TypeAdapter[str] = TypeAdapter(Phone)


@pytest.mark.parametrize(
    "saved, phone",
    [
        ("64211234567.0", "+64211234567"),
        ("64211234567,00", "+64211234567"),
        ("64,211,234,567.00", "+64211234567"),
        ("64 211 234 567.0", "+64211234567"),
        ("6.4211234567E+10", "+64211234567"),
        ("2.11234567e8", "+64211234567"),
        ("211234567", "+64211234567"),
        ("211,234,567", "+64211234567"),
        ("93791234.0", "+6493791234"),
        ("800367222", "+64800367222"),
        ("64211234567", "+64211234567"),
        ("64211234000", "+64211234000"),
    ],
)
def test_a_phone_that_was_saved_as_a_number_is_read_with_a_remark(saved: str, phone: str) -> None:
    """Decimals, thousands and a lost 0 or + take no digit away."""
    assert _PHONE.validate_python(saved) == phone
    assert describe_correction(saved, is_phone=True) == f"'{saved}' was saved as a number and is read as {phone}"


@pytest.mark.parametrize(
    "written", ['="021 123 4567"', '="0211234567"', "'021 123 4567", "021 123 4567", "+64211234567"]
)
def test_a_phone_that_was_saved_as_a_text_needs_no_remark(written: str) -> None:
    """However it was made one."""
    assert _PHONE.validate_python(written) == "+64211234567"
    assert describe_correction(written, is_phone=True) is None


@pytest.mark.parametrize(
    "saved",
    [
        "6.42E+10", "6,42112E+10", "2.12346E+08", "+6.42112E+10", "6.42112E10", "2.12346e+008", "1E10", "211234567e0",
        "64211200000", "212346000", "212346000.0", "212,346,000", "6421120E+4",
    ],
)  # fmt: skip
def test_a_phone_that_was_rounded_is_refused(saved: str) -> None:
    """The rounded number belongs to another person."""
    with pytest.raises(ValidationError, match="seems to have rounded this number; write it in full"):
        _PHONE.validate_python(saved)


@pytest.mark.parametrize("saved", ["#####", "##", "#REF!", "#N/A", "#NAME?", "Err:502"])
def test_what_stands_for_a_value_is_none(saved: str) -> None:
    """Neither for a phone nor for an id."""
    with pytest.raises(ValidationError, match="that the spreadsheet could not show"):
        _PHONE.validate_python(saved)
    with pytest.raises(ValueError, match="that the spreadsheet could not show"):
        id_text(saved)


@pytest.mark.parametrize("written", ["021 555 000", "0215550000", "+6421555000", "0800 838 000"])
def test_zeros_of_a_phone_that_was_written_as_a_text_are_its_own(written: str) -> None:
    """Only a number without 0 or + in front can have been rounded."""
    assert _PHONE.validate_python(written).endswith("000")


@pytest.mark.parametrize(
    "saved, read",
    [
        ("1234567.0", "1234567"),
        ("9.429031003346E+12", "9429031003346"),
        ('="0123"', "0123"),
        ("'0123", "0123"),
        ("１２３４５６７", "1234567"),
        ("K-12", "K-12"),
        ("1E5", "1E5"),
        ("12.0", "12.0"),
        ("a1e5f0c2-0000", "a1e5f0c2-0000"),
        ("1000000", "1000000"),
        ("1234567890123456789", "1234567890123456789"),
    ],
)
def test_an_id_is_read_as_it_was(saved: str, read: str) -> None:
    """Only what no id looks like was a spreadsheet's doing."""
    assert id_text(saved) == read


@pytest.mark.parametrize("saved", ["9.42903E+12", "1.23457E+15", "1234567890123450000"])
def test_an_id_of_which_digits_are_lost_is_refused(saved: str) -> None:
    """A spreadsheet keeps fifteen digits, and shows fewer."""
    with pytest.raises(ValueError, match="rounded"):
        id_text(saved)


def test_a_rounded_nzbn_is_refused() -> None:
    """Thirteen digits of which seven are zeros are no company's."""
    nzbn: TypeAdapter[str] = TypeAdapter(Nzbn)
    assert nzbn.validate_python("9429031003346.0") == "9429031003346"
    with pytest.raises(ValidationError, match="rounded"):
        nzbn.validate_python("9429030000000")


@pytest.mark.parametrize(
    "saved, read",
    [
        ("12 Queen Street, Whangarei, 110", "12 Queen Street, Whangarei, 0110"),
        ("12 Queen Street, Whangarei 110, New Zealand", "12 Queen Street, Whangarei 0110, New Zealand"),
        ("Whangarei 110", "Whangarei 0110"),
        ("363 Colombo Street, Christchurch 8023.0", "363 Colombo Street, Christchurch 8023"),
        ("Silverdale, 932.0", "Silverdale, 0932"),
    ],
)
def test_a_postcode_that_was_saved_as_a_number_is_read_with_a_remark(saved: str, read: str) -> None:
    """In an address and in a town."""
    assert TypeAdapter[str](Address).validate_python(saved) == read
    assert describe_correction(saved, is_address=True) == (
        f"the postcode in '{saved}' was saved as a number and is read as '{read}'"
    )


@pytest.mark.parametrize(
    "address",
    [
        "12 Queen Street, Auckland 1010", "PO Box 110", "Shop 110", "Queen Street 110", "State Highway 110",
        "Private Bag 102", "110 Queen Street", "Auckland", "Terminal Level 2", "Kiosk 12",
    ],
)  # fmt: skip
def test_another_number_at_the_end_of_an_address_is_no_postcode(address: str) -> None:
    """Of a box, a shop, a road."""
    assert TypeAdapter[str](Address).validate_python(address) == address
    assert describe_correction(address, is_address=True) is None
