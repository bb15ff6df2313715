"""Generated restaurants for tests and benchmarks; the register has a company for each."""

from dataclasses import dataclass

from dev.sandbox.names import slug

_FIRST = (
    "Copper", "Amber", "Rusty", "Velvet", "Crimson", "Silver", "Hungry", "Lucky", "Wild", "Salty", "Smoky", "Golden",
    "Little", "Happy", "Green", "Blue", "Urban", "Coastal", "Rustic", "Jolly", "Spicy", "Sunny", "Noble", "Electric",
    "Painted",
)  # fmt: skip
_SECOND = (
    "Kettle", "Lantern", "Spoon", "Anchor", "Garden", "Oven", "Skillet", "Barrel", "Pantry", "Grill", "Basket",
    "Ladle", "Tui", "Fantail", "Paddock", "Harbour", "Orchard", "Ember", "Cleaver", "Platter",
)  # fmt: skip
_KINDS = (
    ("Burgers", "burgers"), ("Pizzeria", "pizza"), ("Thai Kitchen", "thai"), ("Curry House", "indian"),
    ("Sushi", "japanese"), ("Dumplings", "chinese"), ("Cantina", "mexican"), ("Eatery", "cafe"),
    ("Fish Shop", "fish and chips"), ("Kebabs", "turkish"), ("Noodle Bar", "vietnamese"), ("Fried Chicken", "korean"),
)  # fmt: skip
_PLACES = (
    ("Auckland", "09", "1010"), ("Wellington", "04", "6011"), ("Christchurch", "03", "8011"),
    ("Hamilton", "07", "3204"), ("Tauranga", "07", "3110"), ("Dunedin", "03", "9016"), ("Nelson", "03", "7010"),
    ("Napier", "06", "4110"), ("Rotorua", "07", "3010"), ("New Plymouth", "06", "4310"),
)  # fmt: skip
_STREETS = (
    "Victoria Street", "King Street", "George Street", "Devon Street", "Riccarton Road", "Cuba Street",
    "Karangahape Road", "Cameron Road", "Tennyson Street", "Hardy Street", "Fenton Street", "Dominion Road",
    "Lambton Quay",
)  # fmt: skip
_PEOPLE = (
    "Aroha Ngata", "James Tamihana", "Priya Sharma", "Wei Chen", "Sione Fifita", "Emily Fraser", "Hemi Parata",
    "Mei Tanaka", "Daniel O'Brien", "Anahera Rangi", "Luca Bianchi",
)  # fmt: skip
_HOURS = (
    "Mon-Fri 11:00-21:30; Sat 11:00-23:00; Sun 12:00-21:00",
    "Mon-Sun 10:00-22:00",
    "Tue-Thu 16:00-21:00; Fri-Sat 16:00-01:00; Sun 12:00-20:30",
)

GENERATED_COMPANIES = len(_FIRST) * len(_SECOND)
"""Number of different restaurants that can be generated."""


@dataclass(frozen=True)
class GeneratedRestaurant:
    """One generated restaurant; the fields are the columns of the CSV import."""

    name: str
    address: str
    city: str
    phone: str
    email: str
    contact_name: str
    website_url: str
    ubereats_url: str
    doordash_url: str
    cuisine: str
    opening_hours: str
    external_id: str


def generated(number: int) -> GeneratedRestaurant:
    """The restaurant with this number, from 1 to GENERATED_COMPANIES; raises ValueError for any other number."""
    if not 1 <= number <= GENERATED_COMPANIES:
        raise ValueError(f"restaurants can be generated from 1 to {GENERATED_COMPANIES}, not {number}")
    first = _FIRST[number % len(_FIRST)]
    second = _SECOND[(number // len(_FIRST) + number % len(_FIRST)) % len(_SECOND)]
    kind, cuisine = _KINDS[number % len(_KINDS)]
    city, area_code, postcode = _PLACES[number % len(_PLACES)]
    name = f"{first} {second} {kind}"
    return GeneratedRestaurant(
        name=name,
        address=f"{10 + 3 * number} {_STREETS[number % len(_STREETS)]}, {city} {postcode}",
        city=city,
        phone=f"{area_code} 3{number % 100:02d} {4000 + number}",
        email=f"owner-{number:04d}@{slug(name)}.example",
        contact_name=_PEOPLE[number % len(_PEOPLE)],
        website_url=f"https://www.{slug(name)}.example",
        ubereats_url=f"https://www.ubereats.com/nz/store/{slug(name)}",
        doordash_url="",
        cuisine=cuisine,
        opening_hours=_HOURS[number % len(_HOURS)],
        external_id=f"GEN-{number:04d}",
    )
