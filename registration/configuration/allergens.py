"""Where a tag that the platform would give a dish contradicts the menu's own words about allergens (pure).

The platform knows ten preset tags. It gives a dish those that its tags name, and maps other tags to them: "contains
nuts" becomes "Nut Free". It finds dishes by name, so dishes of one name get each other's tags. Rule and names are those
of `add-item-tags` in the platform's source.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

_PRESETS = ("Popular", "New", "Deal", "Vegan", "Vegetarian", "Gluten Free", "Dairy Free", "Nut Free", "Halal", "Spicy")
_MAPPED = {
    "most liked": "popular",
    "favourite": "popular",
    "favorites": "popular",
    "hot": "spicy",
    "contains nuts": "nut free",
    "gf": "gluten free",
}
_BY_NAME = {preset.lower(): preset for preset in _PRESETS}

_SAID = r"((?:may )?contains? (?:\w+ )?)?\b"
_WORDS = {
    "Nut Free": r"(?:pea|wal|hazel)?nuts?|almonds?|cashews?|pistachios?|pecans?|macadamias?|praline|satay|marzipan"
    r"|nutella|frangipane",
    "Gluten Free": r"gluten|wheat|barley|rye|semolina|couscous|seitan|spelt",
    "Dairy Free": r"dairy|lactose|milk|cheese|butter|cream|yogh?urt|paneer|ghee|mozzarella|parmesan|feta|halloumi",
}
"""What says that a dish is not free of the allergen, as whole words: a coconut is no nut, buckwheat no wheat."""
_PATTERNS = {tag: re.compile(rf"\b{_SAID}(?:{words})\b") for tag, words in _WORDS.items()}
_DENIED = re.compile(r"\b(?:no|without|free (?:of|from)) \w+|\b\w+ free\b(?! (?:of|from)\b)")
_SUBSTITUTES = re.compile(
    r"\b(?:coconut|almond|soya?|oat|rice|cashew|peanut|nut|vegan|plant based|cocoa)"
    r" (?:milk|cream|cheese|butter|yogh?urt)|\bbutter beans?"
)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Dish:
    """A dish of the menu with its words."""

    name: str
    description: str
    tags: tuple[str, ...]

    @property
    def words(self) -> Iterator[str]:
        """Name, description and tags in lower case, with blanks between the words alone."""
        for text in (self.name, self.description, *self.tags):
            yield " ".join(re.findall(r"\w+", text.lower()))


@dataclass(frozen=True)
class Contradiction:
    """A dish to which the platform would give a `tag`, and the words of the menu that speak against it."""

    dish: str
    tag: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        said = " and ".join(f"“{one}”" for one in self.words)
        return f"“{self.dish}” would be tagged {self.tag}, but the menu says {said}"

    @property
    def stored(self) -> dict[str, Any]:
        """The contradiction as JSON."""
        return asdict(self)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """The contradiction that was stored as JSON."""
        return cls(stored["dish"], stored["tag"], tuple(stored["words"]))


def contradictions(dishes: Iterable[Dish]) -> tuple[Contradiction, ...]:
    """All contradictions of a menu, in its order."""
    by_name = defaultdict[str, list[Dish]](list)
    for dish in dishes:
        by_name[dish.name.strip()].append(dish)
    return tuple(_found(by_name))


def name_some(found: Iterable[Contradiction]) -> str:
    """The first few contradictions on one line."""
    texts = [str(one) for one in found]
    more = f"; and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    return f"{'; '.join(texts[:_MOST_NAMED])}{more}"


def _found(by_name: dict[str, list[Dish]]) -> Iterator[Contradiction]:
    for name, dishes in by_name.items():
        given = {preset for dish in dishes for tag in dish.tags if (preset := _preset(tag))}
        for tag in _WORDS:
            if tag in given and (words := _against(tag, dishes)):
                yield Contradiction(name, tag, words)


def _preset(tag: str) -> str | None:
    key = tag.strip().lower()
    return _BY_NAME.get(_MAPPED.get(key, key))


def _against(tag: str, dishes: list[Dish]) -> tuple[str, ...]:
    words = (_DENIED.sub(";", text) for dish in dishes for text in dish.words)
    if tag == "Dairy Free":
        words = (_SUBSTITUTES.sub(";", text) for text in words)
    return tuple(dict.fromkeys(match.group() for text in words for match in _PATTERNS[tag].finditer(text)))
