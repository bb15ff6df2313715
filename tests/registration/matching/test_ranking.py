"""Which of the found companies comes first, and when one is clearly the best."""

from registration.matching.outcome import search_outcome
from registration.matching.ranking import preselect, rank
from registration.models.company import (
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
