"""The twelve sub-steps of one restaurant, run by their tasks against the platform as it is built."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import text

from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import at_step_6

_SYNC_ON = text(
    "update organisations set feature_flags = jsonb_set(feature_flags, '{registration,onboardingSync,enabled}', 'true')"
    " where id = :organisation"
)
_IMAGES = text(
    "insert into item_images (menu_item_id, url) select id, 'https://images.example/' || id from menu_items"
    " where menu_id = :menu"
)


@pytest.mark.parametrize("way", EvidenceSource)
async def test_each_is_done_once_and_known_as_well_as_it_can_be(tenant: Tenant, way: EvidenceSource) -> None:
    """Proven by tables or routes; what no route shows has only the platform's answer as evidence."""
    email = f"{uuid4().hex[:8]}@example.nz"
    await tenant.everything.execute(_SYNC_ON, {"organisation": tenant.organisation_id})
    async with at_step_6(tenant, email, platform_evidence=way) as (kai,):
        await tenant.everything.execute(_IMAGES, {"menu": kai.menu_id})
        await kai.change_config("{menu,selected_menu_id}", json.dumps(str(kai.menu_id)))
        await kai.change_config("{onboarding}", json.dumps({"user_name": "Mere", "user_email": email}))
        await kai.change_config("{payment,include_stripe_link}", "true")
        for name in SubStepName:
            state = await kai.run(name)
            assert state.is_completed(), (name, state.message)
        known = {name: (await kai.row(name))["known"] for name in SubStepName}
        assert known == {name: RECORDS[name].best(way) or Assurance.REPORTED for name in SubStepName}
        assert {row.endpoint: await kai.done(row.endpoint) for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }
