"""The blocks: described as Prefect's users expect, and each builds its client."""

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
    """`prefect block register -m blocks` finds them all."""
    assert sorted(kind.__name__ for kind in KINDS) == sorted(blocks.__all__)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: type[Block]) -> None:
    """The form in the Prefect UI names each field and explains it in a sentence; so does the docstring."""
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
    """It can be copied."""
    _, python, _ = (kind.get_code_example() or "").split("```")
    assert ast.parse(dedent(python.removeprefix("python")))


def test_all_of_them_are_here_with_their_secrets() -> None:
    """What is tried below is tried on each."""
    assert {type(block) for block in WITH_SECRETS} == set(KINDS)


@pytest.mark.parametrize("block", WITH_SECRETS)
def test_no_secret_shows(block: Block) -> None:
    """Neither the repr nor the plain dump of a block can leak into a log."""
    assert "hidden" not in f"{block!r} {block} {block.model_dump()} {block.model_dump_json()}"


@pytest.mark.parametrize("block", WITH_SECRETS)
def test_the_server_knows_which_fields_are_secret(block: Block) -> None:
    """So that the UI hides them, whoever looks."""
    fields = type(block).model_json_schema()["secret_fields"]
    shown = block.model_dump(context={"include_secrets": True})
    assert [name for name in shown if "hidden" in str(shown[name])] == [name.partition(".")[0] for name in fields]


async def test_the_platform_builds_a_client_of_one_organisation() -> None:
    """What it holds is enough to sign in."""
    platform = RegistrationPlatform(base_url="http://127.0.0.1:1", service_key=SecretStr("key"))
    async with platform.client(uuid4()) as client:
        assert client


async def test_the_register_builds_a_client_of_the_website() -> None:
    """An address is all that the website needs; no browser is started before it is used."""
    async with CompaniesRegister(base_url="http://127.0.0.1:1").register(NO_DATABASE, uuid4()) as register:
        assert register.searches_addresses


async def test_the_register_builds_a_client_of_the_api() -> None:
    """Another source is chosen without code; it wants its key."""
    nzbn = CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1", subscription_key=SecretStr("key"))
    async with nzbn.register(NO_DATABASE, uuid4()) as register:
        assert not register.searches_addresses
    with pytest.raises(MisconfiguredInstallation):
        CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1").register(NO_DATABASE, uuid4())


async def test_the_database_builds_a_session_factory(database_urls: DatabaseUrls) -> None:
    """With every part of an address, signs that mean something there among them, and what the driver takes besides."""
    block = RegistrationDatabase.at(SecretStr(f"{database_urls.app}?options=-c%20work_mem%3D5MB"))
    block.connect_args = {"application_name": "tried"}
    database = block.database()
    async with database.transaction(UUID(int=0)) as connection:
        said = await connection.exec_driver_sql(
            "select current_setting('work_mem'), current_setting('application_name')"
        )
        assert tuple(said.one()) == ("5MB", "tried")
    await database.close()


def test_the_database_is_a_connector_of_prefect(database_urls: DatabaseUrls) -> None:
    """What Prefect's users do with such a block they can do with this one; it sees no organisation's rows."""
    with RegistrationDatabase.at(SecretStr(database_urls.app)) as connector:
        assert connector.fetch_one("select 1 as one") == (1,)


@pytest.mark.parametrize("address", ["nonsense", "postgresql://a:b@host:port/name", "postgresql://h/d?host=a&host=b"])
def test_an_address_that_is_none_is_refused_without_being_shown(address: str) -> None:
    """The message names the setting."""
    with pytest.raises(MisconfiguredInstallation, match="DATABASE_URL") as refused:
        RegistrationDatabase.at(SecretStr(address))
    assert address not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_password_may_hold_any_sign() -> None:
    """It is written back as it was read."""
    block = RegistrationDatabase.at(SecretStr("postgresql://user:p%40ss%2Fw%3Ard@127.0.0.1:1/none"))
    assert block.connection_info.password == SecretStr("p@ss/w:rd")
    assert block.connection_info.create_url().password == "p@ss/w:rd"


def test_notices_build_what_posts_to_the_webhook() -> None:
    """Prefect's own block; none without a webhook."""
    posts = Notices(webhook=SecretStr("http://127.0.0.1:1/notices")).webhook_call()
    assert posts is not None
    assert posts.url.get_secret_value() == "http://127.0.0.1:1/notices"
    assert Notices().webhook_call() is None


@pytest.mark.parametrize("named", ["operators", "slack-webhook/", "/operators", "a/b/c"])
def test_a_notification_block_is_named_by_type_and_name(named: str) -> None:
    """Anything else is refused in the form already."""
    with pytest.raises(ValidationError):
        Notices(notification_block=named)


def test_the_secrets_build_a_cipher() -> None:
    """What it encrypts it decrypts."""
    cipher = RegistrationSecrets(encryption_keys=[SecretStr(Fernet.generate_key().decode())]).cipher()
    assert cipher.decrypt(cipher.encrypt(SecretStr("password"))).get_secret_value() == "password"
