"""`make fuzz`: generated requests to every endpoint of the REST API, as two organisations; all checks must hold."""

import sys
from argparse import ArgumentParser, Namespace
from uuid import UUID, uuid4

from dev.fuzz.fuzzer import Ids, Target, fuzz_as
from dev.stack.databases import provide_organisation
from dev.stack.errors import StackError
from dev.stack.fixtures import Next, Preparation, made_restaurants, of_its_own, platform_client
from dev.stack.interrupts import run_interruptible
from dev.stack.sandbox import SandboxOptions
from dev.stack.sandbox_control import AT_ONCE
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder
from registration.database.session import Database

_RESTAURANTS = 3
_SETTINGS = {"REGISTRATION_API_ROLE_CLAIM": "role", "REGISTRATION_REGISTER_DRIVER": "http"}


async def fuzz(given: Namespace) -> int:
    """Fuzz as each of two organisations; the exit code is 0 if every check held."""
    parts = StackOptions(
        workers=0,
        api=True,
        sandbox=SandboxOptions(profile=AT_ONCE.profile, account_spacing_seconds=0),
        settings=_SETTINGS,
    )
    with temporary_folder() as folder:
        print("starting Postgres, Prefect server, sandbox and API …", flush=True)
        async with LocalStack(folder, parts) as stack:
            organisations = [await _filled(stack, number) for number in (1, 2)]
            target = Target(
                stack.addresses.api_url or "",
                stack.settings()["REGISTRATION_API_JWT_SECRET"],
                stack.folder,
                stack.environment(),
            )
            seconds = str(max(1, round(30 * given.minutes)))
            codes = list[int]()
            for one in (0, 1):
                options = ("--workers", str(workers()), "--seed", str(given.seed + one), "--max-time", seconds)
                code, _ = await fuzz_as(organisations[one], organisations[1 - one], target, *options)
                codes.append(code)
    return max(codes)


def workers(python: tuple[int, int, int] = sys.version_info[:3]) -> int:
    """How many threads send requests: one where Python's parser counts the depth of all threads together.

    There a second thread ends the run with "AST constructor recursion depth mismatch", because the fuzzer parses its
    own code for its reports (CPython issue 106905, mended in 3.11.8 and 3.12.2).
    """
    mended = {(3, 11): 8, (3, 12): 2}
    return 2 if python[2] >= mended.get(python[:2], 0) else 1


async def _filled(stack: LocalStack, number: int) -> Ids:
    """An organisation with a batch at each gate and in step 6; returns what exists in it."""
    organisation_id = uuid4()
    await provide_organisation(stack.addresses.owner_database_url, str(organisation_id))
    database = Database(stack.addresses.database_url)
    try:
        async with platform_client(stack.environment(), organisation_id) as platform:
            return await _batches(
                stack, Preparation(database, organisation_id, platform, by="fuzz"), organisation_id, number
            )
    finally:
        await database.close()


async def _batches(stack: LocalStack, preparation: Preparation, organisation_id: UUID, number: int) -> Ids:
    rows = await made_restaurants(_RESTAURANTS * len(Next), stack.environment())
    found: Ids = {"organisation_id": [str(organisation_id)], "batch_id": [], "job_id": [], "restaurant_id": []}
    for position, before in enumerate(Next):
        part = rows[_RESTAURANTS * position : _RESTAURANTS * (position + 1)]
        batch = await preparation.prepare([of_its_own(row, number) for row in part], before)
        found["batch_id"].append(str(batch.batch_id))
        found["job_id"] += map(str, batch.job_ids)
        found["restaurant_id"] += map(str, batch.restaurant_ids)
    return found


def main() -> int:
    """The exit code: 0 if all checks held, 1 if one did not, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="python -m dev.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2, help="how long, for both organisations together")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated requests")
    try:
        return run_interruptible(fuzz(parser.parse_args()), "make fuzz")
    except StackError as error:
        print(f"make fuzz: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
