"""Channels of notices as a Prefect block."""

from prefect.blocks.core import Block
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict
from pydantic import ConfigDict, Field, SecretStr

from registration.health.finding import Finding
from registration.health.installation import check_webhook, judge_notification_block, notices_off


class Notices(Block):
    """The recipients of notices: gates that wait, batches that have ended, restaurants that failed.

    Attributes:
        webhook: Address to which the facts are posted as JSON.
        notification_block: A notification block of the Prefect server, which sends a sentence.

    Example:
        Check whether a notice can be sent:
        ```python
        from blocks import Notices

        notices = await Notices.aload("BLOCK_NAME")
        findings = await notices.check()
        ```
    """

    # A validation error would show the invalid values, secrets among them.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Notices"
    _block_type_slug = "registration-notices"
    _description = "The recipients of notices: gates that wait, batches that have ended and restaurants that failed."

    webhook: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook",
        description="Address to which the facts are posted as JSON; empty is none.",
    )
    notification_block: str = Field(
        default="",
        pattern=r"^$|^[^/]+/[^/]+$",
        title="Notification block",
        description="TYPE/NAME of a notification block of this server, as slack-webhook/operators; empty is none.",
    )

    def webhook_call(self) -> Webhook | None:
        """Prefect's own block that posts to the webhook."""
        if not self.webhook.get_secret_value():
            return None
        return Webhook(url=self.webhook, headers=SecretDict({"Content-Type": "application/json"}))

    async def notification_document(self, client: PrefectClient) -> BlockDocument | None:
        """The notification block as the server stores it; None if it has no block of this TYPE/NAME."""
        kind, _, name = self.notification_block.partition("/")
        try:
            return await client.read_block_document_by_name(name, kind)
        except ObjectNotFound:
            return None

    async def check(self) -> list[Finding]:
        """Errors of the webhook or the notification block; nothing is sent."""
        findings: list[Finding] = []
        if self.webhook.get_secret_value():
            findings.append(await check_webhook(self.webhook))
        if self.notification_block:
            async with get_client() as client:
                found = await self.notification_document(client)
            findings.append(judge_notification_block(self.notification_block, is_there=found is not None))
        return findings or [notices_off()]
