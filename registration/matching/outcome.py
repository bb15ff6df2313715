"""From what the register answered to what the gate shows."""

from registration.matching.ranking import preselect, rank
from registration.models.company import RegisterQuery, SearchOutcome, SearchResults


def search_outcome(query: RegisterQuery, results: SearchResults, written: RegisterQuery | None = None) -> SearchOutcome:
    """The candidates of a search, best first, with what each source said and the one that is clearly best.

    `written` is the restaurant's name and address before they were cleaned, if that is known.
    """
    candidates = rank(query, results.found_by_name, results.found_by_address, written=written)
    return SearchOutcome(
        by_name=results.by_name,
        by_address=results.by_address,
        candidates=candidates,
        preselected=preselect(query, candidates, written=written),
    )
