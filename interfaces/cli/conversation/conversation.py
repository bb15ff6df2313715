"""The conversation about the open questions of a batch: forwards and backwards, until the person confirms or quits."""

from interfaces.cli.conversation.draft import ALL, FOR_ALL, OVERVIEW, REVIEW, AnswerDraft
from interfaces.cli.conversation.editor import (
    Check,
    Editor,
    fields_of,
    for_all_editor,
    read_details,
    read_layer,
    with_section,
)
from interfaces.cli.conversation.rendering import (
    describe_answer,
    describe_choices,
    show_answers,
    show_question,
    show_waiting,
)
from interfaces.cli.conversation.terminal import Back, Prompt
from interfaces.presenting.answer_keys import Key, keys_of
from registration.gates.decisions import AnyAnswer
from registration.gates.open_questions import OpenQuestion
from registration.gates.rounds import Details

_OVERVIEW = -1
_ALSO = {"n": "m"}
"""The letter that "no match" had before it had the one of the console."""


class Conversation:
    """One person answers the questions of one batch. `check` runs preflight on a changed configuration."""

    def __init__(self, prompt: Prompt, draft: AnswerDraft, check: Check) -> None:
        self._prompt = prompt
        self._console = prompt.console
        self._draft = draft
        self._check = check
        self._first = _OVERVIEW if len(draft.questions) > 1 else 0

    async def run(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """The answers that the person confirmed at the end. Raises Quit, TerminalClosed."""
        index: int | None = self._first
        while index is not None:
            try:
                index = await self._show_index(index)
            except Back:
                index = max(self._first, (index or 0) - 1)
        return self._draft.answers_to_write

    async def _show_index(self, index: int) -> int | None:
        if index == _OVERVIEW:
            return await self._overview()
        if index < len(self._draft.questions):
            return await self._question(index)
        return await self._review()

    async def _overview(self) -> int:
        """Show all restaurants in one table, and offer to accept all clear ones at once; return the next index."""
        show_waiting(self._console, self._draft)
        clear, count = len(self._draft.clear), len(self._draft.questions)
        choices = ["Enter goes one by one", f"1 to {count} goes there"]
        choices += [f"{ALL} takes the {clear} that are clear as recommended"] if clear else []
        choices += [f"{FOR_ALL} says something for all configurations"] if self._draft.configures else []
        while True:
            typed = (await self._prompt.key(", ".join(choices))).lower()
            if not typed:
                return self._draft.next_unanswered(_OVERVIEW)
            if typed == ALL and clear:
                self._draft.accept_clear()
                return self._draft.next_unanswered(_OVERVIEW)
            if typed == FOR_ALL and self._draft.configures:
                await self._edit_for_all()
            elif (index := self._typed_index(typed)) is not None:
                return index
            else:
                self._report_no_choice(typed)

    async def _edit_for_all(self) -> None:
        """Edit the values that override every proposal which is confirmed with "go ahead"."""
        try:
            self._draft.for_all = await for_all_editor(self._prompt, self._draft.for_all_typed).edit(read_layer)
        except Back:
            return
        self._prompt.print("→ for all that are gone ahead with", "green")

    async def _question(self, index: int) -> int:
        open_question = self._draft.questions[index]
        keys = keys_of(open_question.question)
        show_question(self._prompt, self._draft, index, keys)
        while True:
            typed = (await self._prompt.key(describe_choices(self._draft, keys))).lower()
            if typed == ALL and self._draft.clear:
                self._draft.accept_clear()
                return self._draft.next_unanswered(index)
            if typed in (OVERVIEW, REVIEW):
                return _OVERVIEW if typed == OVERVIEW else len(self._draft.questions)
            if not typed and index in self._draft.answers:
                return self._draft.next_unanswered(index)
            meant = _ALSO.get(typed, typed)
            key = next((key for key in keys if meant == key.typed or (not meant and key.preset)), None)
            if key is None:
                self._report_no_choice(typed)
            elif await self._record_answer(index, open_question, key):
                return self._draft.next_unanswered(index)
            else:
                show_question(self._prompt, self._draft, index, keys)

    async def _record_answer(self, index: int, open_question: OpenQuestion, key: Key) -> bool:
        """Record the answer; False if it needs details and the person went back without them."""
        answer = key.answer
        if key.details is not None:
            try:
                answer = await self._read_details(index, open_question, key.details)
            except Back:
                return False
        self._draft.answers[index] = answer
        self._prompt.print(f"→ {describe_answer(open_question, answer)}", "green")
        return True

    async def _read_details(self, index: int, open_question: OpenQuestion, details: Details) -> AnyAnswer:
        question = with_section(open_question, details)
        typed = self._draft.typed.setdefault((index, details), dict(question.prefilled))
        self._prompt.print(f"\n{question.title}: {details.replace('_', ' ')}", "bold")
        editor = Editor(self._prompt, fields_of(question), typed)
        return await editor.edit(lambda filled: read_details(question, filled, self._check))

    async def _review(self) -> int | None:
        """Show all answers and ask for confirmation: None if the person confirms, else the index to go to."""
        show_answers(self._console, self._draft)
        to_write, count = len(self._draft.answers_to_write), len(self._draft.questions)
        write = f"y writes the {to_write} answers, " if to_write else "nothing is decided yet: "
        while True:
            typed = await self._prompt.key(f"{write}1 to {count} changes one")
            if typed.lower() == "y" and to_write:
                return None
            if (index := self._typed_index(typed)) is not None:
                return index
            self._report_no_choice(typed)

    def _typed_index(self, typed: str) -> int | None:
        number = int(typed) if typed.isdecimal() else 0
        return number - 1 if 1 <= number <= len(self._draft.questions) else None

    def _report_no_choice(self, typed: str) -> None:
        self._prompt.print(f"{typed!r} is none of the choices" if typed else "say which", "yellow")
