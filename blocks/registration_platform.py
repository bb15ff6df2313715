"""The registration platform as a Prefect block."""

from uuid import UUID

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr

from registration.health.finding import Finding
from registration.health.platform import check_platform
from registration.platform.client import PlatformClient


class RegistrationPlatform(Block):
    """The registration platform: the address of its API and its service key.

    Attributes:
        base_url: Address of the platform's API.
        service_key: The service key sent with every request.

    Example:
        Create a client of the platform:
        ```python
        from blocks import RegistrationPlatform

        platform = await RegistrationPlatform.aload("BLOCK_NAME")
        async with platform.client(organisation_id) as client:
            ...
        ```
    """

    # A validation error would show the invalid values, secrets among them.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Platform"
    _block_type_slug = "registration-platform"
    _description = "The registration platform: the address of its API and its service key."

    base_url: str = Field(title="Base URL", description="Address of the platform's API, without a path.")
    service_key: SecretStr = Field(title="Service key", description="The service key sent with every request.")

    def client(self, organisation_id: UUID) -> PlatformClient:
        """A client that works for one organisation; the caller closes it.

        Raises MisconfiguredInstallation if address, key or organisation cannot be used.
        """
        return PlatformClient(self.base_url, self.service_key, organisation_id)

    async def check(self, organisation_id: UUID | None = None) -> list[Finding]:
        """Errors of the address, the key or the platform's clock; one request that concerns no restaurant."""
        return await check_platform(self.base_url, self.service_key, organisation_id)
