"""What an organisation sets for its new batches: under the values of a batch, and fixed when the batch is opened."""

from typing import Any
from uuid import UUID, uuid4

from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.batches.queries import read_batch
from registration.configuration.default_queries import set_default_layer
from registration.configuration.models import ConfigLayer
from registration.gates.questions.for_all import FOR_ALL_FIELDS, filled_for_all, read_for_all
from registration.reporting.audit_queries import AuditFilter, AuditKind, read_audit
from registration.restaurants.models import Theme
from registration.workflow.transition_queries import Attribution
from tests.registration.tenant import Tenant

DARK = ConfigLayer.model_validate(
    {"website": {"theme": "dark", "item_layout": "list"}, "steps_enabled": {"itemTags": False}}
)


async def _opened(tenant: Tenant, **config: Any) -> UUID:
    restaurant, _ = await tenant.restaurant()
    options = BatchOptions(default_config=config)
    new = NewBatch(restaurant_ids=(restaurant,), created_by="Mere", options=options)
    return await open_batch(tenant.database, tenant.organisation_id, new)


async def _config(tenant: Tenant, batch: UUID) -> ConfigLayer:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return ConfigLayer.model_validate((await read_batch(transaction, batch)).default_config)


async def _set(tenant: Tenant, layer: ConfigLayer) -> None:
    await set_default_layer(tenant.database, tenant.organisation_id, layer, Attribution("Ana", "our look"))


async def test_a_new_batch_begins_with_it(tenant: Tenant) -> None:
    """The batch's own values lie over it; batches that exist, and those of others, know nothing of it."""
    before = await _opened(tenant, website={"theme": "light"})
    await set_default_layer(tenant.database, uuid4(), DARK, Attribution("Ana"))
    unset = await _opened(tenant)
    await _set(tenant, DARK)
    plain, own = await _opened(tenant), await _opened(tenant, website={"theme": "light"})
    await _set(tenant, ConfigLayer())
    after = await _opened(tenant)
    assert await _config(tenant, plain) == DARK
    over = DARK.website.model_copy(update={"theme": Theme.LIGHT})
    assert await _config(tenant, own) == DARK.model_copy(update={"website": over})
    assert await _config(tenant, before) == ConfigLayer.model_validate({"website": {"theme": "light"}})
    assert [await _config(tenant, after), await _config(tenant, unset)] == [ConfigLayer(), ConfigLayer()]


async def test_a_change_is_recorded(tenant: Tenant) -> None:
    """Who, why, and what was set."""
    await _set(tenant, DARK)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [entry], _ = await read_audit(transaction, AuditFilter(kinds=frozenset({AuditKind.SETTING})), limit=9)
    assert (entry.what, entry.actor, entry.reason) == ("default configuration changed", "Ana", "our look")
    assert entry.data["default_config"]["website"] == {"theme": "dark", "item_layout": "list"}


def test_a_layer_fills_the_section_that_reads_it() -> None:
    """Every field of the section, filled in and empty."""
    assert read_for_all(filled_for_all(ConfigLayer())) == ConfigLayer()
    for number in (1, 2):
        filled = {
            field.name: field.options[number].label if field.name not in ("steps_off", "steps_on") else []
            for field in FOR_ALL_FIELDS
        } | {"steps_off": ["itemTags"], "steps_on": ["optionSets"]}
        layer = read_for_all(filled)
        assert filled_for_all(layer) == filled
        assert read_for_all(filled_for_all(layer)) == layer
