"""`make up`: the whole stack, left running until Ctrl-C, its data kept."""

import asyncio
import os
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.stack import LocalStack, StackOptions
from interfaces.cli.process.interrupted import standing
from interfaces.cli.process.interrupts import Interrupts
from interfaces.cli.process.terminal import interrupted_by_end_of_input

KEPT = Path(__file__).resolve().parents[2] / ".local"
_PREFECT_PORT = 4200


async def up(folder: Path) -> int:
    """Start everything in `folder`, say how to use it, and stay until a part ends by itself. Raises StackError."""
    print(f"Starting Postgres, Prefect server, sandbox and worker in {folder} …", flush=True)
    standing.now(f"nothing is left running; what is there of the data stays in {folder}")
    options = StackOptions(allow_external=True, durable=True, recovery=True, prefect_port=_PREFECT_PORT, password=True)
    async with interrupted_by_end_of_input(), LocalStack(folder, options) as stack:
        standing.now(f"everything is stopped; the data stays in {folder}")
        environment = folder / "environment"
        _write_environment(environment, stack.settings())
        try:
            print(_usage(stack, environment), flush=True)
            await stack.wait()
        finally:
            environment.unlink()
            with suppress(OSError):
                print("Stopping …", flush=True)
    return 0


def _write_environment(file: Path, settings: Mapping[str, str]) -> None:
    """For other terminals: a file to source, which only its owner can read; it is there once it is complete."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
    draft.rename(file)


def _usage(stack: LocalStack, environment: Path) -> str:
    programs = Path(sys.executable).parent
    addresses = stack.addresses
    parameters = f"-p organisation_id={stack.settings()['REGISTRATION_ORGANISATION']}"
    return f"""
Prefect UI   {addresses.prefect_ui_url or addresses.prefect_api_url}
{_signing_in(stack, environment)}Platform     {_platform(stack)}
Data, logs   {stack.folder}

In another terminal, once:
  source {shlex.quote(str(environment))}; export PATH={shlex.quote(str(programs))}:$PATH
then a batch, from a file:
  registration start --csv {Path(__file__).resolve().parents[2] / "dev" / "sandbox" / "data" / "restaurants.csv"}
  registration batches
or of restaurants that were imported before, with the ids that the import printed, from the UI (Deployments,
register-batch, Run, Quick run) or here:
  prefect deployment run register-batch/register-batch {parameters} -p restaurant_ids=ID,ID,…

Ctrl-C stops everything; the data stays.
"""


def _platform(stack: LocalStack) -> str:
    url = stack.addresses.sandbox_url
    return f"{url} (sandbox)" if url else str(stack.external.platform_url)


def _signing_in(stack: LocalStack, environment: Path) -> str:
    """Where the password of our own Prefect server stands."""
    if "PREFECT_API_AUTH_STRING" not in stack.settings():
        return ""
    return f"  signs in   with what PREFECT_API_AUTH_STRING is in {environment}\n"


def main(interrupts: Interrupts) -> int:
    """The exit code: 130 after Ctrl-C, 1 if a part does not start or ends by itself."""
    parser = ArgumentParser(prog="make up", description=__doc__)
    parser.add_argument("--folder", type=Path, default=KEPT, help="where data and logs are kept")
    try:
        return run_interruptible(up(parser.parse_args().folder.resolve()), interrupts)
    except (StackError, asyncio.CancelledError) as error:
        print(f"make up: {error}", file=sys.stderr)
        return 1
