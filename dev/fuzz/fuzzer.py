"""Runs the fuzzer, schemathesis, as a program against an API that runs."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.fuzz.hooks import FOREIGN, OWN, SECRET

Ids = dict[str, list[str]]
"""What exists in an organisation, by the name of a path's parameter; `organisation_id` is its own."""

_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Target:
    """An API at `url`, whose tokens `secret` signs; the fuzzer keeps what it finds in `folder`."""

    url: str
    secret: str
    folder: Path
    environment: Mapping[str, str]


async def fuzz_as(own: Ids, foreign: Ids, target: Target, *options: str, output: int | None = None) -> tuple[int, str]:
    """The exit code of the fuzzer as a person of one organisation, and its output if it is a pipe.

    `foreign` is what exists in another one, and must not be reached.
    """
    environment = {
        **target.environment,
        "SCHEMATHESIS_HOOKS": "dev.fuzz.hooks",
        "PYTHONPATH": os.pathsep.join([str(_PROJECT), target.environment.get("PYTHONPATH", "")]),
        SECRET: target.secret,
        OWN: json.dumps(own),
        FOREIGN: json.dumps(foreign),
    }
    command = [
        str(Path(sys.executable).parent / "st"),
        *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
        *("run", f"{target.url}/api/openapi.json", "--checks", "all", "--continue-on-failure"),
        # A stream does not end.
        *("--exclude-path-regex", "/events$"),
        *options,
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        cwd=target.folder,
        stdout=output,
        stderr=None if output is None else asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, (printed or b"").decode(errors="replace")
