"""`registration answer` on a real terminal: typing, Ctrl-C, another person who is faster, a lost database."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.workflow.lease_queries import lock_lease
from tests.interfaces.cli.answered import answers
from tests.interfaces.cli.at_terminal import at_terminal
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import at_company_gate
from tests.waiting import eventually

_WAITING_FOR_A_LOCK = text(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where wait_event_type = 'Lock' and application_name = 'writing' and datname = current_database()"
)


async def test_on_a_real_terminal(registration: Commands) -> None:
    """Two restaurants, one of them changed at the end: shown, decided, and written after the last yes."""
    batch = await at_company_gate(registration, "1000001", None)
    async with at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.until("Enter goes one by one")
        typing.type("")
        await typing.until("x  Leave this restaurant out")
        typing.type("n")
        await typing.until("2 of 2")
        typing.type("2")
        await typing.until("y writes the 2 answers")
        typing.type("1")
        await typing.until("answered: no match")
        typing.type("1")
        await typing.until("y writes the 2 answers")
        assert await answers(registration) == []
        typing.type("y")
        await typing.until("2 accepted, 0 refused")
        assert await typing.ended() == 0
    assert [answer["company_number"] for answer in await answers(registration)] == ["1000001", "1000002"]
    said = await registration.query("select decided_by, source, shown ->> 'title' as title from registration_decisions")
    assert {(one["decided_by"], one["source"]) for one in said} == {("Mere", "cli")}
    assert {one["title"] for one in said} == {"Kai 1 (Auckland)", "Kai 2 (Auckland)"}


async def test_ctrl_c_writes_nothing(registration: Commands) -> None:
    """It says so, and ends as interrupted programs do."""
    batch = await at_company_gate(registration, "1000001", None)
    async with at_terminal("answer", batch.batch_id) as typing:
        await typing.until("b back, q quit:")
        typing.type("a")
        await typing.until("b back, q quit:")
        typing.press("\x03")
        await typing.until("nothing was written")
        assert await typing.ended() == 130
    assert await answers(registration) == []


async def test_who_was_first_is_said(registration: Commands) -> None:
    """Somebody else answers while this person still thinks: theirs counts, the rest of ours too."""
    batch = await at_company_gate(registration, None, None)
    async with at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.until("Enter goes one by one")
        typing.type("1", "n", "n")
        await typing.until("y writes the 2 answers")
        row = registration.file("a.csv", "restaurant,answer,company_number\nKai 1,company,1000002\n")
        assert (await registration("answer", batch.batch_id, "--file", row, "--by", "Tevita")).code == 0
        typing.type("y")
        await typing.until("refused: already decided by Tevita")
        await typing.until("1 accepted, 1 refused")
        assert await typing.ended() == 1
        assert "company 1000002" in " ".join(typing.said.split())


async def _break_whoever_waits_for_a_lock(everything: AsyncConnection) -> None:
    async def broken() -> Sequence[bool]:
        return (await everything.execute(_WAITING_FOR_A_LOCK)).scalars().all()

    assert len(await eventually(broken, "somebody to wait for a lock")) == 1


async def test_what_was_agreed_to_outlives_the_database(registration: Commands, everything: AsyncConnection) -> None:
    """The connection breaks while the answers are written: it is said, and tried again as often as is wished."""
    batch = await at_company_gate(registration, "1000001", "1000002")
    async with at_terminal("answer", batch.batch_id, PGAPPNAME="writing") as typing:
        await typing.until("b back, q quit:")
        typing.type("a")
        await typing.until("y writes the 2 answers")
        async with registration.database.transaction(registration.organisation_id) as connection:
            await lock_lease(connection, registration.organisation_id, batch.batch_id)
            typing.type("y")
            await _break_whoever_waits_for_a_lock(everything)
            await typing.until("Enter tries again")
        typing.type("")
        await typing.until("2 accepted, 0 refused")
        assert await typing.ended() == 0
    assert [answer["company_number"] for answer in await answers(registration)] == ["1000001", "1000002"]


async def test_no_connection_is_kept_while_somebody_thinks(registration: Commands, everything: AsyncConnection) -> None:
    """Somebody may think for an hour, and the server may be restarted meanwhile."""
    batch = await at_company_gate(registration, None)
    async with at_terminal("answer", batch.batch_id, PGAPPNAME="thinking") as typing:
        await typing.until("b back, q quit:")
        open_now = text(
            "select count(*) from pg_stat_activity where application_name = 'thinking' and datname = current_database()"
        )
        assert (await everything.execute(open_now)).scalar_one() == 0
        typing.type("q")
        assert await typing.ended() == 3
