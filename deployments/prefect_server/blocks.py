"""Block types, and one document of each, built from the settings of the environment."""

from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr, ValidationError

from blocks import (
    CompaniesRegister,
    Notices,
    RegistrationDatabase,
    RegistrationPlatform,
    RegistrationSecrets,
)
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings


def wanted_documents(settings: Settings) -> list[Block]:
    """The documents for these settings. Raises MisconfiguredInstallation with the names of missing settings."""
    missing = {
        "DATABASE_URL": not settings.database_url,
        "REGISTRATION_PLATFORM_KEY": not settings.platform_key.get_secret_value(),
        "REGISTRATION_ENCRYPTION_KEYS": not settings.encryption_keys,
    }
    if settings.database_url is None or any(missing.values()):
        raise MisconfiguredInstallation(f"set {', '.join(name for name, lacks in missing.items() if lacks)}")
    return [
        RegistrationPlatform(base_url=settings.platform_url, service_key=settings.platform_key),
        _register(settings),
        RegistrationDatabase.at(settings.database_url),
        RegistrationSecrets(encryption_keys=settings.encryption_keys),
        wanted_notices(settings),
    ]


def wanted_notices(settings: Settings) -> Notices:
    """The document for notices. Raises MisconfiguredInstallation if the settings name no valid block."""
    try:
        return Notices(webhook=settings.notices_webhook or SecretStr(""), notification_block=settings.notices_block)
    except ValidationError:
        raise MisconfiguredInstallation(
            f"REGISTRATION_NOTICES_BLOCK is {settings.notices_block!r}: it must be TYPE/NAME of a block of the Prefect"
            " server, as slack-webhook/operators"
        ) from None


def _register(settings: Settings) -> CompaniesRegister:
    website = settings.register_way == "website"
    return CompaniesRegister(
        source=settings.register_way,
        base_url=settings.register_url if website else settings.nzbn_url,
        subscription_key=settings.nzbn_key,
        driver=settings.register_driver,
        pages_at_a_time=settings.register_pages_at_a_time,
        requests_a_minute=settings.register_requests_a_minute,
    )


async def provide_blocks(client: PrefectClient, settings: Settings) -> list[str]:
    """Create or update every block type and its document, with the values and the name from the settings.

    Raises MisconfiguredInstallation.
    """
    return [
        change
        for block in wanted_documents(settings)
        for change in await _provide(client, block, settings.block_documents)
    ]


async def _provide(client: PrefectClient, wanted: Block, name: str) -> list[str]:
    slug = wanted.get_block_type_slug()
    await type(wanted).aregister_type_and_schema(client=client)
    found = await _found(client, slug, name)
    if found == wanted.model_dump(context={"include_secrets": True}, exclude={"block_type_slug"}):
        return []
    await wanted.asave(name, overwrite=True, client=client)
    return [f"block {slug}/{name}: {'made' if found is None else 'changed'}"]


async def _found(client: PrefectClient, slug: str, name: str) -> dict[str, object] | None:
    try:
        return (await client.read_block_document_by_name(name, slug, include_secrets=True)).data
    except ObjectNotFound:
        return None
