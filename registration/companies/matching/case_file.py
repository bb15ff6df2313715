"""Ranking cases from a JSON file: restaurants with candidates, to try the ranking on other data."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from registration.companies.matching.query_cleaning import clean_query
from registration.companies.matching.ranking import preselect, rank
from registration.companies.models import Candidate, FoundCompany, RegisterQuery
from registration.errors import BadFile
from registration.kit.documents import read_bytes, read_json
from registration.kit.values import reasons

Case = TypeVar("Case", bound="RankingCase")
Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _absent_is_empty(value: object) -> object:
    return "" if value is None else value


def _absent_is_none(value: object) -> object:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_absent_is_empty)]
Names = Annotated[tuple[str, ...], BeforeValidator(_absent_is_none)]


class CaseCompany(BaseModel):
    """A candidate of a ranking case; unknown keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    company_number: Named
    company_name: Named
    registered_address: Text
    status: Named
    previous_names: Names = ()
    trading_names: Names = ()


class RankingCase(BaseModel):
    """A restaurant as written on its page, and the companies that may run it; unknown keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    restaurant: Named
    street: Text
    city: Text
    candidates: tuple[CaseCompany, ...]


class RankedCase(BaseModel):
    """The registered candidates of a ranking case, best first, and the company number of the clearly best one."""

    ranked: tuple[Candidate, ...]
    preselected: str | None

    def document(self) -> dict[str, Any]:
        """The JSON that `registration rank --json` prints for the case."""
        ranked = [
            {"company_number": ranked_candidate.company.company_number, "score": ranked_candidate.score}
            for ranked_candidate in self.ranked
        ]
        return {"ranked": ranked, "preselected": self.preselected}


def read_cases(file: Path, kind: type[Case]) -> tuple[Case, ...]:
    """The ranking cases of a JSON file, which holds a list.

    Raises BadFile; for an invalid case with its index and the reason.
    """
    try:
        content: object = read_json(read_bytes(file).decode("utf-8-sig"))
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadFile(f"{file} is not JSON: {error}") from error
    if not isinstance(content, list):
        raise BadFile(f"{file} is not a list of cases")
    return tuple(_case(index, value, kind) for index, value in enumerate(content))


def rank_case(case: RankingCase) -> RankedCase:
    """Rank the candidates as if one search had found them all."""
    query = clean_query(case.restaurant, case.street, case.city)
    written = RegisterQuery(name=case.restaurant, street=case.street, city=case.city)
    companies = [FoundCompany.model_validate(candidate.model_dump()) for candidate in case.candidates]
    ranked = rank(query, companies, written=written)
    return RankedCase(ranked=ranked, preselected=preselect(query, ranked, written=written))


def _case(index: int, value: object, kind: type[Case]) -> Case:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise BadFile(f"case {index}: {'; '.join(reasons(error))}") from error
