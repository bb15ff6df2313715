"""Any sequence of moves, alone or against each other: the database follows the table, and its events tell the story."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.states import SUB_STEP_MOVES, SubStepStatus
from registration.workflow.transition_queries import move_sub_step
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_batch, add_job, add_sub_step

NAME = "menuImport"
TARGETS = st.sampled_from(sorted(SUB_STEP_MOVES))


class Moves(RuleBasedStateMachine):
    """One sub-step of a job, moved at random; `status` is what the table of allowed moves says it must be."""

    urls: DatabaseUrls

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(self.urls.app)
        self.organisation = uuid4()
        self.job = self.runner.run(self._begin(self.urls.owner))
        self.status = SubStepStatus.PENDING
        self.moved = 0

    async def _begin(self, owner_url: str) -> UUID:
        async with engine(owner_url).begin() as connection:
            setting = text("select set_config('app.organisation_id', :organisation, true)")
            await connection.execute(setting, {"organisation": str(self.organisation)})
            job = await add_job(connection, self.organisation, await add_batch(connection, self.organisation))
            await add_sub_step(connection, self.organisation, job, NAME, SubStepStatus.PENDING)
        return job

    async def _move(self, to: SubStepStatus) -> bool:
        async with self.database.transaction(self.organisation) as transaction:
            return await move_sub_step(transaction, self.job, NAME, to)

    async def _ask(self, question: str) -> list[tuple[Any, ...]]:
        async with self.database.transaction(self.organisation) as transaction:
            return [tuple(row) for row in await transaction.execute(text(question))]

    @rule(to=TARGETS)
    def move(self, to: SubStepStatus) -> None:
        """One process moves it."""
        allowed = self.status in SUB_STEP_MOVES[to]
        assert self.runner.run(self._move(to)) == allowed
        if allowed:
            self.status, self.moved = to, self.moved + 1

    @rule(to=TARGETS)
    def move_twice_at_once(self, to: SubStepStatus) -> None:
        """Two processes make the same move: both are told the truth."""

        async def both() -> list[bool]:
            return list(await asyncio.gather(self._move(to), self._move(to)))

        allowed = self.status in SUB_STEP_MOVES[to]
        assert sorted(self.runner.run(both())) == [False, allowed]
        if allowed:
            self.status, self.moved = to, self.moved + 1

    @invariant()
    def the_row_is_where_the_table_says(self) -> None:
        """The stored status is the one that the allowed moves lead to."""
        assert self.runner.run(self._ask("select status from registration_sub_steps")) == [(self.status,)]

    @invariant()
    def the_events_are_an_unbroken_chain(self) -> None:
        """Each event begins where the one before ended, and there is one for each move."""
        events = self.runner.run(
            self._ask("select from_status, to_status from registration_events order by created_at")
        )
        assert len(events) == self.moved
        reached = [SubStepStatus.PENDING.value, *(to for _, to in events)]
        assert [source for source, _ in events] == reached[:-1]

    def teardown(self) -> None:
        """Give back the connections."""
        self.runner.run(self.database.close())
        self.runner.close()


async def test_any_sequence_of_moves_keeps_to_the_table(database_urls: DatabaseUrls) -> None:
    """Hypothesis moves a sub-step about, in a thread of its own since it is not asynchronous."""
    few = settings(max_examples=10, stateful_step_count=15, deadline=None, database=None)
    Moves.urls = database_urls
    await asyncio.to_thread(run_state_machine_as_test, Moves, settings=few)
