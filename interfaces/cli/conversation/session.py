"""One conversation from the first question to the last write: only the confirmed answers are written."""

from contextlib import suppress
from uuid import UUID

from interfaces.cli.conversation.conversation import Conversation
from interfaces.cli.conversation.draft import AnswerDraft
from interfaces.cli.conversation.terminal import Back, Prompt, Quit, Terminal, TerminalClosed
from interfaces.cli.escaping import without_control_characters
from interfaces.cli.process.interrupted import NOTHING, uninterrupted, write_status
from interfaces.cli.rendering.verdicts import AnswerOutcome
from interfaces.cli.session import CommandContext
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import refusals
from registration.configuration.state import read_config_state
from registration.errors import DatabaseUnavailable
from registration.gates.cli_answers import decide_all
from registration.gates.decisions import AnyAnswer, SubmittedAnswer, Verdict
from registration.gates.open_questions import OpenQuestion, open_questions

Agreed = tuple[tuple[OpenQuestion, AnyAnswer], ...]
Verdicts = tuple[tuple[SubmittedAnswer, Verdict], ...]

_NOT_WRITTEN = Verdict(accepted=False, reason="it was not written")


async def ask_open_questions(
    context: CommandContext, batch_id: UUID, decided_by: str, terminal: Terminal
) -> AnswerOutcome | None:
    """Ask the open questions of the batch and write the confirmed answers; None if the person quits.

    No database connection is kept during the questions, because a person may think for an hour.
    """
    session = _Session(context, batch_id, decided_by, Prompt(terminal))
    try:
        agreed = await session.agree()
    except (Quit, TerminalClosed):
        with suppress(OSError):
            session.prompt.print(f"\n{NOTHING}", "yellow")
        return None
    return AnswerOutcome(await session.write(agreed))


class _Session:
    def __init__(self, context: CommandContext, batch_id: UUID, decided_by: str, prompt: Prompt) -> None:
        self._context = context
        self._batch_id = batch_id
        self._decided_by = decided_by
        self.prompt = prompt

    async def agree(self) -> Agreed:
        """The questions with the answers that the person confirmed."""
        waiting = await open_questions(self._context.database, self._context.organisation_id, self._batch_id)
        await self._context.database.close()
        if not waiting:
            return ()
        self.prompt.print(f"You decide as {self._decided_by}. Nothing is written before the last question.\n")
        return await Conversation(self.prompt, AnswerDraft(waiting), self._check).run()

    async def write(self, agreed: Agreed) -> Verdicts:
        """Write the answers in turn. While the database is unreachable the person may retry; Quit leaves the rest."""
        verdicts: list[tuple[SubmittedAnswer, Verdict]] = []
        try:
            for open_question, answer in agreed:
                await self._write_one(
                    open_question, open_question.submit(answer, self._decided_by), verdicts, len(agreed)
                )
        except (Quit, TerminalClosed):
            unwritten = agreed[len(verdicts) :]
            verdicts += [
                (open_question.submit(answer, self._decided_by), _NOT_WRITTEN) for open_question, answer in unwritten
            ]
        return tuple(verdicts)

    async def _write_one(
        self,
        open_question: OpenQuestion,
        decision: SubmittedAnswer,
        verdicts: list[tuple[SubmittedAnswer, Verdict]],
        count: int,
    ) -> None:
        while True:
            write_status.update(
                _status_message(
                    len(verdicts), count, f"; {without_control_characters(open_question.question.title)} may be"
                )
            )
            try:
                return await uninterrupted(self._decide(open_question, decision, verdicts, count))
            except DatabaseUnavailable as error:
                write_status.update(_status_message(len(verdicts), count))
                await self._ask_to_go_on(f"{open_question.question.title}: {error.message}")

    async def _decide(
        self,
        open_question: OpenQuestion,
        decision: SubmittedAnswer,
        verdicts: list[tuple[SubmittedAnswer, Verdict]],
        count: int,
    ) -> None:
        verdicts += await decide_all(
            self._context.database, self._context.organisation_id, self._batch_id, [decision], [open_question]
        )
        write_status.update(_status_message(len(verdicts), count))

    async def _ask_to_go_on(self, error: str) -> None:
        self.prompt.print(error, "bold red")
        try:
            await self.prompt.key("Enter tries again")
        except Back:
            return

    async def _check(self, job_id: UUID, config: YoloConfig) -> tuple[str, ...]:
        database, organisation_id = self._context.database, self._context.organisation_id
        try:
            async with database.transaction(organisation_id) as transaction:
                state = await read_config_state(transaction, job_id)
                return refusals(config, await state.facts(transaction, config))
        except DatabaseUnavailable as error:
            raise ValueError(error.message) from error
        finally:
            await database.close()


def _status_message(written: int, count: int, doubtful: str = "") -> str:
    """The message of a program that is interrupted while it writes answers."""
    rest = "; the others were not: `registration answer` asks for them again" if written < count else ""
    return f"{written} of {count} answers were written{doubtful}{rest}"
