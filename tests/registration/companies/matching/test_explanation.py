"""Why a candidate has its score, in words, and which words it shares with the restaurant."""

from collections.abc import Iterable

from registration.companies.matching.explanation import Explanation, Part, explain
from registration.companies.matching.ranking import rank
from registration.companies.models import FoundCompany, RegisterQuery

KAI = RegisterQuery(name="Saffron Lane", street="72 Victoria Street", city="Christchurch")


def _company(number: int, name: str, address: str = "", **known: tuple[str, ...]) -> FoundCompany:
    found = FoundCompany(company_number=str(number), company_name=name, registered_address=address, status="Registered")
    return found.model_copy(update=known)


def _explained(companies: Iterable[FoundCompany], query: RegisterQuery = KAI) -> dict[str, Explanation]:
    return dict(explain(query, rank(query, companies)))


def test_words_that_the_restaurant_has_are_marked() -> None:
    """The legal ending is left out, what is more or less is named; a house is the same in any spelling."""
    found = _explained([_company(1, "SAFFRON LANE CANTERBURY LTD", "72 Victoria St, Christchurch, 8013")])["1"]
    assert found.name == (Part("SAFFRON LANE", same=True), Part("CANTERBURY LTD", same=False))
    assert found.address == (Part("72 Victoria St, Christchurch,", same=True), Part("8013", same=False))
    assert found.name_reasons == ("“LTD” left out", "has also: CANTERBURY")
    assert (found.address_reasons, found.weak) == (("the same house",), "")


def test_an_address_that_counts_little_says_why() -> None:
    """An accountant's, or one that many companies share; no address, and another town."""
    shared = [_company(number, f"SAFFRON {number} LIMITED", "8 High Street, Napier, 4110") for number in range(10, 16)]
    found = _explained([
        *shared,
        _company(1, "SAFFRON LANE LIMITED", "BDO Auckland, 4 Graham Street, Auckland, 1010"),
        _company(2, "SAFFRON LANE HOLDINGS LIMITED"),
    ])  # fmt: skip
    assert found["10"].weak == "5 other companies of this search are there"
    assert found["10"].address_reasons == ("another part of the country",)
    assert found["1"].weak == "the address of an accountant, a lawyer or another firm"
    assert found["2"].address_reasons == ("no registered address is known",)


def test_other_names_trades_and_chains_are_named() -> None:
    """A trading name counts, a former one less; a landlord is not the restaurant."""
    found = _explained([
        _company(1, "R & K ENTERPRISES LIMITED", trading_names=("Saffron Lane",)),
        _company(2, "OTHER NAME LIMITED", previous_names=("SAFFRON LANE LIMITED",)),
        _company(3, "VICTORIA STREET PROPERTIES LIMITED", "72 Victoria Street, Christchurch, 8013"),
    ])  # fmt: skip
    assert found["1"].name_reasons[0] == "by its trading name Saffron Lane"
    assert found["2"].name_reasons[0] == "by its former name SAFFRON LANE LIMITED, which counts less"
    assert "its name suggests a landlord or owner" in found["3"].name_reasons
    chain = RegisterQuery(name="Subway", street="1 Queen Street", city="Auckland")
    [elsewhere] = _explained([_company(4, "SUBWAY LIMITED", "9 Main Street, Gore, 9710")], chain).values()
    assert any("a chain" in reason for reason in elsewhere.name_reasons)
