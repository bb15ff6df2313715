"""Queries about the results of a batch, for programs that keep a list of restaurants."""

from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from registration.configuration.description import config_in_words
from registration.configuration.models import YoloConfig
from registration.database.session import Transaction
from registration.kit.opening_hours_text import format_opening_hours, read_opening_hours
from registration.kit.values import reason_text
from registration.reporting.results import Result, SubStepResult
from registration.workflow.sub_steps import SUB_STEPS

_RESULTS = text(
    """
    select j.id as job_id, j.restaurant_id, r.metadata ->> 'external_id' as external_id, r.name as restaurant, r.city,
        j.status as outcome, j.error_message as error, r.company_name, r.company_number, r.nzbn,
        coalesce(a.outputs ->> 'email', lower(j.execution_config #>> '{account,email}')) as account_email,
        p.outputs ->> 'pumpd_restaurant_id' as platform_restaurant_id,
        p.outputs ->> 'pumpd_subdomain' as platform_subdomain, p.outputs ->> 'dashboard_url' as dashboard_url,
        j.started_at, j.completed_at, r.address, r.phone,
        coalesce(j.execution_config #>> '{onboarding,user_name}', r.contact_name) as contact_name,
        coalesce(j.execution_config #>> '{onboarding,user_email}', r.contact_email) as contact_email, r.contact_phone,
        to_jsonb(r.opening_hours) as stored_hours, r.opening_hours_text,
        coalesce(w.outputs ->> 'demo_store_url', r.demo_store_url) as demo_store_url,
        coalesce(m.outputs ->> 'stripe_connect_url', r.stripe_connect_url) as stripe_connect_url,
        j.execution_config as config,
        (select 'version ' || coalesce(menu.version, 1) || ' with '
                || (select count(*) from menu_items i where i.menu_id = menu.id) || ' items'
            from menus menu where menu.id::text = j.execution_config #>> '{menu,selected_menu_id}'
                and menu.restaurant_id = j.restaurant_id) as menu,
        (select jsonb_object_agg(u.name, jsonb_build_object('status', u.status, 'known', u.known,
                'said_by', u.evidence ->> 'said_by',
                'why', coalesce(u.error_message, u.skip_reason, u.evidence ->> 'why')))
            from registration_sub_steps u where u.job_id = j.id) as effects
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    left join registration_sub_steps a on a.job_id = j.id and a.name = 'cloudwaitressAccount'
    left join registration_sub_steps p on p.job_id = j.id and p.name = 'restaurantRegistration'
    left join registration_sub_steps w on w.job_id = j.id and w.name = 'websiteConfig'
    left join registration_sub_steps m on m.job_id = j.id and m.name = 'paymentConfig'
    where j.batch_job_id = :batch and j.organisation_id = :organisation order by j.position
    """
)


async def read_results(transaction: Transaction, batch_id: UUID) -> tuple[Result, ...]:
    """The results of the batch's restaurants in order; one query."""
    rows = await transaction.execute(_RESULTS, {"batch": batch_id, "organisation": transaction.organisation_id})
    return tuple(_result(dict(row)) for row in rows.mappings())


def _result(row: dict[str, Any]) -> Result:
    effects, menu = row.pop("effects"), row.pop("menu")
    config = _config(row.pop("config"))
    hours = _hours(row.pop("stored_hours"), row.pop("opening_hours_text"))
    if isinstance(config, YoloConfig) and config.restaurant.opening_hours:
        hours = format_opening_hours(config.restaurant.opening_hours)
    configuration = config_in_words(config, menu) if isinstance(config, YoloConfig) else config
    sub_steps: dict[str, SubStepResult] = {name: SubStepResult(**effects[name]) for name in SUB_STEPS}
    return Result(**row, opening_hours=hours, configuration=configuration, sub_steps=sub_steps)


def _config(stored: dict[str, Any] | None) -> YoloConfig | dict[str, str]:
    """The frozen configuration; no words before there is one, and the reason if it cannot be read any more."""
    if not stored:
        return {}
    try:
        return YoloConfig.model_validate(stored)
    except ValueError as error:
        return {"cannot be read": reason_text(error)}


def _hours(stored: JsonValue, typed: str | None) -> str | None:
    """The restaurant's hours in words; the stored text if they cannot be read."""
    try:
        hours = read_opening_hours(stored) if stored else ()
    except ValueError:
        hours = ()
    return format_opening_hours(hours) if hours else typed
