"""Which of the found companies comes first, and when one is clearly the best."""

import sys
from types import FrameType

from registration.companies.matching.ranking import preselect, rank, search_outcome
from registration.companies.models import (
    Candidate,
    FoundCompany,
    RegisterQuery,
    SearchResults,
    Source,
    SourceOutcome,
    SourceState,
)

QUERY = RegisterQuery(name="Sushi Bay", street="33 Hurstmere Road", city="Auckland")
HERE = "33 Hurstmere Road, Takapuna, Auckland, 0622, New Zealand"
ELSEWHERE = "1 Hardy Street, Nelson, 7010, New Zealand"


def _company(number: str, name: str, address: str = ELSEWHERE, **others: object) -> FoundCompany:
    values = {"company_number": number, "company_name": name, "registered_address": address, "status": "Registered"}
    return FoundCompany.model_validate(values | others)


def _numbers(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.company.company_number for candidate in candidates]


def test_name_and_address_together_come_first() -> None:
    """Both, then the address hit, then the name elsewhere."""
    ranked = rank(
        QUERY,
        [_company("3", "SUSHI BAY NELSON LIMITED"), _company("1", "SUSHI BAY LIMITED", HERE)],
        [_company("2", "KIM BROTHERS LIMITED", HERE)],
    )
    assert _numbers(ranked) == ["1", "2", "3"]
    assert [candidate.score for candidate in ranked] == sorted((c.score for c in ranked), reverse=True)
    assert (ranked[0].score, ranked[0].name_score, ranked[0].address_score) == (100, 100, 100)
    assert preselect(QUERY, ranked) == "1"


def test_a_company_found_twice_is_one_candidate() -> None:
    """Merged by number: both sources are remembered, and what one list leaves out the other adds."""
    by_name = _company("1", "SUSHI BAY LIMITED", "")
    by_address = _company("1", "SUSHI BAY LIMITED", HERE, nzbn="9429031003346")
    [candidate] = rank(QUERY, [by_name], [by_address])
    assert candidate.sources == {Source.NAME, Source.ADDRESS}
    assert candidate.company == by_address


def test_removed_companies_are_no_candidates() -> None:
    """A predecessor with the same name is gone."""
    ranked = rank(
        QUERY, [_company("1", "SUSHI BAY LIMITED", HERE, status="Removed"), _company("2", "SUSHI BAY (2020) LIMITED")]
    )
    assert _numbers(ranked) == ["2"]


def test_several_alike_are_left_to_a_person() -> None:
    """Nobody is preselected if the next one is close behind."""
    ranked = rank(QUERY, [_company("1", "SUSHI BAY LIMITED", HERE), _company("2", "BAY SUSHI LIMITED", HERE)])
    assert preselect(QUERY, ranked) is None


def test_the_same_name_in_another_city_is_not_clear() -> None:
    """A full name alone, registered far away, is a candidate and no more."""
    ranked = rank(QUERY, [_company("1", "SUSHI BAY LIMITED")])
    assert _numbers(ranked) == ["1"]
    assert preselect(QUERY, ranked) is None


def test_a_previous_name_does_not_make_it_clear() -> None:
    """Whoever was called so before is a candidate, but clear only by its present or trading name."""
    one = _company("1", "KIM BROTHERS LIMITED", "9 Queen Street, Auckland", previous_names=("SUSHI BAY LIMITED",))
    other = _company("1", "KIM BROTHERS LIMITED", "9 Queen Street, Auckland", trading_names=("Sushi Bay",))
    assert preselect(QUERY, rank(QUERY, [one])) is None
    assert preselect(QUERY, rank(QUERY, [other])) == "1"


def test_the_only_company_at_the_address_is_clear_unless_its_name_contradicts() -> None:
    """A similar name at the very house is enough; a stranger's name there is not."""
    related = _company("1", "BAY SUSHI TAKAPUNA LIMITED", HERE)
    stranger = _company("2", "HURSTMERE PROPERTY TRUST LIMITED", HERE)
    assert preselect(QUERY, rank(QUERY, [], [related])) == "1"
    assert preselect(QUERY, rank(QUERY, [], [stranger])) is None


def test_an_address_that_many_share_is_weak() -> None:
    """Five companies in one house: the house says nothing about any of them."""
    crowd = [_company(str(number), f"COMPANY {number} LIMITED", HERE) for number in range(1, 5)]
    related = _company("9", "SUSHI TAKAPUNA LIMITED", HERE)
    assert preselect(QUERY, rank(QUERY, [], [*crowd[:1], related])) is None
    assert all(candidate.score < 78 for candidate in rank(QUERY, [], [*crowd, related]))


def test_an_accountants_address_is_weak() -> None:
    """A registered-office service at the restaurant's house is nobody's own address."""
    company = _company("1", "BAY SUSHI TAKAPUNA LIMITED", f"C/- Smith Chartered Accountants, {HERE}")
    ranked = rank(QUERY, [], [company])
    assert ranked[0].score < 90
    assert preselect(QUERY, ranked) is None


def test_nothing_found_is_nothing_preselected() -> None:
    """No candidates, no choice."""
    assert rank(QUERY, []) == ()
    assert preselect(QUERY, ()) is None


def test_equal_candidates_come_in_a_fixed_order() -> None:
    """The order does not depend on how the register lists them."""
    companies = [_company(number, "SUSHI BAY LIMITED") for number in ("3", "1", "2")]
    assert _numbers(rank(QUERY, companies)) == _numbers(rank(QUERY, companies[::-1])) == ["1", "2", "3"]


def test_the_outcome_says_what_each_source_did() -> None:
    """What the gate shows: sources, candidates, and the clearly best one."""
    failed = SourceOutcome(state=SourceState.FAILED, error="the register gave no answer")
    results = SearchResults(
        by_name=SourceOutcome(state=SourceState.FOUND),
        by_address=failed,
        found_by_name=(_company("1", "SUSHI BAY LIMITED", HERE),),
    )
    outcome = search_outcome(QUERY, results)
    assert (outcome.by_address, outcome.preselected, _numbers(outcome.candidates)) == (failed, "1", ["1"])


def test_a_surname_at_the_very_house_is_clear_and_an_exact_name_in_town_makes_it_unclear() -> None:
    """Who trades under another name is found by the address, unless somebody in town has the restaurant's name."""
    owner = _company("1", "KIM & SONS ENTERPRISES LIMITED", HERE)
    assert preselect(QUERY, rank(QUERY, [], [owner])) == "1"
    assert preselect(QUERY, rank(QUERY, [_company("2", "SUSHI BAY LIMITED")], [owner])) == "1"
    same_town = _company("2", "SUSHI BAY LIMITED", "1 Queen Street, Auckland Central, Auckland, 1010")
    assert preselect(QUERY, rank(QUERY, [same_town], [owner])) is None


def test_a_landlord_is_no_neighbour_but_another_trade_is() -> None:
    """A family trust at the same house is passed over; a dentist there shows that the house has several tenants."""
    owner = _company("1", "KIM & SONS ENTERPRISES LIMITED", HERE)
    assert preselect(QUERY, rank(QUERY, [], [owner, _company("2", "KIM FAMILY TRUSTEES LIMITED", HERE)])) == "1"
    assert preselect(QUERY, rank(QUERY, [], [owner, _company("2", "HURSTMERE DENTAL LIMITED", HERE)])) is None


def test_an_office_upstairs_is_not_the_restaurant() -> None:
    """Whoever sits on a floor above, under any name, is not preselected."""
    upstairs = _company("1", "KIM & SONS ENTERPRISES LIMITED", f"Level 3, {HERE}")
    assert preselect(QUERY, rank(QUERY, [], [upstairs])) is None


def test_a_chains_name_alone_is_not_clear() -> None:
    """The franchisor has the name; who holds the franchise has the address."""
    query = RegisterQuery(name="Burger King", street="1 Queen Street", city="Auckland")
    brand = _company("1", "BURGER KING LIMITED", "30 Cook Street, Auckland Central, Auckland, 1010")
    holder = _company("2", "KIM FOODS LIMITED", "1 Queen Street, Auckland Central, Auckland, 1010")
    assert preselect(query, rank(query, [brand])) is None
    assert preselect(query, rank(query, [brand], [holder])) == "2"


def test_a_common_name_without_the_house_is_not_clear() -> None:
    """One word, or words that very many restaurants share: somebody else in town may well be called so."""
    in_town = "1 Hardy Street, Stoke, Nelson, 7011"
    for name, clear in [("Nest", None), ("Thai Kitchen", None), ("Whistling Weka", "1")]:
        query = RegisterQuery(name=name, street="9 Bridge Street", city="Nelson")
        assert preselect(query, rank(query, [_company("1", f"{name.upper()} LIMITED", in_town)])) == clear


def test_the_name_with_an_addition_is_clear_only_if_nobody_else_has_it() -> None:
    """Elsewhere in the town, "CANTERBURY" may be it; beside a caterer of the same name a person has to look."""
    query = RegisterQuery(name="Saffron Lane", street="72 Victoria Street", city="Christchurch")
    one = _company("1", "SAFFRON LANE CANTERBURY LIMITED", "151 Cambridge Terrace, Christchurch, 8013")
    other = _company("2", "SAFFRON LANE CATERING LIMITED", "28 Moorhouse Avenue, Christchurch, 8011")
    assert preselect(query, rank(query, [one])) == "1"
    assert _numbers(rank(query, [other, one])) == ["1", "2"]
    assert preselect(query, rank(query, [other, one])) is None


def test_what_cleaning_took_away_tells_branches_apart() -> None:
    """The branch in the written name and the unit in the written address decide between equals."""
    written = RegisterQuery(name="Sushi Bay - Takapuna", street="Shop 2, 33 Hurstmere Road, Takapuna", city="Auckland")
    other = _company("1", "SUSHI BAY ALBANY LIMITED", "4 Queen Street, Auckland Central, Auckland, 1010")
    branch = _company("2", "SUSHI BAY TAKAPUNA LIMITED", "5 Queen Street, Auckland Central, Auckland, 1010")
    assert _numbers(rank(QUERY, [other, branch], written=written)) == ["2", "1"]
    next_door = _company("1", "KIM FOODS LIMITED", f"Shop 1, {HERE}")
    at_the_door = _company("2", "LEE FOODS LIMITED", f"Shop 2, {HERE}")
    assert _numbers(rank(QUERY, [], [next_door, at_the_door], written=written)) == ["2", "1"]


def test_what_somebody_changed_in_the_query_counts_more_than_what_was_written() -> None:
    """A search for another name does not look for the old branch."""
    written = RegisterQuery(name="Wok Express - Takapuna", street="9 Anzac Street", city="Auckland")
    companies = [_company("1", "SUSHI BAY LIMITED", HERE), _company("2", "WOK EXPRESS TAKAPUNA LIMITED", HERE)]
    assert _numbers(rank(QUERY, companies, written=written)) == ["1", "2"]


def test_a_hundred_candidates_are_ranked_at_once() -> None:
    """Each candidate takes as many function calls as each of ten, fewer than a thousand, on any machine."""
    companies = [
        _company(str(number), f"SUSHI {number} BAY LIMITED", f"{number} Queen Street, Auckland")
        for number in range(100)
    ]
    few, many = (_function_calls_of_rank(companies[:count]) for count in (10, 100))
    assert many < 1.1 * 10 * few
    assert many < 1000 * 100


def _function_calls_of_rank(companies: list[FoundCompany]) -> int:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        ranked = rank(QUERY, companies)
    finally:
        sys.setprofile(before)
    assert len(ranked) == len(companies)
    return calls
