"""One conversation from the first look to the last word: what was agreed to is written, and nothing else."""

import asyncio
from uuid import UUID

from registration.cases.state import read_config_state
from registration.cli.asking.conversation import Conversation
from registration.cli.asking.prompt import Back, Prompt, Quit
from registration.cli.asking.sheet import Sheet
from registration.cli.desk import Desk
from registration.cli.terminal import Terminal, TerminalClosed
from registration.cli.verdicts import Answered
from registration.door import decide_all
from registration.errors import DatabaseUnavailable
from registration.models.decisions import AnyAnswer, GivenAnswer, Verdict
from registration.models.yolo_config import YoloConfig
from registration.open_questions import OpenQuestion, open_questions
from registration.preflight import refusals

_NOTHING = "nothing was written"
_NOT_WRITTEN = Verdict(accepted=False, reason="it was not written")


async def ask(desk: Desk, batch_id: UUID, decided_by: str, terminal: Terminal) -> Answered | None:
    """Ask about everything that waits in the batch; None if whoever answers quits.

    Somebody may think for an hour: no connection is kept meanwhile.
    """
    session = _Session(desk, batch_id, decided_by, Prompt(terminal))
    try:
        agreed = await session.agree()
    except (Quit, TerminalClosed):
        session.prompt.say(f"\n{_NOTHING}", "yellow")
        return None
    except asyncio.CancelledError:
        session.prompt.say(f"\n{_NOTHING}", "yellow")
        raise
    return Answered(await session.write(agreed))


class _Session:
    def __init__(self, desk: Desk, batch_id: UUID, decided_by: str, prompt: Prompt) -> None:
        self._desk = desk
        self._batch_id = batch_id
        self._decided_by = decided_by
        self.prompt = prompt

    async def agree(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """What is to be written."""
        waiting = await open_questions(self._desk.database, self._desk.organisation_id, self._batch_id)
        await self._desk.database.close()
        if not waiting:
            return ()
        self.prompt.say(f"You decide as {self._decided_by}. Nothing is written before the last question.\n")
        return await Conversation(self.prompt, Sheet(waiting), self._check).run()

    async def write(
        self, agreed: tuple[tuple[OpenQuestion, AnyAnswer], ...]
    ) -> tuple[tuple[GivenAnswer, Verdict], ...]:
        """Write one after the other; if the database is away, what is left is tried again as often as is wished."""
        verdicts: list[tuple[GivenAnswer, Verdict]] = []
        try:
            for one, answer in agreed:
                verdicts.append(await self._write_one(one, answer))
        except (Quit, TerminalClosed):
            left = agreed[len(verdicts) :]
            verdicts += [(one.given(answer, self._decided_by), _NOT_WRITTEN) for one, answer in left]
        return tuple(verdicts)

    async def _write_one(self, one: OpenQuestion, answer: AnyAnswer) -> tuple[GivenAnswer, Verdict]:
        given = one.given(answer, self._decided_by)
        database, organisation_id = self._desk.database, self._desk.organisation_id
        while True:
            try:
                [verdict] = await decide_all(database, organisation_id, self._batch_id, [given], [one])
                return verdict
            except DatabaseUnavailable as error:
                await self._ask_to_go_on(f"{one.question.title}: {error.message}")

    async def _ask_to_go_on(self, error: str) -> None:
        self.prompt.say(error, "bold red")
        try:
            await self.prompt.key("Enter tries again")
        except Back:
            return

    async def _check(self, job_id: UUID, config: YoloConfig) -> tuple[str, ...]:
        database, organisation_id = self._desk.database, self._desk.organisation_id
        try:
            async with database.transaction(organisation_id) as connection:
                state = await read_config_state(connection, organisation_id, job_id)
                return refusals(config, await state.facts(connection, config))
        except DatabaseUnavailable as error:
            raise ValueError(error.message) from error
        finally:
            await database.close()
