"""How well a lead fits, from what its guests say (pure)."""

import re
from decimal import ROUND_HALF_UP, Decimal

from registration.models.lead import LeadData

_HIGHEST = 10
_DIVISOR = 1000
_DIGITS = 12


def icp_rating(lead: LeadData) -> int | None:
    """0 to 10: reviews times rating, of Uber Eats and of Google, over 1000; None if neither is known."""
    weights = [
        _weight(lead.ubereats_number_of_reviews, lead.ubereats_average_review_rating),
        _weight(lead.google_number_of_reviews, lead.google_average_review_rating),
    ]
    known = [weight for weight in weights if weight is not None]
    if not known:
        return None
    return min(_HIGHEST, int((sum(known, Decimal()) / _DIVISOR).quantize(Decimal(1), ROUND_HALF_UP)))


def reviews(text: str | None) -> int | None:
    """`(15,000+)` → 15000: the digits of the text; None if it has none."""
    digits = re.sub(r"[^0-9]", "", text or "")
    return int(digits[:_DIGITS]) if digits else None


def rating(stored: Decimal | None) -> float | None:
    """The rating as JSON has it; a column of Postgres may also hold what is not a number."""
    return float(stored) if stored is not None and stored.is_finite() else None


def _weight(count: str | None, stars: Decimal | None) -> Decimal | None:
    number = reviews(count)
    return None if number is None or stars is None or not stars.is_finite() else number * stars
