"""Slugs of restaurants."""

from itertools import islice
from uuid import UUID

import pytest

from registration.restaurants.importing import free_slugs, slug

ORGANISATION = UUID("1a2b3c4d-0000-0000-0000-000000000000")


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Ōtaki Kai & Co.", "otaki-kai-and-co-1a2b3c4d"),
        ("Nonna Pia's", "nonna-pias-1a2b3c4d"),
        ("Kai™ (TM) \N{SLICE OF PIZZA}", "kai-1a2b3c4d"),
        ("Smith &amp; Sons", "smith-and-sons-1a2b3c4d"),
        ("\N{SLICE OF PIZZA}", "restaurant-1a2b3c4d"),
        ("金龍", "restaurant-1a2b3c4d"),
        ("x" * 300, f"{'x' * 80}-1a2b3c4d"),
    ],
)
def test_a_slug_is_plain_and_names_its_organisation(name: str, expected: str) -> None:
    """Macrons, apostrophes, marks of trade, pictures, entities, other scripts and long names."""
    assert slug(name, ORGANISATION) == expected


def test_free_slugs_leave_out_those_that_are_taken() -> None:
    """The plain one first, then numbered ones."""
    assert list(islice(free_slugs("kai", {"kai", "kai-3"}), 2)) == ["kai-2", "kai-4"]
    assert next(free_slugs("kai", set())) == "kai"
