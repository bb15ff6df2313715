"""What a sub-step needs besides its row in the table: CONTRIBUTING.md lists it, and this walks the list."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.features import FEATURES
from registration.effects.evidence.probe import JUDGES
from registration.effects.outputs import OUTPUTS
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.set_up.sub_steps import TASKS
from tests.platform_contract.contract import contract

_WITHOUT_A_FLAG = {SubStepName.UPLOAD_IMAGES}


@pytest.mark.parametrize("name", SubStepName)
def test_a_sub_step_has_all_that_it_needs(name: SubStepName) -> None:
    """Each missing part is named with the file that it belongs in."""
    endpoint = SUB_STEPS[name].endpoint if name in SUB_STEPS else ""
    parts = {
        "a row in registration/workflow/sub_steps.py": name in SUB_STEPS,
        "its outputs in registration/effects/outputs.py": name in OUTPUTS,
        "its flag in registration/configuration/features.py": name in FEATURES or name in _WITHOUT_A_FLAG,
        "its judge in registration/effects/evidence/probe.py": name in JUDGES,
        "its evidence in registration/workflow/assurance.py": name in RECORDS,
        "its body in tasks/set_up/sub_steps.py": name in TASKS,
        "its answers in tests/platform_contract/contract.json": endpoint in contract().endpoints,
    }
    assert [part for part, there in parts.items() if not there] == []


async def test_the_view_of_progress_names_every_sub_step(everything: AsyncConnection) -> None:
    """It has them by name and phase; a new one needs a migration that replaces registration_sub_step_progress."""
    definition = "select pg_get_viewdef('registration_sub_step_progress'::regclass)"
    view = str((await everything.execute(text(definition))).scalar_one())
    missing = [row.name for row in SUB_STEPS.values() if f"'{row.name}'" not in view]
    assert missing == [], "write a migration that makes registration_sub_step_progress anew, with these"
