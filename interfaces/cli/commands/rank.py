"""`registration rank`: tries the ranking of companies on cases from a file."""

from collections.abc import Iterable
from pathlib import Path

from cyclopts import App

from interfaces.cli.output import add_rows, output, print_json, table
from interfaces.cli.session import AsJson
from registration.companies.matching.case_file import RankedCase, RankingCase, rank_case, read_cases

app = App(
    "rank",
    help_epilogue="""
The file is a JSON list of restaurants with candidates; other keys are ignored:
  [{"restaurant": "Sushi Bay", "street": "33 Hurstmere Road", "city": "Auckland", "candidates": [
    {"company_number": "1234567", "company_name": "SUSHI BAY LIMITED", "registered_address": "...",
     "status": "Registered", "previous_names": [], "trading_names": []}]}]

Examples:
  registration rank --file cases.json
  registration rank --file cases.json --json | jq '.[].preselected'
""",
    help_format="plaintext",
)


@app.default
def rank(*, file: Path, as_json: AsJson = False) -> None:
    """Rank the candidates of each restaurant, and mark the candidate that is clearly the best.

    Args:
        file: The ranking cases, as JSON.
        as_json: Print JSON: a list in the order of the cases.
    """
    cases = read_cases(file, RankingCase)
    ranked = tuple(map(rank_case, cases))
    if as_json:
        print_json([candidate.document() for candidate in ranked])
        return
    columns = ("restaurant", "", "company", "number", "score", "name", "address")
    rows = (row for case, result in zip(cases, ranked, strict=True) for row in _rows(case, result))
    output().print(add_rows(table(*columns), rows))


def _rows(case: RankingCase, result: RankedCase) -> Iterable[Iterable[object]]:
    """One row per candidate; the candidate that is clearly the best has a mark."""
    if not result.ranked:
        yield case.restaurant, "", "no registered company", "", "", "", ""
    for position, candidate in enumerate(result.ranked):
        company = candidate.company
        mark = "*" if company.company_number == result.preselected else ""
        scores = (candidate.score, candidate.name_score, candidate.address_score)
        yield "" if position else case.restaurant, mark, company.company_name, company.company_number, *scores
