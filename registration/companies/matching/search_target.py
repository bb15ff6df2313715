"""The restaurant that is searched in the register, in the form in which it is compared."""

from dataclasses import dataclass

from registration.companies.matching.addresses import Address, is_service_address, read_address
from registration.companies.matching.location import Surroundings, surroundings
from registration.companies.matching.query_cleaning import clean_name, clean_street
from registration.companies.matching.trades import CHAINS
from registration.companies.matching.units import has_many_shops
from registration.companies.matching.words import core_words
from registration.companies.models import RegisterQuery


@dataclass(frozen=True)
class SearchTarget:
    """A restaurant: its name without and with its branch, its address, and the towns around it.

    `is_in_care`: the address belongs to a firm that receives the restaurant's post, not to the restaurant.
    """

    name: str
    name_with_branch: str
    address: Address
    around: Surroundings
    has_many_neighbours: bool
    is_in_care: bool = False

    @property
    def has_a_branch(self) -> bool:
        """True if the written name contains the restaurant's branch."""
        return self.name_with_branch != self.name

    @property
    def is_of_a_chain(self) -> bool:
        """True if many companies run restaurants of this name."""
        words = core_words(self.name)
        return bool(CHAINS & {words.words, words.without(self.around.near_words).words})

    @property
    def names_its_branch(self) -> bool:
        """True if the name tells which restaurant of a chain it is."""
        return core_words(self.name_with_branch).words not in CHAINS

    @property
    def initials(self) -> str:
        """The initials of the name; empty for a single word."""
        initials = core_words(self.name).initials
        return initials if len(initials) > 1 else ""


def search_target(query: RegisterQuery, written: RegisterQuery | None = None) -> SearchTarget:
    """The target of `query`. `written` is the restaurant before its name and address were cleaned.

    The parts that cleaning removed (branch, unit, suburb, mall) help to tell companies apart. They count only while
    `query` still is the cleaned form of `written`: a person may have changed the query.
    """
    name = written.name if written and clean_name(written.name, query.city) == query.name else query.name
    address = written.street if written and clean_street(written.street) == query.street else query.street
    around = surroundings(query.city, query.street, address)
    is_in_care = is_service_address(address, (name, query.name))
    return SearchTarget(query.name, name, read_address(address), around, has_many_shops(address), is_in_care)
