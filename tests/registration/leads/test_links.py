"""Which columns a lead's links belong in."""

import pytest

from registration.database.tables.platform import Restaurant
from registration.leads.mapping import ordering_column, store_column


@pytest.mark.parametrize(
    "name, column",
    [
        ("Uber Eats", "ubereats_url"),
        ("DoorDash", "doordash_url"),
        ("me&u", "meandyou_url"),
        ("MeandYou", "meandyou_url"),
        ("Mobi2Go", "mobi2go_url"),
        ("DeliverEasy", "delivereasy_url"),
        ("Next Order", "nextorder_url"),
        ("FoodHub", "foodhub_url"),
        ("OrderMeal", "ordermeal_url"),
        ("Bopple", "additional_ordering_platform_url"),
        ("", "additional_ordering_platform_url"),
        (None, "additional_ordering_platform_url"),
    ],
)
def test_an_ordering_platform_has_its_column(name: str | None, column: str) -> None:
    """However it is spelt; one without a column of its own goes to the column for any other."""
    assert ordering_column(name) == column
    assert hasattr(Restaurant, column)


@pytest.mark.parametrize(
    "link, column",
    [
        ("https://www.ubereats.com/nz/store/kai", "ubereats_url"),
        ("https://www.doordash.com/store/kai", "doordash_url"),
        ("https://eats.example/doordash.com", "ubereats_url"),
    ],
)
def test_a_shop_is_told_by_its_host(link: str, column: str) -> None:
    """Uber Eats, unless the link leads to DoorDash."""
    assert store_column(link) == column
