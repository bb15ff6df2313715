"""Going through everything that waits, back and forth, until somebody says yes to all of it or quits."""

from interfaces.cli.conversation.draft import ALL, FOR_ALL, OVERVIEW, REVIEW, AnswerDraft, Key, keys_of
from interfaces.cli.conversation.editor import (
    Check,
    Editor,
    fields_of,
    for_all_editor,
    read_details,
    read_layer,
    with_section,
)
from interfaces.cli.conversation.screens import in_words, offered, show_answers, show_question, show_waiting
from interfaces.cli.conversation.terminal import Back, Prompt
from registration.gates.decisions import AnyAnswer
from registration.gates.open_questions import OpenQuestion
from registration.gates.rounds import Details

_OVERVIEW = -1


class Conversation:
    """One person, one batch. `check` says what preflight refuses about a changed configuration."""

    def __init__(self, prompt: Prompt, draft: AnswerDraft, check: Check) -> None:
        self._prompt = prompt
        self._console = prompt.console
        self._sheet = draft
        self._check = check
        self._first = _OVERVIEW if len(draft.questions) > 1 else 0

    async def run(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """The answers that were agreed to at the end. Raises Quit, TerminalClosed."""
        place: int | None = self._first
        while place is not None:
            try:
                place = await self._at(place)
            except Back:
                place = max(self._first, (place or 0) - 1)
        return self._sheet.given

    async def _at(self, place: int) -> int | None:
        if place == _OVERVIEW:
            return await self._overview()
        if place < len(self._sheet.questions):
            return await self._question(place)
        return await self._review()

    async def _overview(self) -> int:
        """The restaurants in one look; those that are clear can be taken at once."""
        show_waiting(self._console, self._sheet)
        clear, count = len(self._sheet.clear), len(self._sheet.questions)
        ways = ["Enter goes one by one", f"1 to {count} goes there"]
        ways += [f"{ALL} takes the {clear} that are clear as recommended"] if clear else []
        ways += [f"{FOR_ALL} says something for all configurations"] if self._sheet.configures else []
        while True:
            typed = (await self._prompt.key(", ".join(ways))).lower()
            if not typed:
                return self._sheet.after(_OVERVIEW)
            if typed == ALL and clear:
                self._sheet.accept_clear()
                return self._sheet.after(_OVERVIEW)
            if typed == FOR_ALL and self._sheet.configures:
                await self._for_all()
            elif (place := self._place(typed)) is not None:
                return place
            else:
                self._none_of_these(typed)

    async def _for_all(self) -> None:
        """What lies over every proposal that is gone ahead with."""
        try:
            self._sheet.for_all = await for_all_editor(self._prompt, self._sheet.for_all_typed).edit(read_layer)
        except Back:
            return
        self._prompt.say("→ for all that are gone ahead with", "green")

    async def _question(self, place: int) -> int:
        one = self._sheet.questions[place]
        keys = keys_of(one.question)
        show_question(self._prompt, self._sheet, place, keys)
        while True:
            typed = (await self._prompt.key(offered(self._sheet, keys))).lower()
            if typed == ALL and self._sheet.clear:
                self._sheet.accept_clear()
                return self._sheet.after(place)
            if typed in (OVERVIEW, REVIEW):
                return _OVERVIEW if typed == OVERVIEW else len(self._sheet.questions)
            if not typed and place in self._sheet.answers:
                return self._sheet.after(place)
            key = next((key for key in keys if typed == key.typed or (not typed and key.preset)), None)
            if key is None:
                self._none_of_these(typed)
            elif await self._take(place, one, key):
                return self._sheet.after(place)
            else:
                show_question(self._prompt, self._sheet, place, keys)

    async def _take(self, place: int, one: OpenQuestion, key: Key) -> bool:
        """Note the answer; False if it needs details and whoever answers went back from them."""
        answer = key.answer
        if key.details is not None:
            try:
                answer = await self._details(place, one, key.details)
            except Back:
                return False
        self._sheet.answers[place] = answer
        self._prompt.say(f"→ {in_words(one, answer)}", "green")
        return True

    async def _details(self, place: int, one: OpenQuestion, details: Details) -> AnyAnswer:
        question = with_section(one, details)
        typed = self._sheet.typed.setdefault((place, details), dict(question.prefilled))
        self._prompt.say(f"\n{question.title}: {details.replace('_', ' ')}", "bold")
        editor = Editor(self._prompt, fields_of(question), typed)
        return await editor.edit(lambda filled: read_details(question, filled, self._check))

    async def _review(self) -> int | None:
        """The last question: None is yes to everything."""
        show_answers(self._console, self._sheet)
        given, count = len(self._sheet.given), len(self._sheet.questions)
        write = f"y writes the {given} answers, " if given else "nothing is decided yet: "
        while True:
            typed = await self._prompt.key(f"{write}1 to {count} changes one")
            if typed.lower() == "y" and given:
                return None
            if (place := self._place(typed)) is not None:
                return place
            self._none_of_these(typed)

    def _place(self, typed: str) -> int | None:
        number = int(typed) if typed.isdecimal() else 0
        return number - 1 if 1 <= number <= len(self._sheet.questions) else None

    def _none_of_these(self, typed: str) -> None:
        self._prompt.say(f"{typed!r} is none of the choices" if typed else "say which", "yellow")
