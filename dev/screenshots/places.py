"""Made-up restaurants of New Zealand for pictures: as many as are asked for, with different names."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_BY_HAND: Final = (
    "Saffron Lane|Christchurch|Indian",
    "Pho Hanoi Corner|Auckland|Vietnamese",
    "Kererū Kitchen|Wellington|New Zealand",
    "Harbour Light Fish & Chips|Tauranga|Takeaway",
    "Whetū Ramen Bar|Napier|Japanese",
    "Golden Wok|Takapuna|Chinese",
    "La Piccola Trattoria della Nonna|Queenstown|Italian",
    "Texas Chicken Henderson|Henderson|Fried chicken",
    "Bao & Bird|Dunedin|Taiwanese",
    "Smokehouse 1886|Invercargill|Barbecue",
    "Taquería Ōtautahi|Christchurch|Mexican",
    "The Corner Dairy & Café|Nelson|Café",
)
_FIRST: Final = (
    "Copper", "Pōhutukawa", "Lantern", "Juniper", "Tōtara", "Marigold", "Mānuka", "Little Harbour", "Basil", "Ginger",
    "Old Mill", "Three Sisters", "Paua", "Lemon Tree", "Ponsonby", "Kauri", "Blue Gate", "Cedar", "Rātā", "Tamarind",
    "Riverside", "Fernhill", "Moana", "Red Barn", "Silver Spoon",
)  # fmt: skip
_SECOND: Final = (
    "Kitchen|Café", "Wok|Chinese", "Table|New Zealand", "Pizza|Italian", "Grill|Burgers", "Noodles|Thai", "Bakery|Café",
    "Curry House|Indian",
)  # fmt: skip
_TOWNS: Final = {
    "Christchurch": "Victoria Street|8013",
    "Auckland": "Dominion Road|1024",
    "Wellington": "Cuba Street|6011",
    "Tauranga": "Devonport Road|3110",
    "Napier": "Emerson Street|4110",
    "Takapuna": "Hurstmere Road|0622",
    "Queenstown": "Beach Street|9300",
    "Henderson": "Great North Road|0612",
    "Dunedin": "George Street|9016",
    "Invercargill": "Dee Street|9810",
    "Nelson": "Trafalgar Street|7010",
}


@dataclass(frozen=True)
class Place:
    """A restaurant; its number tells it apart from all others."""

    number: int
    name: str
    city: str
    cuisine: str

    @property
    def street(self) -> str:
        """The street with the number of the house."""
        return f"{12 + 7 * self.number % 170} {_TOWNS[self.city].partition('|')[0]}"

    @property
    def postcode(self) -> str:
        """The postcode of its town."""
        return _TOWNS[self.city].partition("|")[2]

    @property
    def domain(self) -> str:
        """The domain of its website and e-mail; reserved for examples."""
        ascii_only = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{re.sub('[^a-z0-9]+', '', ascii_only.lower())}.example.nz"


def places(count: int, first: int = 0) -> list[Place]:
    """So many restaurants from number `first` on."""
    towns = list(_TOWNS)
    more = [_mixed(number, towns[number * 5 % len(towns)]) for number in range(len(_FIRST) * len(_SECOND))]
    every = (*_BY_HAND, *more)[first : first + count]
    assert len(every) == count, f"there are only {len(_BY_HAND) + len(more)} restaurants"
    return [Place(number, *one.split("|")) for number, one in enumerate(every, first)]


def _mixed(number: int, town: str) -> str:
    turn, at = divmod(number, len(_FIRST))
    kind, _, cuisine = _SECOND[(turn + at) % len(_SECOND)].partition("|")
    return f"{_FIRST[at]} {kind}|{town}|{cuisine}"
