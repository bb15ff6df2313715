"""`make chaos` as a program: one part of it, with a real stack."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from dev.stack.environment import base_environment

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_LIMIT = 400.0
_STRAY = {"DATABASE_URL": "postgresql://nobody@db.invalid/live", "PREFECT_API_URL": "http://prefect.invalid/api"}
_CASES = {
    f"kill/menuImport/{point}"
    for point in ("before-intent", "after-intent", "after-sent", "after-effect", "before-stored")
}


async def test_a_sub_step_is_killed_at_five_points(short_folder: Path) -> None:
    """The import of a menu is neither repeated nor lost, wherever its process died."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev.chaos", "--only", "kill/menuImport", "--seed", "3"),
        env=base_environment(allow_external=False) | _STRAY | {"TMPDIR": str(short_folder)},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_LIMIT):
        output, _ = await process.communicate()
    lines = output.decode().splitlines()
    cases = [json.loads(line) for line in lines if line.startswith('{"case": ')]
    assert {case["case"] for case in cases} == _CASES
    nothing = {"duplicates": 0, "losses": 0, "false_completed": 0, "stuck": 0, "endless_sendings": 0}
    assert json.loads(lines[-1]) == {"cases": 5, **nothing, "seed": 3}, output.decode()
    assert process.returncode == 0
