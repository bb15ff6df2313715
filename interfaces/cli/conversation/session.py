"""One conversation from the first look to the last word: what was agreed to is written, and nothing else."""

from contextlib import suppress
from uuid import UUID

from interfaces.cli.conversation.conversation import Conversation
from interfaces.cli.conversation.draft import AnswerDraft
from interfaces.cli.conversation.terminal import Back, Prompt, Quit, Terminal, TerminalClosed
from interfaces.cli.escaping import harmless
from interfaces.cli.pages.verdicts import Answered
from interfaces.cli.process.interrupted import NOTHING, standing, uninterrupted
from interfaces.cli.session import CommandContext
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import refusals
from registration.configuration.state import read_config_state
from registration.errors import DatabaseUnavailable
from registration.gates.cli_answers import decide_all
from registration.gates.decisions import AnyAnswer, GivenAnswer, Verdict
from registration.gates.open_questions import OpenQuestion, open_questions

Agreed = tuple[tuple[OpenQuestion, AnyAnswer], ...]
Verdicts = tuple[tuple[GivenAnswer, Verdict], ...]

_NOT_WRITTEN = Verdict(accepted=False, reason="it was not written")


async def ask(context: CommandContext, batch_id: UUID, decided_by: str, terminal: Terminal) -> Answered | None:
    """Ask about everything that waits in the batch; None if whoever answers quits.

    Somebody may think for an hour: no connection is kept meanwhile.
    """
    session = _Session(context, batch_id, decided_by, Prompt(terminal))
    try:
        agreed = await session.agree()
    except (Quit, TerminalClosed):
        with suppress(OSError):
            session.prompt.say(f"\n{NOTHING}", "yellow")
        return None
    return Answered(await session.write(agreed))


class _Session:
    def __init__(self, context: CommandContext, batch_id: UUID, decided_by: str, prompt: Prompt) -> None:
        self._desk = context
        self._batch_id = batch_id
        self._decided_by = decided_by
        self.prompt = prompt

    async def agree(self) -> Agreed:
        """What is to be written."""
        waiting = await open_questions(self._desk.database, self._desk.organisation_id, self._batch_id)
        await self._desk.database.close()
        if not waiting:
            return ()
        self.prompt.say(f"You decide as {self._decided_by}. Nothing is written before the last question.\n")
        return await Conversation(self.prompt, AnswerDraft(waiting), self._check).run()

    async def write(self, agreed: Agreed) -> Verdicts:
        """Write one after the other; if the database is away, what is left is tried again as often as is wished."""
        verdicts: list[tuple[GivenAnswer, Verdict]] = []
        try:
            for one, answer in agreed:
                await self._write_one(one, one.given(answer, self._decided_by), verdicts, len(agreed))
        except (Quit, TerminalClosed):
            left = agreed[len(verdicts) :]
            verdicts += [(one.given(answer, self._decided_by), _NOT_WRITTEN) for one, answer in left]
        return tuple(verdicts)

    async def _write_one(
        self, one: OpenQuestion, given: GivenAnswer, verdicts: list[tuple[GivenAnswer, Verdict]], count: int
    ) -> None:
        while True:
            standing.now(_standing(len(verdicts), count, f"; {harmless(one.question.title)} may be"))
            try:
                return await uninterrupted(self._decide(one, given, verdicts, count))
            except DatabaseUnavailable as error:
                standing.now(_standing(len(verdicts), count))
                await self._ask_to_go_on(f"{one.question.title}: {error.message}")

    async def _decide(
        self, one: OpenQuestion, given: GivenAnswer, verdicts: list[tuple[GivenAnswer, Verdict]], count: int
    ) -> None:
        verdicts += await decide_all(self._desk.database, self._desk.organisation_id, self._batch_id, [given], [one])
        standing.now(_standing(len(verdicts), count))

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


def _standing(written: int, count: int, doubtful: str = "") -> str:
    """What an interrupted program says while answers are written."""
    rest = "; the others were not: `registration answer` asks for them again" if written < count else ""
    return f"{written} of {count} answers were written{doubtful}{rest}"
