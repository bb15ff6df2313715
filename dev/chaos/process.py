"""A process that works on batches, like one that a worker starts; the cases kill this process.

It ends when all of its runs have ended; the error of one run is printed, and the other runs continue.
"""

import asyncio
import sys
import traceback
from argparse import ArgumentParser
from uuid import UUID

from flows.register_batch import register_batch


async def _run(organisation_id: UUID, batch_id: UUID) -> None:
    try:
        await register_batch(organisation_id=organisation_id, batch_id=batch_id)
    except Exception:  # noqa: BLE001 (any error is only logged: the judge reads the tables)
        traceback.print_exc()


async def _main(batches: list[str]) -> None:
    pairs = (map(UUID, batch.split(":")) for batch in batches)
    await asyncio.gather(*(_run(organisation_id, batch_id) for organisation_id, batch_id in pairs))


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m dev.chaos.process", description=__doc__)
    parser.add_argument("batches", nargs="+", metavar="ORGANISATION:BATCH")
    asyncio.run(_main(parser.parse_args().batches))
    sys.exit(0)
