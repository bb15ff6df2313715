"""What the ledger decides on each answer at step 6: by the real tasks, over HTTP, with the rows that it left."""

import pytest

from registration.workflow.assurance import EvidenceSource
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.platform_contract.contract import contract
from tests.platform_contract.expected import SPECIAL, Says, ends, most_sendings, says
from tests.platform_contract.held import hold_each_answer
from tests.platform_contract.ledger_trial import played
from tests.registration.tenant import Tenant

pytestmark = pytest.mark.slow

_COMMON = [one for one in contract().common_answers if isinstance(one.body, dict)]


@pytest.mark.parametrize("name", SubStepName)
async def test_each_answer_ends_as_the_contract_demands(tenant: Tenant, name: SubStepName) -> None:
    """Completed only with what happened; sent again by itself only where that does no harm; no secret is kept."""
    await hold_each_answer(tenant, name, EvidenceSource.TABLES)


async def test_an_answer_of_what_stands_before_every_route_does_nothing(tenant: Tenant) -> None:
    """It is sent again only while the platform is not ready, and its row does not say that it may have happened."""
    came = await played(tenant, SubStepName.MENU_IMPORT, _COMMON, EvidenceSource.TABLES)
    kind = SUB_STEPS[SubStepName.MENU_IMPORT].effect
    for answer in _COMMON:
        became = came[answer.case]
        assert became.end == ends("import-menu-direct", kind, None, answer), answer.case
        most = most_sendings(kind, answer) if says(answer) is Says.NOT_READY else 1
        assert 1 <= became.calls <= most, answer.case
        assert became.row["sent_at"] is None, answer.case


def test_what_is_demanded_is_of_the_contract() -> None:
    """No exception is left over from an answer that there is no more; none repeats a request that makes harm."""
    for endpoint, case in SPECIAL:
        assert contract().endpoints[endpoint].answer(case)
    for row in SUB_STEPS.values():
        for answer in contract().endpoints[row.endpoint].answers:
            happened = answer.outside != "none"
            assert not (most_sendings(row.effect, answer) > 1 and happened and answer.retry_safe is False), answer.case
