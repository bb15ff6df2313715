"""The blocks have the descriptions that Prefect's users expect, and each creates its client."""

import ast
from textwrap import dedent
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from prefect.blocks.core import Block
from pydantic import SecretStr, ValidationError

import blocks
from blocks import CompaniesRegister, Notices, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.errors import MisconfiguredInstallation

NO_DATABASE = Database("postgresql://user:secret@127.0.0.1:1/none")
KINDS: list[type[Block]] = [
    CompaniesRegister,
    Notices,
    RegistrationDatabase,
    RegistrationPlatform,
    RegistrationSecrets,
]
HIDDEN = SecretStr("hidden")
WITH_SECRETS: list[Block] = [
    RegistrationPlatform(base_url="http://127.0.0.1:1", service_key=HIDDEN),
    RegistrationDatabase.at(SecretStr("postgresql://user:hidden@127.0.0.1:1/none")),
    CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1", subscription_key=HIDDEN),
    RegistrationSecrets(encryption_keys=[HIDDEN]),
    Notices(webhook=SecretStr("http://127.0.0.1:1/hidden")),
]


def test_every_block_is_exported() -> None:
    """`prefect block register -m blocks` registers all of them."""
    assert sorted(kind.__name__ for kind in KINDS) == sorted(blocks.__all__)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: type[Block]) -> None:
    """The form in the Prefect UI and the docstring name each field and explain it in a sentence."""
    for name, field in kind.model_fields.items():
        assert field.title
        assert (field.description or "").endswith(".")
        assert f"        {name}: " in f"\n{kind.__doc__}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_says_what_it_is_and_shows_how_to_use_it(kind: type[Block]) -> None:
    """The block's page has a name, a description and an example that loads it."""
    example = kind.get_code_example() or ""
    assert kind.get_description()
    assert kind.get_block_type_slug() == kind.get_block_type_name().lower().replace(" ", "-")
    assert f"from blocks import {kind.__name__}" in example
    assert f'{kind.__name__}.aload("BLOCK_NAME")' in example


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_python(kind: type[Block]) -> None:
    """The example can be copied and compiles."""
    _, python, _ = (kind.get_code_example() or "").split("```")
    assert ast.parse(dedent(python.removeprefix("python")))


def test_all_blocks_with_secrets_are_covered() -> None:
    """The tests below cover each block."""
    assert {type(block) for block in WITH_SECRETS} == set(KINDS)


@pytest.mark.parametrize("block", WITH_SECRETS)
def test_no_secret_shows(block: Block) -> None:
    """Neither the repr nor the plain dump of a block can leak a secret into a log."""
    assert "hidden" not in f"{block!r} {block} {block.model_dump()} {block.model_dump_json()}"


@pytest.mark.parametrize("block", WITH_SECRETS)
def test_the_server_knows_which_fields_are_secret(block: Block) -> None:
    """The UI hides these fields from every user."""
    fields = type(block).model_json_schema()["secret_fields"]
    dumped = block.model_dump(context={"include_secrets": True})
    assert [name for name in dumped if "hidden" in str(dumped[name])] == [name.partition(".")[0] for name in fields]


async def test_the_platform_builds_a_client_of_one_organisation() -> None:
    """The client authenticates with the block's values."""
    platform = RegistrationPlatform(base_url="http://127.0.0.1:1", service_key=SecretStr("key"))
    async with platform.client(uuid4()) as client:
        assert client


async def test_the_register_builds_a_client_of_the_website() -> None:
    """The website needs only an address; no browser is started before the first query."""
    async with CompaniesRegister(base_url="http://127.0.0.1:1").register(NO_DATABASE, uuid4()) as register:
        assert register.searches_addresses


async def test_the_register_builds_a_client_of_the_api() -> None:
    """The block selects the API without a code change; the API requires its key."""
    nzbn = CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1", subscription_key=SecretStr("key"))
    async with nzbn.register(NO_DATABASE, uuid4()) as register:
        assert not register.searches_addresses
    with pytest.raises(MisconfiguredInstallation):
        CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1").register(NO_DATABASE, uuid4())


async def test_the_database_builds_a_session_factory(database_urls: DatabaseUrls) -> None:
    """Every part of an address arrives, special characters included, and further driver arguments."""
    block = RegistrationDatabase.at(SecretStr(f"{database_urls.app}?options=-c%20work_mem%3D5MB"))
    block.connect_args = {"application_name": "tried"}
    database = block.database()
    async with database.transaction(UUID(int=0)) as transaction:
        result = await transaction.connection.exec_driver_sql(
            "select current_setting('work_mem'), current_setting('application_name')"
        )
        assert tuple(result.one()) == ("5MB", "tried")
    await database.close()


def test_the_database_is_a_connector_of_prefect(database_urls: DatabaseUrls) -> None:
    """The block supports the usual calls of a Prefect connector; it sees no organisation's rows."""
    with RegistrationDatabase.at(SecretStr(database_urls.app)) as connector:
        assert connector.fetch_one("select 1 as one") == (1,)


@pytest.mark.parametrize("address", ["nonsense", "postgresql://a:b@host:port/name", "postgresql://h/d?host=a&host=b"])
def test_an_invalid_address_is_refused_without_appearing_in_the_message(address: str) -> None:
    """The message names the setting."""
    with pytest.raises(MisconfiguredInstallation, match="DATABASE_URL") as refused:
        RegistrationDatabase.at(SecretStr(address))
    assert address not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_password_may_hold_any_sign() -> None:
    """The password is unchanged after a round trip."""
    block = RegistrationDatabase.at(SecretStr("postgresql://user:p%40ss%2Fw%3Ard@127.0.0.1:1/none"))
    assert block.connection_info.password == SecretStr("p@ss/w:rd")
    assert block.connection_info.create_url().password == "p@ss/w:rd"


def test_notices_build_what_posts_to_the_webhook() -> None:
    """Prefect's own webhook block; None without a webhook."""
    posts = Notices(webhook=SecretStr("http://127.0.0.1:1/notices")).webhook_call()
    assert posts is not None
    assert posts.url.get_secret_value() == "http://127.0.0.1:1/notices"
    assert Notices().webhook_call() is None


@pytest.mark.parametrize("named", ["operators", "slack-webhook/", "/operators", "a/b/c"])
def test_a_notification_block_is_named_by_type_and_name(named: str) -> None:
    """Any other text is already refused in the form."""
    with pytest.raises(ValidationError):
        Notices(notification_block=named)


def test_the_secrets_build_a_cipher() -> None:
    """The cipher decrypts its own ciphertext."""
    cipher = RegistrationSecrets(encryption_keys=[SecretStr(Fernet.generate_key().decode())]).cipher()
    assert cipher.decrypt(cipher.encrypt(SecretStr("password"))).get_secret_value() == "password"
