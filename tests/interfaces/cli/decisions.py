"""The decisions of a test of `registration answer`: as the command returns them, and as they are stored."""

from typing import Any

from interfaces.cli.rendering.verdicts import AnswerOutcome
from tests.interfaces.cli.conftest import Commands


def kinds_and_verdicts(done: AnswerOutcome | None) -> list[tuple[str, bool]]:
    """The kind of each answer, and whether it was accepted."""
    assert done is not None
    return [(given.answer.kind, verdict.accepted) for given, verdict in done.verdicts]


async def accepted_answers(registration: Commands) -> list[Any]:
    """The accepted answers, oldest first."""
    rows = await registration.query("select answer from registration_decisions where accepted order by decided_at")
    return [row["answer"] for row in rows]
