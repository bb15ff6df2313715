"""Import of restaurants: new restaurants are inserted with a slug, existing ones stay unchanged."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from registration.database.session import Database, Transaction, organisation_exists
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
    """`Ōtaki Kai & Co.` → `otaki-kai-and-co-1a2b3c4d`: the name in ASCII, then the first 8 digits of the organisation's
    id.
    """
    words = fold(name).encode("ascii", "ignore").decode().split()
    return f"{'-'.join(words)[:_LONGEST].strip('-') or _NAMELESS}-{str(organisation_id)[:8]}"


def free_slugs(base: str, existing: Collection[str]) -> Iterator[str]:
    """The slugs `base`, `base-2`, `base-3`, … that are not in `existing`; endless."""
    if base not in existing:
        yield base
    for number in count(2):
        if (numbered := f"{base}-{number}") not in existing:
            yield numbered


@dataclass(frozen=True)
class Imported:
    """The result for one row of the file; `id` is None for a new restaurant in a dry run."""

    line: int
    name: str
    city: str | None
    id: UUID | None
    new: bool


async def import_restaurants(
    database: Database, organisation_id: UUID, rows: Sequence[NumberedRow], *, dry_run: bool = False
) -> tuple[Imported, ...]:
    """Insert the new restaurants, all or none; a repeated import makes no duplicates.

    A restaurant exists if its external id is known, else if a restaurant has its name and address. Raises NotFound for
    an unknown organisation.
    """
    async with database.transaction(organisation_id) as transaction:
        await check_organisation(transaction)
        await store.lock_imports(transaction)
        import_ = _Import(transaction, dry_run=dry_run)
        await import_.load()
        return tuple([await import_.import_row(row) for row in rows])


async def check_organisation(transaction: Transaction) -> None:
    """Raises NotFound with the next step if the organisation does not exist."""
    if not await organisation_exists(transaction):
        raise NotFound(
            f"there is no organisation {transaction.organisation_id}",
            code="ORGANISATION_NOT_FOUND",
        )


class _Import:
    """An import in progress, and the restaurants of the organisation."""

    def __init__(self, transaction: Transaction, *, dry_run: bool) -> None:
        self._transaction = transaction
        self._dry_run = dry_run
        self._by_external_id: dict[str, UUID] = {}
        self._by_name_and_address: dict[tuple[str, str], store.KnownRestaurant] = {}
        self._slugs: set[str] = set()

    async def load(self) -> None:
        for known in await store.stored_restaurants(self._transaction):
            self._know(known)
        self._slugs = await store.taken_slugs(self._transaction)

    async def import_row(self, row: NumberedRow) -> Imported:
        restaurant = row.restaurant
        existing_id = await self._find(restaurant)
        if existing_id is not None:
            return Imported(row.line, restaurant.name, restaurant.city, existing_id, new=False)
        new_id = None if self._dry_run else await self._write(restaurant)
        return Imported(row.line, restaurant.name, restaurant.city, new_id, new=True)

    def _know(self, known: store.KnownRestaurant) -> None:
        if known.external_id:
            self._by_external_id[known.external_id] = known.id
        self._by_name_and_address.setdefault(_name_and_address(known.name, known.address), known)

    async def _find(self, restaurant: NewRestaurant) -> UUID | None:
        if restaurant.external_id in self._by_external_id:
            return self._by_external_id[restaurant.external_id]
        known = self._by_name_and_address.get(_name_and_address(restaurant.name, restaurant.address))
        if known is None or (restaurant.external_id and known.external_id):
            return None
        if restaurant.external_id:
            self._by_name_and_address[_name_and_address(known.name, known.address)] = replace(
                known, external_id=restaurant.external_id
            )
            if not self._dry_run:
                await store.learn_external_id(self._transaction, known.id, restaurant.external_id)
        return known.id

    async def _write(self, restaurant: NewRestaurant) -> UUID:
        for free in free_slugs(slug(restaurant.name, self._transaction.organisation_id), self._slugs):
            self._slugs.add(free)
            values = _columns(restaurant) | {"organisation_id": self._transaction.organisation_id, "slug": free}
            if new_id := await store.insert_restaurant(self._transaction, values):
                self._know(store.KnownRestaurant(new_id, restaurant.name, restaurant.address, restaurant.external_id))
                return new_id
        raise AssertionError("there is always another free slug")


def _name_and_address(name: str, address: str | None) -> tuple[str, str]:
    return folded(as_read(name)), folded(with_postcode(as_read(address or "")))


def _columns(restaurant: NewRestaurant) -> dict[str, Any]:
    values = restaurant.model_dump(mode="json", exclude={"external_id"}, exclude_none=True)
    metadata = {"external_id": restaurant.external_id} if restaurant.external_id else {}
    return values | {"cuisine": list(restaurant.cuisine) or None, "metadata_": metadata}
