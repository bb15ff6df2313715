"""Everything of ours behind PgBouncer in transaction mode, with fewer connections to Postgres than clients."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from dev.sandbox.make_restaurants import write_restaurants
from dev.stack.keys import Keys
from dev.stack.network import kept_port
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import SandboxOptions
from dev.stack.sandbox_control import PretendedPlatform
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder
from registration.database.provisioning import Login, provide
from registration.database.session import NO_ORGANISATION, Database
from registration.errors import DatabaseFull
from registration.workflow.sub_steps import SUB_STEPS
from tests.deployments.machine import settings_for_tests
from tests.deployments.pgbouncer import PgBouncer, pgbouncer
from tests.flows.records import Records
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.operations]

APPLICATION, OWNER = "registration_app", "registration_owner"
POOL = 2
_BATCHES, _RESTAURANTS = 2, 4
_LIMIT = 300.0


@dataclass
class Behind:
    """A whole installation whose addresses of the registration's database lead to PgBouncer."""

    stack: LocalStack
    pooler: PgBouncer
    most: Counter[str] = field(default_factory=Counter[str])

    @property
    def records(self) -> Records:
        """The registration's database as its superuser, without PgBouncer."""
        return Records(self.stack.postgres.url("registration"))

    async def run(self, *words: str) -> tuple[int, str]:
        """Run a command of ours: its exit code and output."""
        program = Path(sys.executable).parent / "registration"
        running = await asyncio.create_subprocess_exec(
            program, *words, env=self.stack.environment(), cwd=self.stack.folder, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await running.communicate()
        return running.returncode or 0, output.decode()

    async def watch(self) -> None:
        """Keep the most connections on both sides of PgBouncer."""
        while True:
            for side in ("clients", "servers"):
                self.most |= Counter({side: await self.pooler.count(side, APPLICATION)})
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def behind() -> AsyncGenerator[Behind]:
    """Postgres, Prefect server, workers, API and sandbox; ours sign in at PgBouncer, migrations too."""
    with temporary_folder() as folder:
        (folder / "postgres").mkdir()
        port, keys = kept_port(folder / "postgres" / "port"), Keys(folder / "keys.json")
        passwords = {role: keys.get(role).get_secret_value() for role in (APPLICATION, OWNER)}
        async with pgbouncer(folder / "pgbouncer", port, passwords, default_pool_size=POOL) as pooler:
            addresses = {
                "DATABASE_URL": pooler.url(APPLICATION, passwords[APPLICATION], "registration"),
                "REGISTRATION_OWNER_DATABASE_URL": pooler.url(OWNER, passwords[OWNER], "registration"),
            }
            settings = settings_for_tests(kept_port(folder / "sandbox.port")) | addresses
            sandbox = SandboxOptions(speed=1000, account_spacing_seconds=0)
            options = StackOptions(sandbox=sandbox, settings=settings, recovery=True, api=True)
            async with LocalStack(folder, options) as stack:
                yield Behind(stack, pooler)


async def test_batches_run_from_a_list_to_their_accounts(behind: Behind) -> None:
    """Two batches at once, answered by commands, beside the API: each effect happened once, each process shared the
    few connections, and the checks of the installation find nothing.
    """
    organisation = UUID(behind.stack.settings()["REGISTRATION_ORGANISATION"])
    lists = _lists(behind.stack.folder)
    watching = asyncio.create_task(behind.watch())
    batches = await asyncio.gather(*(_started(behind, file) for file in lists))
    await asyncio.gather(*(_completed(behind, batch) for batch in batches))
    watching.cancel()

    _, token = await behind.run("token", "--as", "mere@example.nz")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token.strip()}"}) as client:
        answers = [
            await client.get(f"{behind.stack.addresses.api_url}/api/registration-batches/{batch}") for batch in batches
        ]
    assert [answer.json()["batch_job"]["status"] for answer in answers] == ["completed"] * _BATCHES

    effects = await PretendedPlatform(behind.stack.addresses.sandbox_url or "").done(organisation)
    done = Counter({(one.restaurant_id, one.effect): one.count for one in effects if one.effect in _ENDPOINTS})
    assert len(done) == len(_ENDPOINTS) * _BATCHES * _RESTAURANTS
    assert set(done.values()) == {1}
    assert behind.most["servers"] == POOL
    assert behind.most["clients"] > POOL
    code, said = await behind.run("doctor", "--json")
    assert (code, [one for one in json.loads(said) if one["level"] != "ok"]) == (0, [])
    assert "a pooler decides" in next(one["says"] for one in json.loads(said) if one["about"] == "database connections")


async def test_organisations_stay_apart_on_shared_connections(behind: Behind) -> None:
    """Whose rows a transaction sees is forgotten with it, whoever uses the connection next."""
    settings = behind.stack.settings()
    databases = [Database(settings["DATABASE_URL"]) for _ in range(2 * POOL)]
    ours, theirs = UUID(settings["REGISTRATION_ORGANISATION"]), uuid4()

    async def seen(database: Database, organisation: UUID) -> tuple[int, str | None]:
        async with database.transaction(organisation) as transaction:
            count = await transaction.scalar(text("select count(*) from registration_batch_jobs"))
            return int(count), await transaction.scalar(text("select current_setting('app.organisation_id')"))

    for _ in range(20):
        both = [(database, organisation) for database in databases for organisation in (ours, theirs)]
        found = await asyncio.gather(*(seen(*one) for one in both))
        assert found == [(_BATCHES, str(ours)), (0, str(theirs))] * len(databases)
    await asyncio.gather(*(database.close() for database in databases))


async def test_prepared_statements_are_used_only_without_a_pooler(behind: Behind) -> None:
    """A statement that is repeated often is prepared at Postgres itself, and never behind PgBouncer."""
    repeated, prepared = text("select 41 + cast(:n as int)"), text("select count(*) from pg_prepared_statements")
    for url, expected in (
        (behind.stack.settings()["DATABASE_URL"], False),
        (behind.stack.addresses.database_url, True),
    ):
        database = Database(url)
        for n in range(20):
            async with database.transaction(NO_ORGANISATION) as transaction:
                assert await transaction.scalar(repeated, {"n": n}) == 41 + n
        async with database.transaction(NO_ORGANISATION) as transaction:
            assert bool(await transaction.scalar(prepared)) is expected
        await database.close()


async def test_a_full_pooler_says_so() -> None:
    """No connection to Postgres within the pooler's own limit of waiting, and no place for another client."""
    with temporary_folder() as folder:
        async with EmbeddedPostgres(folder / "postgres", durable=False) as postgres, AsyncExitStack() as stack:
            few = {"default_pool_size": 1, "max_client_conn": 2, "query_wait_timeout": 10}
            pooler = await stack.enter_async_context(
                pgbouncer(folder / "pgbouncer", postgres.port, {"postgres": postgres.password}, **few)
            )
            owner, app = (pooler.url(role, "password", "registration") for role in (OWNER, APPLICATION))
            await provide(postgres.url(), owner=Login.of(owner), application=Login.of(app))
            databases = [Database(pooler.url("postgres", postgres.password, "registration")) for _ in range(3)]
            for database in databases:
                stack.push_async_callback(database.close)
            await stack.enter_async_context(databases[0].transaction(NO_ORGANISATION))
            refusals = await asyncio.gather(*map(_refusal, databases[1:]))
            assert {refused.code for refused in refusals} == {"DATABASE_FULL"}
            said = " ".join(refused.message for refused in refusals)
            assert "query_wait_timeout" in said
            assert "no more connections allowed" in said


async def _refusal(database: Database) -> DatabaseFull:
    with pytest.raises(DatabaseFull) as refused:
        async with database.transaction(NO_ORGANISATION):
            pass
    return refused.value


_ENDPOINTS = {row.endpoint for row in SUB_STEPS.values()}


def _lists(folder: Path) -> list[Path]:
    """Lists of generated restaurants, which have none in common."""
    file = folder / "all.csv"
    with file.open("w", encoding="utf-8") as to:
        write_restaurants(_BATCHES * _RESTAURANTS, to)
    heading, *rows = file.read_text().splitlines(keepends=True)
    files = [folder / f"list-{number}.csv" for number in range(_BATCHES)]
    for number, one in enumerate(files):
        one.write_text("".join([heading, *rows[number * _RESTAURANTS : (number + 1) * _RESTAURANTS]]))
    return files


async def _started(behind: Behind, file: Path) -> UUID:
    code, said = await behind.run("start", "--csv", str(file), "--json")
    assert code == 0, said
    return UUID(json.loads(said)[0]["batch_id"])


async def _completed(behind: Behind, batch: UUID) -> None:
    """Accept what is recommended until every restaurant is completed."""

    async def completed() -> bool:
        statuses = await behind.records.statuses(batch)
        if "action_required" in statuses.values():
            await behind.run("answer", str(batch), "--accept-recommended")
        return set(statuses.values()) == {"completed"}

    await eventually(completed, f"all restaurants of {batch} are completed", _LIMIT)
