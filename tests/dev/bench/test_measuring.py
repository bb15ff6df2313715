"""The parts run one after the other: a failed part is reported, and does not affect the other figures."""

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


async def test_the_result_of_a_part_is_printed_at_once() -> None:
    """The line has the aim and precedes the table."""
    console = Console(file=StringIO(), width=200)
    row = await measure(console, PART, _reaches())
    assert row is not None
    assert row.holds
    assert isinstance(console.file, StringIO)
    assert row.seconds >= 0
    assert "steal" in row.machine
    assert "3.90 s, aim ≤ 5 s: median of 5 answers" in console.file.getvalue()


@pytest.mark.parametrize(
    "error,why",
    [
        (
            NotInTime("the end of the flow runs Jax", 300),
            "waited 300 s for the end of the flow runs Jax without success",
        ),
        (TimeoutError(), "TimeoutError: a wait timed out"),
        (AssertionError("3 sub-steps of the measured batch were not completed"), "3 sub-steps"),
    ],
)
async def test_a_failed_part_is_reported_with_its_reason(
    error: Exception, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other parts go on."""
    assert await measure(Console(file=StringIO()), PART, _fails(error)) is None
    assert f"make bench: waiting was not measured: {why}" in capsys.readouterr().err


def test_the_expected_durations_are_printed_first() -> None:
    """Each part by name, and the total."""
    text = expected(PARTS)
    assert text.startswith(f"about {sum(part.minutes for part in PARTS):g} minutes for 50 restaurants")
    assert all(f"{part.name} {part.minutes:g}" in text for part in PARTS)
