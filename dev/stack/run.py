"""`make up`: the whole stack, running until Ctrl-C; its data stays."""

import asyncio
import os
import shlex
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from dev.stack.api_server import sign_in_link
from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.prefect_servers import SERVERS
from dev.stack.stack import LocalStack, StackOptions
from interfaces.cli.process.interrupted import write_status
from interfaces.cli.process.interrupts import Interrupts
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.session import system_user

KEPT = Path(__file__).resolve().parents[2] / ".local"
_PREFECT_PORT, _API_PORT = 4200, 8430
_MOST_WORKERS = 16


async def up(given: Namespace) -> int:
    """Start everything in the given folder, print how to use it, and wait until a part ends. Raises StackError."""
    folder: Path = given.folder.resolve()
    workers = "worker" if given.workers == 1 else f"{given.workers} workers"
    servers = "Prefect server"
    if given.servers > 1:
        servers = f"Redis, {given.servers} Prefect API servers, their services, a load balancer"
    print(f"Starting Postgres, {servers}, sandbox, {workers}, console and API in {folder} …", flush=True)
    write_status.update(f"nothing is left running; the data so far stays in {folder}")
    options = StackOptions(
        allow_external=True,
        durable=True,
        workers=given.workers,
        servers=given.servers,
        recovery=True,
        api=True,
        prefect_port=_PREFECT_PORT,
        api_port=_API_PORT,
        password=True,
    )
    async with interrupted_by_end_of_input(), LocalStack(folder, options) as stack:
        write_status.update(f"everything is stopped; the data stays in {folder}")
        environment = folder / "environment"
        console = await sign_in_link(str(stack.addresses.api_url), stack.settings(), system_user())
        _write_environment(environment, stack.settings())
        try:
            print(_usage(stack, environment, console), flush=True)
            await stack.wait()
        finally:
            environment.unlink()
            with suppress(OSError):
                print("Stopping …", flush=True)
    return 0


def _write_environment(file: Path, settings: Mapping[str, str]) -> None:
    """Write a file for other terminals to source; only its owner can read it, and it appears complete."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
    draft.rename(file)


def _usage(stack: LocalStack, environment: Path, console: str) -> str:
    programs = Path(sys.executable).parent
    addresses = stack.addresses
    parameters = f"-p organisation_id={stack.settings()['REGISTRATION_ORGANISATION']}"
    return f"""
Console      {console}
  sign in    this link works once; another one: registration console sign-in --as NAME
  then       import a list, start a batch of it, answer what the inbox shows: docs/operators.md
Prefect UI   {addresses.prefect_ui_url or addresses.prefect_api_url}
{_signing_in(stack, environment)}REST API     {addresses.api_url}/api/docs
  sign in    with a token: registration token --as NAME
Platform     {_platform(stack)}
Data, logs   {stack.folder}

In another terminal, once:
  source {shlex.quote(str(environment))}; export PATH={shlex.quote(str(programs))}:$PATH
then a batch from there, too, of a file:
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
    """The line that says where the password of our own Prefect server is."""
    if "PREFECT_API_AUTH_STRING" not in stack.settings():
        return ""
    return f"  sign in    with the value of PREFECT_API_AUTH_STRING in {environment}\n"


def _number_of(parts: str, most: int) -> Callable[[str], int]:
    """A reader of a number of parts, from 1 to `most`, for the parser of arguments."""

    def number(text: str) -> int:
        if text not in map(str, range(1, most + 1)):
            raise ArgumentTypeError(f"{text!r} is no number of {parts}: give 1 to {most}")
        return int(text)

    return number


def main(interrupts: Interrupts) -> int:
    """The exit code: 130 after Ctrl-C, 1 if a part does not start or ends by itself."""
    parser = ArgumentParser(prog="make up", description=__doc__)
    parser.add_argument("--folder", type=Path, default=KEPT, help="where data and logs are kept")
    workers = _number_of("workers", _MOST_WORKERS)
    parser.add_argument("--workers", type=workers, default=1, help="workers that run batches, each in its own folder")
    servers = _number_of("servers", SERVERS)
    parser.add_argument("--servers", type=servers, default=1, help="Prefect API servers; two need Redis and HAProxy")
    try:
        return run_interruptible(up(parser.parse_args()), interrupts)
    except (StackError, asyncio.CancelledError) as error:
        print(f"make up: {error}", file=sys.stderr)
        return 1
