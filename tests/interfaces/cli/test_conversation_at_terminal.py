"""`registration answer` on a real terminal: typing, Ctrl-C, another person who is faster, a lost database."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.workflow.lease_queries import lock_lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.decisions import accepted_answers
from tests.interfaces.cli.pseudo_terminal import run_at_terminal
from tests.interfaces.cli.waiting_batches import batch_at_company_gate
from tests.waiting import eventually

_WAITING_FOR_A_LOCK = text(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where wait_event_type = 'Lock' and application_name = 'writing' and datname = current_database()"
)


async def test_on_a_real_terminal(registration: Commands) -> None:
    """The answers for two restaurants, one changed at the end, are written after the confirmation."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    async with run_at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.wait_for("Enter goes one by one")
        typing.type("")
        await typing.wait_for("x  Leave this restaurant out")
        typing.type("n")
        await typing.wait_for("2 of 2")
        typing.type("2")
        await typing.wait_for("y writes the 2 answers")
        typing.type("1")
        await typing.wait_for("answered: no match")
        typing.type("1")
        await typing.wait_for("y writes the 2 answers")
        assert await accepted_answers(registration) == []
        typing.type("y")
        await typing.wait_for("2 accepted, 0 refused")
        assert await typing.exit_code() == 0
    assert [answer["company_number"] for answer in await accepted_answers(registration)] == ["1000001", "1000002"]
    result = await registration.query(
        "select decided_by, source, shown ->> 'title' as title from registration_decisions"
    )
    assert {(row["decided_by"], row["source"]) for row in result} == {("Mere", "cli")}
    assert {row["title"] for row in result} == {"Kai 1 (Auckland)", "Kai 2 (Auckland)"}


async def test_ctrl_c_writes_nothing(registration: Commands) -> None:
    """The program prints its message, and exits with the code of an interrupt."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    async with run_at_terminal("answer", batch.batch_id) as typing:
        await typing.wait_for("b back, q quit:")
        typing.type("a")
        await typing.wait_for("b back, q quit:")
        typing.press("\x03")
        await typing.wait_for("nothing was written")
        assert await typing.exit_code() == 130
    assert await accepted_answers(registration) == []


async def test_an_earlier_answer_of_another_person_wins(registration: Commands) -> None:
    """The earlier answer is accepted, and so are this person's other answers."""
    batch = await batch_at_company_gate(registration, None, None)
    async with run_at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.wait_for("Enter goes one by one")
        typing.type("1", "m", "n")
        await typing.wait_for("y writes the 2 answers")
        row = registration.file("a.csv", "restaurant,answer,company_number\nKai 1,company,1000002\n")
        assert (await registration("answer", batch.batch_id, "--file", row, "--by", "Tevita")).code == 0
        typing.type("y")
        await typing.wait_for("refused: already decided by Tevita")
        await typing.wait_for("1 accepted, 1 refused")
        assert await typing.exit_code() == 1
        assert "company 1000002" in " ".join(typing.output.split())


async def _break_whoever_waits_for_a_lock(everything: AsyncConnection) -> None:
    async def broken() -> Sequence[bool]:
        return (await everything.execute(_WAITING_FOR_A_LOCK)).scalars().all()

    assert len(await eventually(broken, "somebody to wait for a lock")) == 1


async def test_confirmed_answers_are_retried_after_a_lost_connection(
    registration: Commands, everything: AsyncConnection
) -> None:
    """The connection breaks during a write: the error is printed, and the person may retry."""
    batch = await batch_at_company_gate(registration, "1000001", "1000002")
    async with run_at_terminal("answer", batch.batch_id, PGAPPNAME="writing") as typing:
        await typing.wait_for("b back, q quit:")
        typing.type("a")
        await typing.wait_for("y writes the 2 answers")
        async with registration.database.transaction(registration.organisation_id) as transaction:
            await lock_lease(transaction, batch.batch_id)
            typing.type("y")
            await _break_whoever_waits_for_a_lock(everything)
            await typing.wait_for("Enter tries again")
        typing.type("")
        await typing.wait_for("2 accepted, 0 refused")
        assert await typing.exit_code() == 0
    assert [answer["company_number"] for answer in await accepted_answers(registration)] == ["1000001", "1000002"]


async def test_no_connection_is_kept_during_the_questions(registration: Commands, everything: AsyncConnection) -> None:
    """A person may think for an hour, and the server may be restarted meanwhile."""
    batch = await batch_at_company_gate(registration, None)
    async with run_at_terminal("answer", batch.batch_id, PGAPPNAME="thinking") as typing:
        await typing.wait_for("b back, q quit:")
        open_now = text(
            "select count(*) from pg_stat_activity where application_name = 'thinking' and datname = current_database()"
        )
        assert (await everything.execute(open_now)).scalar_one() == 0
        typing.type("q")
        assert await typing.exit_code() == 3
