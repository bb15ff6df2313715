"""Notices: messages that an automation of the Prefect server sends, by webhook or notification block."""

from datetime import timedelta

from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import CallWebhook, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from blocks import Notices
from deployments.prefect_server.automations import provide_automation
from deployments.prefect_server.blocks import wanted_notices
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tasks.reporting.events import EVENTS

WEBHOOK_DOCUMENT = "registration-notices"
BY_WEBHOOK = "registration: notices by webhook"
BY_BLOCK = "registration: notices by notification block"


async def provide_notices(client: PrefectClient, settings: Settings) -> list[str]:
    """Provide an automation for each channel in the block Notices of these settings, and none for the others.

    Raises MisconfiguredInstallation if the server has no such notification block.
    """
    notices = wanted_notices(settings)
    webhook = notices.webhook_call()
    changes = await _by_webhook(client, webhook) if webhook else await _without(client, BY_WEBHOOK)
    if notices.notification_block:
        return changes + await _by_block(client, notices)
    return changes + await _without(client, BY_BLOCK)


async def _by_webhook(client: PrefectClient, wanted: Webhook) -> list[str]:
    changes: list[str] = []
    if await _known_url(client) != wanted.url.get_secret_value():
        await wanted.asave(WEBHOOK_DOCUMENT, overwrite=True, client=client)
        changes.append(f"block webhook/{WEBHOOK_DOCUMENT}: set")
    block = await client.read_block_document_by_name(WEBHOOK_DOCUMENT, "webhook")
    action = CallWebhook(block_document_id=block.id, payload="{{ event.payload | tojson }}")
    return changes + await provide_automation(client, _automation(BY_WEBHOOK, action))


async def _by_block(client: PrefectClient, notices: Notices) -> list[str]:
    block = await notices.notification_document(client)
    if block is None:
        raise MisconfiguredInstallation(
            f"the Prefect server has no block {notices.notification_block!r}: REGISTRATION_NOTICES_BLOCK is TYPE/NAME"
            " of one, as slack-webhook/operators"
        )
    body, subject = "{{ event.payload.text }}", "{{ event.payload.subject }}"
    action = SendNotification(block_document_id=block.id, subject=subject, body=body)
    return await provide_automation(client, _automation(BY_BLOCK, action))


def _automation(name: str, action: CallWebhook | SendNotification) -> AutomationCore:
    trigger = EventTrigger(
        expect=set(EVENTS),
        match={"prefect.resource.id": "registration.batch.*"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    description = "Reports gates that wait, batches that have ended, and restaurants that failed."
    return AutomationCore(name=name, description=description, trigger=trigger, actions=[action])


async def _without(client: PrefectClient, name: str) -> list[str]:
    found = await client.read_automations_by_name(name)
    for automation in found:
        await client.delete_automation(automation.id)
    return [f"automation {name}: removed"] if found else []


async def _known_url(client: PrefectClient) -> str | None:
    try:
        found = await client.read_block_document_by_name(WEBHOOK_DOCUMENT, "webhook", include_secrets=True)
    except ObjectNotFound:
        return None
    return found.data.get("url")
