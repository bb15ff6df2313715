"""Reads a job's own section at the company gate."""

from collections.abc import Mapping

from registration.models.company import RegisterQuery
from registration.models.decisions import AnyAnswer, ConfirmQuery, EnterByHand, ManualCompany, SearchAgain
from registration.models.rounds import Details

_QUERIES: dict[Details, type[ConfirmQuery | SearchAgain]] = {
    Details.CONFIRM_QUERY: ConfirmQuery,
    Details.SEARCH_AGAIN: SearchAgain,
}


def read_company_details(asked: Details, filled: Mapping[str, object]) -> AnyAnswer:
    """The answer that the section makes; raises ValueError (ValidationError) for what breaks a rule."""
    if asked is Details.ENTER_BY_HAND:
        return EnterByHand(details=ManualCompany.model_validate(filled))
    answer = _QUERIES[asked](query=RegisterQuery.model_validate(filled))
    refuse_empty_query(answer)
    return answer


def refuse_empty_query(answer: AnyAnswer) -> None:
    """Raises ValueError if the answer is to search by nothing."""
    query = answer.query if isinstance(answer, ConfirmQuery | SearchAgain) else None
    if query is not None and query.is_empty:
        raise ValueError("name and street are both empty: there is nothing to search by")
