"""What the ledger decides on each answer where the tables may not be read, and at the start of an extraction."""

import pytest

from registration.workflow.assurance import RECORDS, EvidenceSource
from registration.workflow.sub_steps import EXTRACTION_STARTS, SubStepName
from tests.platform_contract.contract import contract
from tests.platform_contract.expected import ends, most_sendings
from tests.platform_contract.held import hold_each_answer, hold_no_secret
from tests.platform_contract.ledger_trial import LINKS, played_at_step_1, start_by
from tests.registration.tenant import Tenant

pytestmark = pytest.mark.slow

_SHOWN_OVER_HTTP = [name for name in SubStepName if RECORDS[name].http]


@pytest.mark.parametrize("name", _SHOWN_OVER_HTTP)
async def test_each_answer_ends_as_the_contract_demands_over_http(tenant: Tenant, name: SubStepName) -> None:
    """The same as with the tables, for what a route shows."""
    await hold_each_answer(tenant, name, EvidenceSource.HTTP)


@pytest.mark.parametrize("endpoint", LINKS)
async def test_each_start_of_an_extraction_ends_as_the_contract_demands(tenant: Tenant, endpoint: str) -> None:
    """Every menu is paid for and kept beside the others: its start is sent once, whatever is answered."""
    answers = contract().endpoints[endpoint].answers
    kind, _ = EXTRACTION_STARTS[start_by(endpoint)]
    came = await played_at_step_1(tenant, endpoint, answers)
    assert {case: one.end for case, one in came.items()} == {
        one.case: ends(endpoint, kind, None, one) for one in answers
    }
    for answer in answers:
        assert 1 <= came[answer.case].calls <= most_sendings(kind, answer), answer.case
    await hold_no_secret(tenant)
