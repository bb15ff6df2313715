"""Import of restaurants: new ones are written with a slug, existing ones are found and left as they are."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database, organisation_exists
from registration.errors import NotFound
from registration.kit.spoilt_numbers import with_postcode
from registration.kit.symbols import as_read, fold
from registration.kit.text import folded
from registration.restaurants import queries as store
from registration.restaurants.csv_import import NumberedRow
from registration.restaurants.models import NewRestaurant

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


@dataclass(frozen=True)
class Imported:
    """What became of one row of the file; `id` is None for a new restaurant of a dry run."""

    line: int
    name: str
    city: str | None
    id: UUID | None
    new: bool


async def import_restaurants(
    database: Database, organisation_id: UUID, rows: Sequence[NumberedRow], *, dry_run: bool = False
) -> tuple[Imported, ...]:
    """Write the rows that are new, all or none; the same rows again make no duplicate.

    A row is there already if its external id is known, else if a restaurant has its name and address. Raises NotFound
    for an unknown organisation.
    """
    async with database.transaction(organisation_id) as connection:
        await check_organisation(connection, organisation_id)
        await store.lock_imports(connection, organisation_id)
        import_ = _Import(connection, organisation_id, dry_run=dry_run)
        await import_.load()
        return tuple([await import_.take(row) for row in rows])


async def check_organisation(connection: AsyncConnection, organisation_id: UUID) -> None:
    """Raises NotFound, with the next step, for an organisation that is none."""
    if not await organisation_exists(connection, organisation_id):
        raise NotFound(
            f"there is no organisation {organisation_id}; check --organisation and REGISTRATION_ORGANISATION, or"
            " make it with `registration db organisation NAME`"
        )


class _Import:
    """One import under way, and what it knows of the organisation's restaurants."""

    def __init__(self, connection: AsyncConnection, organisation_id: UUID, *, dry_run: bool) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._dry_run = dry_run
        self._by_external_id: dict[str, UUID] = {}
        self._by_place: dict[tuple[str, str], store.KnownRestaurant] = {}
        self._slugs: set[str] = set()

    async def load(self) -> None:
        for known in await store.stored_restaurants(self._connection, self._organisation_id):
            self._know(known)
        self._slugs = await store.taken_slugs(self._connection, self._organisation_id)

    async def take(self, row: NumberedRow) -> Imported:
        restaurant = row.restaurant
        found = await self._find(restaurant)
        if found is not None:
            return Imported(row.line, restaurant.name, restaurant.city, found, new=False)
        made = None if self._dry_run else await self._write(restaurant)
        return Imported(row.line, restaurant.name, restaurant.city, made, new=True)

    def _know(self, known: store.KnownRestaurant) -> None:
        if known.external_id:
            self._by_external_id[known.external_id] = known.id
        self._by_place.setdefault(_place(known.name, known.address), known)

    async def _find(self, restaurant: NewRestaurant) -> UUID | None:
        if restaurant.external_id in self._by_external_id:
            return self._by_external_id[restaurant.external_id]
        known = self._by_place.get(_place(restaurant.name, restaurant.address))
        if known is None or (restaurant.external_id and known.external_id):
            return None
        if restaurant.external_id:
            self._by_place[_place(known.name, known.address)] = replace(known, external_id=restaurant.external_id)
            if not self._dry_run:
                await store.learn_external_id(self._connection, self._organisation_id, known.id, restaurant.external_id)
        return known.id

    async def _write(self, restaurant: NewRestaurant) -> UUID:
        for free in free_slugs(slug(restaurant.name, self._organisation_id), self._slugs):
            self._slugs.add(free)
            values = _columns(restaurant) | {"organisation_id": self._organisation_id, "slug": free}
            if made := await store.insert_restaurant(self._connection, values):
                self._know(store.KnownRestaurant(made, restaurant.name, restaurant.address, restaurant.external_id))
                return made
        raise AssertionError("there is always another free slug")


def _place(name: str, address: str | None) -> tuple[str, str]:
    return folded(as_read(name)), folded(with_postcode(as_read(address or "")))


def _columns(restaurant: NewRestaurant) -> dict[str, Any]:
    values = restaurant.model_dump(mode="json", exclude={"external_id"}, exclude_none=True)
    metadata = {"external_id": restaurant.external_id} if restaurant.external_id else {}
    return values | {"cuisine": list(restaurant.cuisine) or None, "metadata_": metadata}
