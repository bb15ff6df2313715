"""How well one company fits a restaurant: name, address, and what its name says about its trade."""

from dataclasses import dataclass

from registration.companies.matching.addresses import Address, House, house, read_address
from registration.companies.matching.location import Nearness, nearness
from registration.companies.matching.name_similarity import NameFit, fit_names
from registration.companies.matching.search_target import SearchTarget
from registration.companies.matching.trades import Trade, trade
from registration.companies.matching.weights import Weights
from registration.companies.models import FoundCompany


@dataclass(frozen=True)
class Fit:
    """How a company fits. `is_weak`: its address is many companies' address; `is_hidden`: upstairs, or in a mall."""

    names: NameFit
    address: float
    house: House
    nearness: Nearness
    trade: Trade
    is_weak: bool
    is_hidden: bool

    @property
    def is_at_the_house(self) -> bool:
        """Whether its address is the restaurant's house, at whatever door."""
        return self.house >= House.BUILDING and self.nearness >= Nearness.TOWN

    @property
    def is_hit(self) -> bool:
        """Whether its address is the restaurant's, and its own."""
        return self.house >= House.NEARLY and self.nearness >= Nearness.TOWN and not self.is_weak

    def supports(self, weights: Weights) -> bool:
        """Whether the name alone would let one think of the restaurant."""
        return self.names.best >= (weights.supports_from if self.trade is Trade.FITS else weights.named_from)

    def contradicts(self, weights: Weights) -> bool:
        """Whether the name speaks against it: it is another's, and not one that may be anybody's."""
        return self._name_at_the_house(weights) < weights.contradicts_below

    def total(self, weights: Weights) -> float:
        """The score, 0 to 100."""
        total = weights.name * self.names.best + (1 - weights.name) * self.address
        if not self.is_hit:
            return total
        return max(total, self._floor(weights) + weights.address_hit_name * self._name_at_the_house(weights))

    def _name_at_the_house(self, weights: Weights) -> float:
        """What the name counts at the restaurant's own address; nothing for the landlord or an office upstairs."""
        if self.supports(weights):
            return self.names.best
        return weights.says_nothing if self.trade is Trade.FITS and not self.is_hidden else 0.0

    def _floor(self, weights: Weights) -> float:
        """What an address hit is worth by itself: little if the name is that of somebody else at the same house."""
        if self.names.best >= weights.named_from:
            return weights.named_hit_floor
        if not self.contradicts(weights):
            return weights.address_hit_floor
        return weights.stranger_hit_floor if self.trade is Trade.STRANGER else weights.owner_hit_floor


def fit(wanted: SearchTarget, company: FoundCompany, *, is_weak: bool, weights: Weights) -> Fit:
    """How `company` fits; `is_weak` says that its address is many companies' address."""
    address = read_address(company.registered_address)
    common, near = house(wanted.address, address), nearness(wanted.around, address.locality)
    kind = trade(wanted.name_with_branch, company.company_name, wanted.around.near_words)
    names = fit_names(wanted, company, kind, weights)
    is_there = common >= House.NEARLY and near >= Nearness.TOWN
    same_door = bool(address.unit) is bool(wanted.address.unit)
    return Fit(
        names=names if is_there else _away_from_the_house(wanted, names, weights),
        address=_address_score(House.NOTHING if is_weak else common, near, same_door, weights),
        house=common,
        nearness=near,
        trade=kind,
        is_weak=is_weak,
        is_hidden=_is_elsewhere_in_the_house(wanted, address),
    )


def _away_from_the_house(wanted: SearchTarget, names: NameFit, weights: Weights) -> NameFit:
    """A chain's name says little there, unless with the very branch."""
    is_its_branch = wanted.names_its_branch and names.branch > weights.same_but_for_branch
    return names.at_most(weights.chain_elsewhere) if wanted.is_of_a_chain and not is_its_branch else names


def _is_elsewhere_in_the_house(wanted: SearchTarget, address: Address) -> bool:
    """Whether it sits upstairs while the restaurant does not, or in a house of many shops, nobody knows where."""
    same_unit = wanted.address.unit != "" and wanted.address.unit == address.unit
    return (address.is_upstairs and not wanted.address.is_upstairs) or (wanted.has_many_neighbours and not same_unit)


def _address_score(common: House, near: Nearness, same_door: bool, weights: Weights) -> float:
    if near >= Nearness.TOWN:
        by_house = {
            House.SAME: weights.exact_address if same_door else weights.exact_but_for_unit,
            House.NEARLY: weights.nearly_exact_address,
            House.BUILDING: weights.same_building,
            House.STREET: weights.same_street,
            House.NOTHING: weights.same_suburb if near is Nearness.SUBURB else weights.same_city,
        }
        return by_house[common]
    if near is Nearness.UNKNOWN:
        return weights.same_house_place_unknown if common >= House.NEARLY else weights.place_unknown
    by_place = weights.same_region if near is Nearness.REGION else 0.0
    return by_place + (weights.same_house_elsewhere if common >= House.NEARLY else 0.0)
