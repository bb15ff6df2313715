"""Going through a form on the terminal."""

import asyncio
import os
from collections.abc import Generator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from prefect.utilities.schema_tools import validate
from rich.console import Console

from dev.demo.answerers import Terminal, converse
from dev.gate_forms.errors import DemoError
from dev.gate_forms.schema import read_form
from registration.gates.rounds import Details
from tests.dev.demo.forms import company_schema, config_schema
from tests.registration.gates.questions.make import make_candidate, make_outcome


@dataclass
class Keyboard:
    """What is typed, and the terminal on which it is."""

    typing: int
    terminal: Terminal
    output: StringIO

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        os.write(self.typing, "".join(f"{line}\n" for line in lines).encode())

    async def answer(self, schema: dict[str, Any], *lines: str) -> dict[str, Any]:
        """What a form is answered with, which the server would take."""
        self.type(*lines)
        given = await converse(self.terminal, read_form(schema))
        validate({"decided_by": "Mere", **given}, schema, raise_on_error=True)
        return given


@pytest.fixture
def keyboard() -> Generator[Keyboard]:
    """A terminal of pipes."""
    reading, typing = os.pipe()
    output = StringIO()
    yield Keyboard(typing, Terminal(Console(file=output, width=200), reading), output)
    for end in (reading, typing):
        os.close(end)


async def test_enter_takes_what_is_preselected_and_a_number_another(keyboard: Keyboard) -> None:
    """The choices are shown with their numbers."""
    given = await keyboard.answer(company_schema({}, {}), "", "2")
    assert given == {"restaurant_01_v1": "Decide later", "restaurant_02_v1": "TEXAS LIMITED · 1002"}
    assert "2  TEXAS LIMITED · 1002" in keyboard.output.getvalue()


async def test_what_is_no_choice_is_asked_again(keyboard: Keyboard) -> None:
    """A typing error decides nothing."""
    given = await keyboard.answer(company_schema({}), "0", "99", "x", "1")
    assert given == {"restaurant_01_v1": "TEXAS CHICKEN LIMITED · 1001"}


async def test_the_rest_can_be_left_as_it_is(keyboard: Keyboard) -> None:
    """Fifty clean restaurants are one word."""
    given = await keyboard.answer(config_schema(*({} for _ in range(50))), "a")
    assert set(given.values()) == {"Go ahead as proposed"}
    assert len(given) == 50


async def test_who_leaves_the_rest_is_still_asked_where_nothing_is_preselected(keyboard: Keyboard) -> None:
    """Deciding later would only bring the same question back."""
    clear = make_outcome(make_candidate("JAX LIMITED", "1003"), preselected="1003")
    given = await keyboard.answer(company_schema({"outcome": clear}, {}, {"outcome": clear}), "a", "2")
    assert list(given.values()) == ["JAX LIMITED · 1003", "TEXAS LIMITED · 1002", "JAX LIMITED · 1003"]


async def test_details_are_asked_field_by_field(keyboard: Keyboard) -> None:
    """Enter keeps, a minus empties."""
    schema = company_schema({"asked": Details.ENTER_BY_HAND, "known": {"contact_name": "Pia", "contact_phone": "09"}})
    given = await keyboard.answer(schema, "", "Pia Ferrari", "Trust", "", "", "", "", "-", "")
    assert given["restaurant_01_v1_details"]["contact_name"] == "Pia Ferrari"
    assert given["restaurant_01_v1_details"]["company_name"] == "Trust"
    assert given["restaurant_01_v1_details"]["contact_phone"] == ""


async def test_a_whole_configuration_can_be_kept_or_changed(keyboard: Keyboard) -> None:
    """Texts, flags and choices are asked; a list stays as it is shown."""
    schema = config_schema({"asked": Details.CHANGE})
    [question] = read_form(schema)
    typed = {"city": "Hamilton", "include_stripe_link": "y", "theme": "2"}
    asked = [detail.name for detail in question.details if not isinstance(detail.shown, tuple)]
    given = await keyboard.answer(schema, "", *(typed.get(name, "") for name in asked))
    details = given[question.details_field]
    theme = next(detail for detail in question.details if detail.name == "theme")
    assert (details["city"], details["include_stripe_link"], details["theme"]) == ("Hamilton", True, theme.labels[1])
    assert {name: details[name] for name in details if name not in typed} == {
        detail.name: list(detail.shown) if isinstance(detail.shown, tuple) else detail.shown
        for detail in question.details
        if detail.name not in typed
    }


async def test_a_question_can_be_given_up(keyboard: Keyboard) -> None:
    """Whoever answers in the UI need not press Enter here as well; the next question gets what is typed then."""
    asking = asyncio.create_task(converse(keyboard.terminal, read_form(company_schema({}))))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await keyboard.answer(company_schema({}), "1") == {"restaurant_01_v1": "TEXAS CHICKEN LIMITED · 1001"}


async def test_a_closed_terminal_is_an_error() -> None:
    """Nothing is answered for somebody who has left."""
    reading, typing = os.pipe()
    os.close(typing)
    with pytest.raises(DemoError, match="terminal was closed"):
        await converse(Terminal(Console(file=StringIO()), reading), read_form(company_schema({})))
    os.close(reading)
