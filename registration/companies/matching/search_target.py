"""What is looked for, in the form in which it is compared."""

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
    """A restaurant: its name, the same with its branch as somebody wrote it, its address, and what is around it.

    `is_in_care`: the address is somebody's who takes its post, not the restaurant's own house.
    """

    name: str
    name_with_branch: str
    address: Address
    around: Surroundings
    has_many_neighbours: bool
    is_in_care: bool = False

    @property
    def has_a_branch(self) -> bool:
        """Whether the name as it was written says which of several restaurants it is."""
        return self.name_with_branch != self.name

    @property
    def is_of_a_chain(self) -> bool:
        """Whether many companies run restaurants of this name."""
        words = core_words(self.name)
        return bool(CHAINS & {words.words, words.without(self.around.near_words).words})

    @property
    def names_its_branch(self) -> bool:
        """Whether the name says which restaurant of a chain it is."""
        return core_words(self.name_with_branch).words not in CHAINS

    @property
    def initials(self) -> str:
        """The first letters of the name; empty for a single word."""
        initials = core_words(self.name).initials
        return initials if len(initials) > 1 else ""


def wanted(query: RegisterQuery, written: RegisterQuery | None = None) -> SearchTarget:
    """What `query` asks for. `written` is the restaurant before its name and address were cleaned.

    What cleaning took away (branch, unit, suburb, mall) says more about which company it is, but counts only as long as
    nobody changed the cleaned text.
    """
    name = written.name if written and clean_name(written.name, query.city) == query.name else query.name
    address = written.street if written and clean_street(written.street) == query.street else query.street
    around = surroundings(query.city, query.street, address)
    is_in_care = is_service_address(address, (name, query.name))
    return SearchTarget(query.name, name, read_address(address), around, has_many_shops(address), is_in_care)
