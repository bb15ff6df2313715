"""How well a lead fits."""

from decimal import Decimal

import pytest

from registration.leads.mapping import icp_rating, rating, reviews
from tests.registration.leads.make import lead


@pytest.mark.parametrize(
    "ubereats, google, icp",
    [
        (("500", "4.0"), ("500", "5.0"), 5),
        (("(1,125 reviews)", "4.0"), (None, None), 5),
        (("15,000+", "4.6"), ("300", "4.0"), 10),
        (("10", "5.0"), (None, "4.0"), 0),
        (("no reviews", "4.0"), ("300", None), None),
        (("300", "NaN"), (None, None), None),
    ],
)
def test_reviews_times_rating_over_a_thousand(
    ubereats: tuple[str | None, str | None], google: tuple[str | None, str | None], icp: int | None
) -> None:
    """Half is rounded up, ten is the most; what is not known of both is no rating, not a bad one."""
    scraped = lead(
        ubereats_number_of_reviews=ubereats[0],
        ubereats_average_review_rating=Decimal(ubereats[1]) if ubereats[1] else None,
        google_number_of_reviews=google[0],
        google_average_review_rating=Decimal(google[1]) if google[1] else None,
    )
    assert icp_rating(scraped) == icp


def test_a_number_of_reviews_is_the_digits_of_its_text() -> None:
    """However many there are."""
    assert (reviews("(500+)"), reviews("none"), reviews(None)) == (500, None, None)
    assert reviews("9" * 5000) == 999_999_999_999


def test_a_rating_that_is_no_number_is_none() -> None:
    """Postgres can hold it, JSON cannot."""
    assert (rating(Decimal("NaN")), rating(Decimal("4.5")), rating(None)) == (None, 4.5, None)
