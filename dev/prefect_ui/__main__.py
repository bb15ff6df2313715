"""`python -m dev.prefect_ui`: measures how long the company gate's form takes, by number of restaurants."""

import sys
import time
from uuid import uuid4

from dev.demo.stack import become_part_of
from dev.stack.browser import NO_BROWSER, usable_browser
from dev.stack.databases import provide_organisation
from dev.stack.fixtures import Next, Preparation, made_restaurants, platform_client
from dev.stack.interrupts import run_interruptible
from dev.stack.sandbox import SandboxOptions
from dev.stack.sandbox_control import AT_ONCE
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder

SIZES = (3, 12, 50)
OPEN_SECONDS, SUBMIT_SECONDS = 1.5, 2.0


async def measure() -> int:
    """Print one line per size; 1 if a form took too long, or without a browser."""
    if not await usable_browser():
        print(NO_BROWSER)
        return 1
    sandbox = SandboxOptions(profile=AT_ONCE.profile, account_spacing_seconds=0)
    settings = {"REGISTRATION_REGISTER_DRIVER": "http", "REGISTRATION_GATE_GATHER_SECONDS": "20"}
    with temporary_folder() as folder:
        async with LocalStack(folder, StackOptions(sandbox=sandbox, settings=settings, password=True)) as stack:
            become_part_of(stack)
            took = [await _measure(stack, size) for size in SIZES]
    return int(any(opened > OPEN_SECONDS or submitted > SUBMIT_SECONDS for opened, submitted in took))


async def _measure(stack: LocalStack, size: int) -> tuple[float, float]:
    """Seconds until the form is shown, and until it is accepted."""
    # Prefect reads its settings while it is imported.
    from dev.prefect_ui.operator import Operator, browsing

    await _start(stack, size)
    async with browsing() as page:
        operator = Operator.at(page, stack)
        await operator.go_to_gate(f"{size} waiting")
        begin = time.perf_counter()
        form = await operator.open_form()
        opened = time.perf_counter() - begin
        await form.write("Decided by", "measurement")
        begin = time.perf_counter()
        refused = await form.submit()
        submitted = time.perf_counter() - begin
    assert refused is None, refused
    print(f"{size:3} restaurants: opens in {opened:.2f} s, taken in {submitted:.2f} s", flush=True)
    return opened, submitted


async def _start(stack: LocalStack, size: int) -> None:
    """A running batch of this many restaurants, in an organisation of its own."""
    from registration.database.session import Database
    from tasks.batch_runs import start_run

    organisation_id, database = uuid4(), Database(stack.addresses.database_url)
    await provide_organisation(stack.addresses.owner_database_url, str(organisation_id))
    async with platform_client(stack.environment(), organisation_id) as platform:
        rows = await made_restaurants(size, stack.environment())
        batch = await Preparation(database, organisation_id, platform, "measurement").prepare(rows, Next.SEARCH)
    await start_run(organisation_id, batch.batch_id, f"{size} restaurants")
    await database.close()


if __name__ == "__main__":
    sys.exit(run_interruptible(measure(), "prefect_ui"))
