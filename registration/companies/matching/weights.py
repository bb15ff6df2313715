"""The numbers of the ranking, in one table; tuned on the evaluation set."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """All scores are 0 to 100."""

    name: float = 0.8
    """Share of the name in the total; the rest is the address."""

    other_order: float = 94
    """As "Paper Heron" and "HERON PAPER"."""
    same_brand: float = 84
    """As "Zest Ponsonby", in Ponsonby, and "ZEST HOSPITALITY"."""
    part_of_a_name: float = 85
    """A name that is only a part of the other is no more alike than this."""
    small_part_of_a_name: float = 75
    """As "ASH LIMITED" for "Ember and Ash": half of what makes the name is missing."""
    no_shared_word: float = 55
    same_but_for_venue: float = 98
    """As "Rickshaw" and "RICKSHAW RESTAURANT"."""
    other_venue: float = 88
    """As "Harbour Bar" and "HARBOUR CAFE"."""
    named_for_branch: float = 98
    """As "Sushi Bay", in Takapuna, and "SUSHI BAY TAKAPUNA"."""
    same_but_for_branch: float = 97
    """As "Sushi Bay Takapuna" and "SUSHI BAY"."""
    same_but_for_town: float = 90
    """As "Sushi Bay", somewhere in Auckland, and "SUSHI BAY TAKAPUNA"."""
    other_branch: float = 70
    """As "Sushi Bay", in Auckland, and "SUSHI BAY NELSON"."""
    other_number: float = 70
    only_plain_words: float = 60
    """What the two share are only words like "Thai", "Kitchen", "House"."""
    initials: float = 72
    """As "TSB FOODS" for "Tin Shed Burgers"."""
    previous_name: float = 0.88
    """What a former name counts, against the present one and trading names."""

    exact_address: float = 100
    exact_but_for_unit: float = 98
    """Only one of the two says which shop of the house."""
    nearly_exact_address: float = 92
    same_building: float = 84
    same_street: float = 72
    """The same street in the same city, another house."""
    same_suburb: float = 66
    same_city: float = 60
    place_unknown: float = 10
    same_house_place_unknown: float = 70
    same_region: float = 12
    same_house_elsewhere: float = 10

    stranger: float = 0.85
    """What a name counts that says another trade ("SAMURAI SECURITY" for "Samurai Bento")."""
    chain_elsewhere: float = 80
    """The most that the name of a chain counts for a company that is not at the restaurant's address."""

    address_hit_floor: float = 78
    """The total of an exact, not weak address hit is at least this, plus its share of the name."""
    named_hit_floor: float = 84
    """The same if the name is nearly the restaurant's, from `named_from` on."""
    named_from: float = 88
    owner_hit_floor: float = 72
    """The same if the company seems to be the landlord's or the owner's."""
    stranger_hit_floor: float = 60
    """The same if the name says another trade: seldom right, but worth a look."""
    address_hit_name: float = 0.12

    clear_score: float = 90
    clear_lead: float = 10
    clear_name: float = 90
    contradicts_below: float = 45
    """An address hit whose name is less alike is not preselected: more likely the landlord or a neighbour."""
    says_nothing: float = 50
    """What a name that may be anybody's ("R & K ENTERPRISES") counts at the restaurant's own address."""
    supports_from: float = 65
    """A name so alike settles an address hit even in a house of several companies."""
    rival_from: float = 85
    """A name so alike, elsewhere in the town, makes unclear what is not exactly the name."""

    shared_by: int = 5
    """An address of so many companies of one search is nobody's own."""


WEIGHTS = Weights()
