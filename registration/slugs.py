"""The slug of a restaurant: its name as a part of addresses (pure)."""

from collections.abc import Collection, Iterator
from itertools import count
from uuid import UUID

from registration.matching.folding import fold

_NAMELESS = "restaurant"
_LONGEST = 80


def slug(name: str, organisation_id: UUID) -> str:
    """`Ōtaki Kai & Co.` → `otaki-kai-and-co-1a2b3c4d`: the name in ASCII, then the organisation's first 8 digits."""
    words = fold(name).encode("ascii", "ignore").decode().split()
    return f"{'-'.join(words)[:_LONGEST].strip('-') or _NAMELESS}-{str(organisation_id)[:8]}"


def free_slugs(wanted: str, taken: Collection[str]) -> Iterator[str]:
    """`wanted`, then `wanted-2`, `wanted-3`, … without those that are taken; endless."""
    if wanted not in taken:
        yield wanted
    for number in count(2):
        if (numbered := f"{wanted}-{number}") not in taken:
            yield numbered
