"""Queries about a job at step 6: its frozen configuration and the status of its effects."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.batches.models import MOST_RESTAURANTS
from registration.configuration.models import YoloConfig
from registration.database.session import Transaction
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName

_SAVE_CONFIG = text(
    """
    update registration_jobs set execution_config = :config, updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation
    """
).bindparams(bindparam("config", type_=JSONB))
_SET_UP = text(
    """
    select j.id, j.restaurant_id, cast(j.execution_config as text) as execution_config,
        (select coalesce(max(count), 0) from (select count(*) from menu_items i
            where i.menu_id = cast(j.execution_config #>> '{menu,selected_menu_id}' as uuid)) items)::int as menu_items,
        (select jsonb_object_agg(s.name, jsonb_build_object(
                'status', s.status, 'outputs', s.outputs, 'needs_person', s.needs_person,
                'error', s.error_message))
            from registration_sub_steps s where s.job_id = j.id) as effects,
        (select c.password_encrypted from registration_credentials c
            where c.organisation_id = :organisation and c.email = lower(j.execution_config #>> '{account,email}')
        ) as password_encrypted
    from registration_jobs j where j.id = any(:jobs) and j.organisation_id = :organisation
    """
)

_SUB_STEPS = frozenset(SubStepName)


@dataclass(frozen=True)
class SetUpSnapshot:
    """A job at step 6: its frozen configuration, the status and stored outputs of its effects, and the password of its
    account, if there is a row of the account.
    """

    restaurant_id: UUID
    config: YoloConfig
    menu_items: int
    statuses: dict[SubStepName, SubStepStatus]
    outputs: dict[SubStepName, dict[str, Any]]
    needs_person: frozenset[SubStepName]
    errors: dict[SubStepName, str]
    password_encrypted: str | None = field(repr=False)

    @property
    def ended(self) -> bool:
        """Whether every sub-step has ended."""
        return all(status.ended for status in self.statuses.values())

    @property
    def failure(self) -> str | None:
        """The failed sub-steps with their errors, None if none failed."""
        failed = [name for name, status in self.statuses.items() if status is SubStepStatus.FAILED]
        return "; ".join(f"{name}: {self.errors.get(name)}" for name in failed) or None


async def save_config(transaction: Transaction, job_id: UUID, config: YoloConfig) -> None:
    """Freeze the configuration that step 6 executes."""
    parameters = {"job": job_id, "organisation": transaction.organisation_id, "config": config.model_dump(mode="json")}
    await transaction.execute(_SAVE_CONFIG, parameters)


async def read_set_up(transaction: Transaction, job_id: UUID) -> SetUpSnapshot:
    """The snapshot of one job; one query."""
    return (await read_set_ups(transaction, [job_id]))[job_id]


async def read_set_ups(transaction: Transaction, job_ids: Collection[UUID]) -> dict[UUID, SetUpSnapshot]:
    """The snapshots of several jobs, by job; one query."""
    found = await transaction.execute(_SET_UP, {"jobs": list(job_ids), "organisation": transaction.organisation_id})
    return {row.id: _set_up(row) for row in found}


def _set_up(row: Any) -> SetUpSnapshot:
    effects = {SubStepName(name): effect for name, effect in row.effects.items() if name in _SUB_STEPS}
    return SetUpSnapshot(
        restaurant_id=row.restaurant_id,
        config=_config(row.execution_config),
        menu_items=row.menu_items,
        statuses={name: SubStepStatus(effect["status"]) for name, effect in effects.items()},
        outputs={name: effect["outputs"] for name, effect in effects.items() if effect["outputs"]},
        needs_person=frozenset(name for name, effect in effects.items() if effect["needs_person"]),
        errors={name: effect["error"] for name, effect in effects.items() if effect["error"]},
        password_encrypted=row.password_encrypted,
    )


@lru_cache(maxsize=MOST_RESTAURANTS)
def _config(document: str) -> YoloConfig:
    """The configuration, which is the same at each of the twelve sub-steps: its values are validated once."""
    return YoloConfig.model_validate_json(document)
