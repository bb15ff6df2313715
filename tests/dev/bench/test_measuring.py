"""One part after the other: what cannot be measured is told, and costs nobody else's figures."""

from io import StringIO

import pytest
from rich.console import Console

from dev.bench.__main__ import PARTS, expected, measure
from dev.bench.parts.left_batches import PART
from dev.bench.report import Reached
from dev.stack.errors import NotInTime


async def _reaches() -> Reached:
    return Reached({"left_s": 3.9}, "median of 5 answers")


async def _fails(error: Exception) -> Reached:
    raise error


async def test_what_a_part_reached_is_told_at_once() -> None:
    """With its aim, before the table."""
    console = Console(file=StringIO(), width=200)
    row = await measure(console, PART, _reaches())
    assert row is not None
    assert row.holds
    assert isinstance(console.file, StringIO)
    assert row.seconds >= 0
    assert "steal" in row.machine
    assert "3.90 s, wanted ≤ 5 s: median of 5 answers" in console.file.getvalue()


@pytest.mark.parametrize(
    "error,why",
    [
        (NotInTime("the end of the flow runs Jax", 300), "waited 300 s for the end of the flow runs Jax, in vain"),
        (TimeoutError(), "TimeoutError: something that it waits for did not happen"),
        (AssertionError("3 sub-steps of the measured batch were not completed"), "3 sub-steps"),
    ],
)
async def test_a_part_that_fails_says_which_and_why(
    error: Exception, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the others go on."""
    assert await measure(Console(file=StringIO()), PART, _fails(error)) is None
    assert f"make bench: waiting was not measured: {why}" in capsys.readouterr().err


def test_how_long_each_part_takes_is_said_before() -> None:
    """Each by name, and all together."""
    said = expected(PARTS)
    assert said.startswith(f"about {sum(part.minutes for part in PARTS):g} minutes for 50 restaurants")
    assert all(f"{part.name} {part.minutes:g}" in said for part in PARTS)
