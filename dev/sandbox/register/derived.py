"""The company of a generated restaurant: has its name, is registered at its address, directed by its contact."""

from datetime import date

from dev.sandbox.generated import GeneratedRestaurant
from dev.sandbox.register.companies import Allocation, Company, Director, Holder

FIRST_NUMBER = 8_800_000


def company_of(restaurant: GeneratedRestaurant) -> Company:
    """The only company of a generated restaurant."""
    order = int(restaurant.external_id.removeprefix("GEN-"))
    name = restaurant.contact_name.upper()
    home = f"{order} Kowhai Road, {restaurant.city}, New Zealand"
    return Company(
        number=str(FIRST_NUMBER + order),
        nzbn=nzbn(50_000_000 // 10 + order),
        name=f"{restaurant.name.upper()} LIMITED",
        incorporated=date(2012 + order % 12, 1 + order % 12, 1 + order % 28),
        registered_address=f"{restaurant.address}, New Zealand",
        directors=[Director(full_legal_name=name, residential_address=home, appointed=date(2013, 4, 1))],
        allocations=[Allocation(shares=100, holders=[Holder(name=name, address=home)])],
        gst_numbers=[],
        industries=["H451120 Restaurant operation"],
    )


def nzbn(serial: int) -> str:
    """A New Zealand Business Number with a valid check digit, from a serial number of up to seven digits."""
    body = f"94290{serial:07d}"
    weighted = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(body))
    return f"{body}{-weighted % 10}"
