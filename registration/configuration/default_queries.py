"""The default configuration of an organisation: what a new batch begins with, under the defaults of the batch."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.configuration.models import ConfigLayer
from registration.configuration.proposals import merged_layers
from registration.database.session import Database, Transaction
from registration.workflow.transition_queries import Attribution, record

_CHANGED: Final = "default configuration changed"
_READ = text("select default_config from registration_organisation_settings where organisation_id = :organisation")
_STORE = text(
    """
    insert into registration_organisation_settings (organisation_id, default_config) values (:organisation, :config)
    on conflict (organisation_id) do update
        set default_config = excluded.default_config, updated_at = clock_timestamp()
    """
).bindparams(bindparam("config", type_=JSONB))


async def read_default_layer(transaction: Transaction) -> ConfigLayer:
    """The layer of the organisation; an empty one if it has never set one."""
    stored = await transaction.scalar(_READ, {"organisation": transaction.organisation_id})
    return ConfigLayer.model_validate(stored or {})


async def set_default_layer(
    database: Database, organisation_id: UUID, layer: ConfigLayer, attribution: Attribution
) -> None:
    """Set what new batches begin with, and record who did; batches that exist keep what they began with."""
    config = layer.model_dump(mode="json", exclude_none=True)
    async with database.transaction(organisation_id) as transaction:
        await transaction.execute(_STORE, {"organisation": organisation_id, "config": config})
        await record(transaction, _CHANGED, attribution, data={"default_config": config})


async def over_defaults(transaction: Transaction, default_config: dict[str, Any]) -> dict[str, Any]:
    """The defaults of a new batch, laid over those of its organisation."""
    under = await read_default_layer(transaction)
    if under == ConfigLayer():
        return default_config
    return merged_layers(under, ConfigLayer.model_validate(default_config)).model_dump(mode="json", exclude_none=True)
