"""What company names say about a trade."""

import pytest

from registration.companies.matching.location import surroundings
from registration.companies.matching.trades import Trade, trade


@pytest.mark.parametrize(
    "restaurant,company,kind",
    [
        ("Fern & Fork", "R & K BHATT ENTERPRISES LIMITED", Trade.FITS),
        ("Fern & Fork", "4217 HOLDINGS LIMITED", Trade.FITS),
        ("Fern & Fork", "TASMAN PIZZA LIMITED", Trade.FITS),
        ("Pizza Vesuvio", "TASMAN PIZZA LIMITED", Trade.FITS),
        ("Samurai Bento", "TASMAN PIZZA LIMITED", Trade.STRANGER),
        ("Samurai Bento", "SAMURAI SECURITY LIMITED", Trade.STRANGER),
        ("Samurai Bento", "ST PIERRES SUSHI LIMITED", Trade.STRANGER),
        ("Fern & Fork", "CHEN FAMILY TRUSTEES LIMITED", Trade.OWNER),
        ("Fern & Fork", "GHUZNEE STREET PROPERTIES LIMITED", Trade.OWNER),
        ("Fern & Fork", "GHUZNEE STREET LIMITED", Trade.OWNER),
        ("The Old Library", "OLD LIBRARY TRUST LIMITED", Trade.OWNER),
        ("The Trust Kitchen", "TRUST KITCHEN LIMITED", Trade.FITS),
        ("The Flower Garage", "FLOWER GARAGE LIMITED", Trade.FITS),
        ("St Pierre's Sushi", "ST PIERRES SUSHI LIMITED", Trade.FITS),
    ],
)
def test_neighbours_and_landlords_are_told_from_those_that_may_be_it(
    restaurant: str, company: str, kind: Trade
) -> None:
    """Words that the restaurant has too say nothing; a surname, initials or a number may be anybody's."""
    location_words = surroundings("Wellington", "45 Ghuznee Street").near_words
    assert trade(restaurant, company, location_words) is kind
