"""Units, floors and malls in addresses."""

import pytest

from registration.companies.matching.units import Unit, has_many_shops, read_unit


@pytest.mark.parametrize(
    "address,unit",
    [
        ("Shop 4, 23 Lambton Quay", Unit("4", is_upstairs=False)),
        ("Unit 3A/12-14 Nelson St", Unit("3a", is_upstairs=False)),
        ("7/59 Dominion Road", Unit("7", is_upstairs=False)),
        ("Shop No. 05, 12 High St", Unit("5", is_upstairs=False)),
        ("Level 1/23 Lambton Quay", Unit("", is_upstairs=True)),
        ("Suite 2, Level 8, 90 The Terrace", Unit("2", is_upstairs=True)),
        ("1st Floor, 55 Cuba Street", Unit("", is_upstairs=True)),
        ("Ground Floor, 55 Cuba Street", Unit("", is_upstairs=False)),
        ("23 Lambton Quay", Unit("", is_upstairs=False)),
        ("", Unit("", is_upstairs=False)),
    ],
)
def test_the_door_of_a_house_is_read(address: str, unit: Unit) -> None:
    """Shops, units and suites have a name; whatever is above the ground floor is upstairs."""
    assert read_unit(address) == unit


@pytest.mark.parametrize(
    "address,many",
    [
        ("Food Court, Westfield Albany, 219 Don McKinnon Drive", True),
        ("Kiosk 5, 286 Mt Wellington Highway", True),
        ("The Strand Arcade, 233 Queen Street", True),
        ("12 Mall Street", True),
        ("12 Queen Street", False),
    ],
)
def test_a_house_of_many_shops_is_told(address: str, many: bool) -> None:
    """Malls, food courts and airports have many strangers at one address; when in doubt, so has a street."""
    assert has_many_shops(address) is many
