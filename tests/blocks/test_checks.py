"""Each block reports errors of its values, checked against the real sandbox, Postgres and Prefect server."""

from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from prefect.blocks.webhook import Webhook
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from blocks import CompaniesRegister, Notices, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from dev.stack.databases import DatabaseUrls
from dev.stack.prefect_server import PrefectAddress
from dev.stack.sandbox import Sandbox
from registration.database.session import Database
from registration.health.finding import Finding, Level

KEY = SecretStr("test-service-key")
NZBN_KEY = SecretStr("sandbox-nzbn-key")


def wrong(findings: list[Finding]) -> list[str]:
    """The findings that are not ok; each has a next step."""
    assert findings
    found = [finding for finding in findings if finding.level is not Level.OK]
    assert all(finding.next_step for finding in found)
    return [finding.says for finding in found]


async def test_the_platform(sandbox: Sandbox, everything: AsyncConnection) -> None:
    """Address, key and organisation are checked."""
    organisation = uuid4()
    await everything.execute(text("insert into organisations (id, name) values (:id, 'Blocks')"), {"id": organisation})
    platform = RegistrationPlatform(base_url=sandbox.url, service_key=KEY)
    assert wrong(await platform.check(organisation)) == []
    assert wrong(await platform.check(uuid4()))[0].startswith("does not know the organisation (403")
    [finding] = wrong(await RegistrationPlatform(base_url=sandbox.url, service_key=SecretStr("other")).check())
    assert finding.startswith("refuses the service key (401")


@pytest.mark.parametrize("driver", ["browser", "http"])
async def test_the_register_as_a_website(sandbox: Sandbox, driver: str) -> None:
    """No browser is started for the check."""
    assert wrong(await CompaniesRegister.model_validate({"base_url": sandbox.url, "driver": driver}).check()) == []
    elsewhere = CompaniesRegister.model_validate({"base_url": f"{sandbox.url}/sandbox", "driver": driver})
    assert "not the register" in wrong(await elsewhere.check())[0]


async def test_the_register_as_an_api(sandbox: Sandbox) -> None:
    """The key is checked; a missing key is reported."""
    url = f"{sandbox.url}/gateway/nzbn/v5"
    assert wrong(await CompaniesRegister(source="nzbn", base_url=url, subscription_key=NZBN_KEY).check()) == []
    assert "is missing" in wrong(await CompaniesRegister(source="nzbn", base_url=url).check())[0]


async def test_the_database(database_urls: DatabaseUrls) -> None:
    """The check signs in as the application."""
    assert wrong(await RegistrationDatabase.at(SecretStr(database_urls.app)).check()) == []
    nowhere = RegistrationDatabase.at(SecretStr("postgresql://a:b@nowhere.invalid/registration"))
    assert wrong(await nowhere.check())[0].startswith("host not found")


async def test_the_secrets(database_urls: DatabaseUrls) -> None:
    """The keys alone, and with the passwords of an organisation."""
    secrets = RegistrationSecrets(encryption_keys=[SecretStr(Fernet.generate_key().decode())])
    database = Database(database_urls.app)
    found = await secrets.check(database, UUID(int=1))
    await database.close()
    assert [finding.about for finding in found] == ["encryption keys", "stored passwords"]
    assert wrong(found) == wrong(await secrets.check()) == []
    assert "is not a Fernet key" in wrong(await RegistrationSecrets(encryption_keys=[SecretStr("no")]).check())[0]


@pytest.mark.slow
async def test_the_notices(prefect_server: PrefectAddress, sandbox: Sandbox) -> None:
    """Existence of the block and of the webhook's server; nothing is sent."""
    name = f"operators-{uuid4().hex[:8]}"
    await Webhook(url=SecretStr(sandbox.url)).asave(name)
    both = Notices(webhook=SecretStr(f"{sandbox.url}/hook"), notification_block=f"webhook/{name}")
    found = await both.check()
    await Webhook.adelete(name)
    assert (len(found), wrong(found)) == (2, [])
    assert wrong(await Notices(notification_block=f"webhook/{name}").check()) == [
        f"the Prefect server has no block 'webhook/{name}'"
    ]
    assert wrong(await Notices().check()) == []
