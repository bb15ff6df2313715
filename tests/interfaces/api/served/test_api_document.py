"""docs/api.md: its commands in order, against a stack with a worker."""

import csv
import os
import sys
from pathlib import Path

import pytest

from dev.sandbox.make_restaurants import write_restaurants
from dev.stack.stack import LocalStack
from tests.deployments.document import blocks, shell

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_DOCUMENT = Path(__file__).parents[4] / "docs" / "api.md"


async def test_the_commands_of_the_document_register_a_restaurant(stack: LocalStack, short_folder: Path) -> None:
    """From the token to the results, whose file has the restaurant as completed."""
    with (short_folder / "restaurants.csv").open("w", encoding="utf-8") as file:
        write_restaurants(1, file)
    environment = stack.environment()
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"}
    async with shell(short_folder, short_folder, environment | path) as typed:
        for block in blocks(_DOCUMENT):
            await typed.run(block.text)
    with (short_folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["outcome"] == "completed"
