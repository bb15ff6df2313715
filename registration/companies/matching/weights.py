"""The parameters of the ranking, in one table; tuned on the evaluation set."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """All scores are 0 to 100."""

    name: float = 0.8
    """The weight of the name in the total; the remainder is the weight of the address."""

    other_order: float = 94
    """The score for equal words in another order: "Paper Heron" and "HERON PAPER"."""
    same_brand: float = 84
    """The score for "Zest Ponsonby", in Ponsonby, and "ZEST HOSPITALITY"."""
    part_of_a_name: float = 85
    """The limit for a name that is only a part of the other."""
    small_part_of_a_name: float = 75
    """The limit for "ASH LIMITED" and "Ember and Ash": half of the distinctive words are missing."""
    no_shared_word: float = 55
    same_but_for_venue: float = 98
    """The limit for "Rickshaw" and "RICKSHAW RESTAURANT"."""
    other_venue: float = 88
    """The limit for "Harbour Bar" and "HARBOUR CAFE"."""
    named_for_branch: float = 98
    """The limit for "Sushi Bay", in Takapuna, and "SUSHI BAY TAKAPUNA"."""
    same_but_for_branch: float = 97
    """The limit for "Sushi Bay Takapuna" and "SUSHI BAY"."""
    same_but_for_town: float = 90
    """The limit for "Sushi Bay", somewhere in Auckland, and "SUSHI BAY TAKAPUNA"."""
    other_branch: float = 70
    """The limit for "Sushi Bay", in Auckland, and "SUSHI BAY NELSON"."""
    other_number: float = 70
    only_plain_words: float = 60
    """The limit for names that share only words like "Thai", "Kitchen", "House"."""
    initials: float = 72
    """The score for "TSB FOODS" and "Tin Shed Burgers"."""
    previous_name: float = 0.88
    """The factor for a former name; present names and trading names count fully."""

    exact_address: float = 100
    exact_but_for_unit: float = 98
    """Only one of the two addresses has a unit."""
    nearly_exact_address: float = 92
    same_building: float = 84
    same_street: float = 72
    """The same street in the same city, another house."""
    same_suburb: float = 66
    same_city: float = 60
    town_unknown: float = 10
    same_house_town_unknown: float = 70
    same_region: float = 12
    same_house_elsewhere: float = 10

    stranger: float = 0.85
    """The factor for a name that suggests another trade ("SAMURAI SECURITY" for "Samurai Bento")."""
    chain_elsewhere: float = 80
    """The limit for a chain's name if the company is not at the restaurant's address."""

    address_hit_floor: float = 78
    """The lowest total of an exact, not weak address hit, before the name's share is added."""
    named_hit_floor: float = 84
    """The floor of an address hit whose name is at least as similar as `named_from`."""
    named_from: float = 88
    owner_hit_floor: float = 72
    """The floor of an address hit that seems to be the landlord or owner."""
    stranger_hit_floor: float = 60
    """The floor of an address hit whose name suggests another trade: seldom right, but worth a check."""
    address_hit_name: float = 0.12

    clear_score: float = 90
    clear_lead: float = 10
    clear_name: float = 90
    contradicts_below: float = 45
    """An address hit with a less similar name is not preselected: it is more likely the landlord or a neighbour."""
    neutral_name: float = 50
    """The weight of a name that fits any business ("R & K ENTERPRISES") at the restaurant's own address."""
    supports_from: float = 65
    """From this similarity on, the name confirms an address hit even in a building of several companies."""
    rival_from: float = 85
    """A company elsewhere in the town with at least this similarity prevents a preselection, unless the names are
    equal.
    """

    shared_by: int = 5
    """An address that this many companies of one search share belongs to none of them."""


WEIGHTS = Weights()
