"""No secret leaks: known passwords and keys are searched in everything that a batch stores or shows."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import pytest
from psycopg import sql
from pydantic import SecretStr

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from interfaces.cli.main import run
from registration.accounts.passwords import Cipher
from registration.settings import settings
from tests.flows.events import end_is_stored
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.operators import Operator
from tests.flows.records import Records
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow

GOOD, ECHOED = "Kowhai!Blossom.2026Aa", "Rimu!Forest.Walk7Bb"
SERVICE_KEY = "test-service-key"


async def test_secrets_stand_nowhere_in_clear_text(
    system: RunningSystem,
    cipher: Cipher,
    secrets: list[SecretStr],
    postgres: EmbeddedPostgres,
    database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not in our tables, Prefect's, logs or the output of commands; also if the platform repeats a password to us.

    The platform itself stores the passwords of its accounts in clear text.
    """
    batch = await system.batch(2, failure_threshold=1)
    await known_passwords(system, batch, cipher)
    _, echoed = batch.names
    ids = await Operator(system, batch).restaurant_ids()
    message = f"the password {ECHOED} is too weak"
    await system.platform.break_with(ids[echoed], "register-account", "refused", message=message)
    running = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    for gate in (COMPANY, CONFIG):
        await batch.gates.answer(await batch.gates.form(gate, *batch.names))
    assert (await running.ended()).message.endswith(": 1 completed, 1 failed")
    assert await passwords_used(system, batch, cipher) == {GOOD, ECHOED}

    prefect = Records(postgres.url("prefect"))
    await eventually(
        lambda: end_is_stored(prefect, f"registration.batch.{batch.batch_id}"), "the batch's events are stored"
    )
    words = [GOOD, ECHOED, SERVICE_KEY, *(key.get_secret_value() for key in secrets)]
    assert await tables_with(system.records, words) == ["pumpd_accounts"]
    assert await tables_with(prefect, words) == []
    monkeypatch.setenv("DATABASE_URL", database_urls.app)
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(batch.organisation_id))
    printed = await everything_printed(system, batch, capsys)
    places = {"the log": system.host.log.read_text(), "the command line": printed}
    assert [(place, word) for place, text in places.items() for word in words if word in text] == []


async def known_passwords(system: RunningSystem, batch: OpenedBatch, cipher: Cipher) -> None:
    """Give the accounts known passwords."""
    ids = list((await Operator(system, batch).restaurant_ids()).values())
    for restaurant_id, password in zip(ids, (GOOD, ECHOED), strict=True):
        await system.records.query(
            """
            insert into registration_credentials (organisation_id, email, password_encrypted)
            select %(organisation)s, lower(email), %(password)s from restaurants where id = %(restaurant)s
            """,
            organisation=batch.organisation_id,
            restaurant=restaurant_id,
            password=cipher.encrypt(SecretStr(password)),
        )


async def passwords_used(system: RunningSystem, batch: OpenedBatch, cipher: Cipher) -> set[str]:
    """The stored passwords of the claimed accounts, decrypted."""
    rows = await system.records.query(
        "select password_encrypted from registration_credentials"
        " where organisation_id = %(organisation)s and claimed_by_job_id is not null",
        organisation=batch.organisation_id,
    )
    return {cipher.decrypt(row["password_encrypted"]).get_secret_value() for row in rows}


async def tables_with(database: Records, words: Iterable[str]) -> list[str]:
    """The tables with a row that contains one of the words in any column."""
    tables = await database.query(
        "select relname as name from pg_stat_user_tables where schemaname in ('public', 'registration')"
    )
    patterns = [f"%{word}%" for word in words]
    found: list[str] = []
    for table in tables:
        holds = sql.SQL("select 1 from {table} as row where row::text like any(%(patterns)s) limit 1")
        if await database.query(holds.format(table=sql.Identifier(table["name"])), patterns=patterns):
            found.append(table["name"])
    return found


async def everything_printed(system: RunningSystem, batch: OpenedBatch, capsys: pytest.CaptureFixture[str]) -> str:
    """The output of all commands that show the batch."""
    settings.cache_clear()
    jobs: list[UUID] = [job["id"] for job in (await system.records.jobs(batch.batch_id)).values()]
    for command in (["batches"], *(["show", str(one)] for one in (batch.batch_id, *jobs))):
        for form in ([], ["--json"]):
            assert await asyncio.to_thread(run, [*command, *form]) == 0
    settings.cache_clear()
    said = capsys.readouterr()
    assert str(jobs[0]) in said.out
    return said.out + said.err
