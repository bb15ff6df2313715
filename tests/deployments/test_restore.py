"""Only the registration's own database is restored, to a time before further effects on the platform."""

import json
from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from dev.stack.temporary import temporary_folder
from tests.deployments.administrator import INSTALLING, administrator
from tests.deployments.restored import LIMIT, WORKER, Site, assert_nothing_twice
from tests.flows.gates import COMPANY, Gates
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.operations]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncGenerator[Site]:
    """A backup made after the first completed restaurant, and two more completed since, by two processes."""
    with temporary_folder() as folder:
        async with administrator(folder) as person:
            machine, shell = person.machine, person.shell
            person.besides = {"db organisation": machine.start_platform, "pg_restore": machine.start_platform}
            await person.follow(*INSTALLING)
            machine.write_restaurants(4)
            [started] = json.loads(await shell.run("registration start --csv restaurants.csv --json 2> said"))
            batch_id = UUID(started["batch_id"])
            async with machine.client() as client:
                gates = Gates(client, batch_id)
                await gates.answer(await gates.form(COMPANY, limit=LIMIT))
            made = Site(person, batch_id, list(await machine.records.jobs(batch_id)))
            before, answered, lost, waiting = made.names
            await made.answer(before, of=tuple(made.names))
            async with machine.client() as client:
                await made.form(client, answered, lost, waiting)
                await person.follow("Back up")
            await made.answer(answered, of=(answered, lost, waiting))
            async with machine.client() as client:
                form = await made.form(client, lost, waiting)
                await machine.units.systemctl("restart", WORKER)
                await eventually(made.taken_over, "another process has the batch", LIMIT)
                await eventually(partial(made.asks_in_another, client, form), "the form is open again", LIMIT)
            await made.answer(lost, of=(lost, waiting))
            async with machine.client() as client:
                await made.form(client, waiting)
            await made.know_passwords()
            person.leave_out = ("prefect.dump", '"$BATCH"')
            yield made


async def test_prefect_knows_more_than_the_restored_database(site: Site) -> None:
    """An answer that only Prefect has is recorded; a form that only Prefect has is closed; no effect happens twice.

    The platform's tables were restored with ours: a person checks the missing rows in the ordering system.
    """
    before, answered, lost, waiting = site.names
    machine = site.administrator.machine
    await site.stop()
    async with await psycopg.AsyncConnection.connect(machine.postgres.url(), autocommit=True) as server:
        await server.execute("drop database registration with (force)")
    await site.restore()
    await site.reach(**{before: "completed", answered: "failed"})
    async with machine.client() as client:
        await site.form(client, lost, waiting)
        assert await site.forms(client) == 1
    await site.give(lost, waiting, of=(lost, waiting))
    await site.reach(**{lost: "failed", waiting: "completed"})
    await site.store_password(answered, lost)
    await site.administrator.shell.run(f"registration retry {site.batch_id} --failed --why 'the password is known'")
    await site.reach(**dict.fromkeys((answered, lost), "completed"))
    await site.know_passwords()
    assert_nothing_twice(await site.done(), site.names)


async def test_nothing_but_the_older_backup_is_left(site: Site) -> None:
    """A new database server, an empty Prefect: the batch asks again, and a person reports the effects."""
    before, *others = site.names
    await site.stop()
    await site.administrator.machine.lose_postgres()
    await site.restore()
    async with site.administrator.machine.client() as client:
        await site.form(client, *others)
    assert (await site.administrator.machine.records.statuses(site.batch_id))[before] == "completed"
    await site.give(*others, of=tuple(others))
    await site.reach(**dict.fromkeys(others, "failed"))
    await site.store_password(*others)
    await site.continue_halted()
    await site.administrator.shell.run(f"registration retry {site.batch_id} --failed --why 'the password is known'")
    await site.reach(**dict.fromkeys(others, "completed"))
    assert_nothing_twice(await site.done(), site.names)
