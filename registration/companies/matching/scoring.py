"""The fit of one company for a restaurant: name, address, and the trade that its name suggests."""

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
    """The fit of a company. `is_weak`: many companies share its address. `is_hidden`: it is upstairs, or in a mall."""

    names: NameFit
    address: float
    house: House
    nearness: Nearness
    trade: Trade
    is_weak: bool
    is_hidden: bool

    @property
    def is_at_the_house(self) -> bool:
        """True if the company's address is the restaurant's building, in any unit."""
        return self.house >= House.BUILDING and self.nearness >= Nearness.TOWN

    @property
    def is_hit(self) -> bool:
        """True if the company's address is the restaurant's address and not shared by many companies."""
        return self.house >= House.NEARLY and self.nearness >= Nearness.TOWN and not self.is_weak

    def supports(self, weights: Weights) -> bool:
        """True if the name alone suggests the restaurant."""
        return self.names.best >= (weights.supports_from if self.trade is Trade.FITS else weights.named_from)

    def contradicts(self, weights: Weights) -> bool:
        """True if the name suggests another business, and is not one that could belong to any business."""
        return self._name_at_the_house(weights) < weights.contradicts_below

    def total(self, weights: Weights) -> float:
        """The score, 0 to 100."""
        total = weights.name * self.names.best + (1 - weights.name) * self.address
        if not self.is_hit:
            return total
        return max(total, self._floor(weights) + weights.address_hit_name * self._name_at_the_house(weights))

    def _name_at_the_house(self, weights: Weights) -> float:
        """The weight of the name at the restaurant's own address; 0 for the landlord or an office upstairs."""
        if self.supports(weights):
            return self.names.best
        return weights.neutral_name if self.trade is Trade.FITS and not self.is_hidden else 0.0

    def _floor(self, weights: Weights) -> float:
        """The lowest score of an address hit: low if the name belongs to another business in the building."""
        if self.names.best >= weights.named_from:
            return weights.named_hit_floor
        if not self.contradicts(weights):
            return weights.address_hit_floor
        return weights.stranger_hit_floor if self.trade is Trade.STRANGER else weights.owner_hit_floor


def fit(target: SearchTarget, company: FoundCompany, *, is_weak: bool, weights: Weights) -> Fit:
    """The fit of `company`; `is_weak` means that many companies share its address."""
    address = read_address(company.registered_address)
    common, near = house(target.address, address), nearness(target.around, address.locality)
    kind = trade(target.name_with_branch, company.company_name, target.around.near_words)
    names = fit_names(target, company, kind, weights)
    is_at_the_house = common >= House.NEARLY and near >= Nearness.TOWN
    same_door = bool(address.unit) is bool(target.address.unit)
    return Fit(
        names=names if is_at_the_house else _away_from_the_house(target, names, weights),
        address=_address_score(House.NOTHING if is_weak else common, near, same_door, weights),
        house=common,
        nearness=near,
        trade=kind,
        is_weak=is_weak,
        is_hidden=_is_elsewhere_in_the_house(target, address),
    )


def _away_from_the_house(target: SearchTarget, names: NameFit, weights: Weights) -> NameFit:
    """The name's fit for a company elsewhere: a chain's name counts little there, unless it names the restaurant's
    branch.
    """
    is_its_branch = target.names_its_branch and names.branch > weights.same_but_for_branch
    return names.at_most(weights.chain_elsewhere) if target.is_of_a_chain and not is_its_branch else names


def _is_elsewhere_in_the_house(target: SearchTarget, address: Address) -> bool:
    """True if the company is in another part of the building.

    It is upstairs and the restaurant is not, or the building has many shops and the units differ or are unknown.
    """
    same_unit = target.address.unit != "" and target.address.unit == address.unit
    return (address.is_upstairs and not target.address.is_upstairs) or (target.has_many_neighbours and not same_unit)


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
        return weights.same_house_town_unknown if common >= House.NEARLY else weights.town_unknown
    by_region = weights.same_region if near is Nearness.REGION else 0.0
    return by_region + (weights.same_house_elsewhere if common >= House.NEARLY else 0.0)
