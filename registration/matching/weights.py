"""The numbers of the ranking, in one table; tuned on the evaluation set."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """All scores are 0 to 100."""

    name: float = 0.8
    """Share of the name in the total; the rest is the address."""

    exact_address: float = 100
    same_street: float = 65
    """The same street in the same city, another house."""
    same_house_elsewhere: float = 50
    """The same number and street, but the city is not named."""
    same_city: float = 50
    same_street_elsewhere: float = 20

    address_hit_floor: float = 78
    """The total of an exact, not weak address hit is at least this, plus its share of the name."""
    address_hit_name: float = 0.12

    clear_score: float = 90
    clear_lead: float = 10
    clear_name: float = 90
    contradicts_below: float = 45
    """An address hit whose name is less alike is not preselected: more likely the landlord or a neighbour."""

    shared_by: int = 5
    """An address of so many companies of one search is nobody's own."""


WEIGHTS = Weights()
