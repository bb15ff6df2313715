"""The blocks: described as Prefect's users expect, and each builds its client."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from prefect.blocks.core import Block
from pydantic import SecretStr

import blocks
from blocks import CompaniesRegister, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets
from registration.errors import MisconfiguredInstallation
from registration.store.session import Database

NO_DATABASE = Database("postgresql://user:secret@127.0.0.1:1/none")
KINDS: list[type[Block]] = [CompaniesRegister, RegistrationDatabase, RegistrationPlatform, RegistrationSecrets]


def test_every_block_is_exported() -> None:
    """`prefect block register -m blocks` finds them all."""
    assert sorted(kind.__name__ for kind in KINDS) == sorted(set(blocks.__all__) - {"DOCUMENT"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: type[Block]) -> None:
    """The form in the Prefect UI explains each field in a sentence."""
    described = [field.description or "" for field in kind.model_fields.values()]
    assert all(description.endswith(".") for description in described)


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_says_what_it_is_and_shows_how_to_use_it(kind: type[Block]) -> None:
    """The block's page has a description and an example that loads it."""
    example = kind.get_code_example() or ""
    assert kind.get_description()
    assert f"from blocks import {kind.__name__}" in example
    assert f'{kind.__name__}.aload("BLOCK_NAME")' in example


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


async def test_the_database_builds_a_session_factory() -> None:
    """Nothing is connected before it is used."""
    database = RegistrationDatabase(url=SecretStr("postgresql://user:secret@127.0.0.1:1/none")).database()
    await database.close()


def test_the_secrets_build_a_cipher() -> None:
    """What it encrypts it decrypts."""
    cipher = RegistrationSecrets(encryption_keys=[SecretStr(Fernet.generate_key().decode())]).cipher()
    assert cipher.decrypt(cipher.encrypt(SecretStr("password"))).get_secret_value() == "password"


@pytest.mark.parametrize(
    "block",
    [
        RegistrationPlatform(base_url="http://127.0.0.1:1", service_key=SecretStr("hidden")),
        RegistrationDatabase(url=SecretStr("postgresql://user:hidden@127.0.0.1:1/none")),
        CompaniesRegister(source="nzbn", base_url="http://127.0.0.1:1", subscription_key=SecretStr("hidden")),
        RegistrationSecrets(encryption_keys=[SecretStr("hidden")]),
    ],
)
def test_no_secret_shows(block: Block) -> None:
    """Neither the repr nor the plain dump of a block can leak into a log."""
    assert "hidden" not in f"{block!r} {block.model_dump_json()}"
