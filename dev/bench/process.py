"""The measured process: runs one flow to its end and writes its figures to a file."""

import asyncio
import json
import time
from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from pathlib import Path
from uuid import UUID

from dev.bench.bare_graph import bare_graph
from dev.bench.parts.company_register import search_and_read
from dev.bench.sampling import Sampler
from flows.register_batch import register_batch

_BATCHES_AT_A_TIME = 8


async def _batch(given: Namespace) -> dict[str, float]:
    await register_batch(organisation_id=given.organisation, batch_id=given.batch)
    return {}


async def _batches(given: Namespace) -> dict[str, float]:
    """Run a few batches at a time: each has a pool of connections."""
    slots = asyncio.Semaphore(_BATCHES_AT_A_TIME)

    async def run(organisation_id: UUID, batch_id: UUID) -> None:
        async with slots:
            await register_batch(organisation_id=organisation_id, batch_id=batch_id)

    await asyncio.gather(*(run(*ids) for ids in given.batches))
    return {}


def _both(ids: str) -> tuple[UUID, UUID]:
    organisation, _, batch = ids.partition("/")
    return UUID(organisation), UUID(batch)


async def _bare(given: Namespace) -> dict[str, float]:
    return {"makespan": await bare_graph(given.restaurants, given.seconds)}


async def _register(given: Namespace) -> dict[str, float]:
    return await search_and_read(given.restaurants, given.driver)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m dev.bench.process", description=__doc__)
    parser.add_argument("--result", type=Path, required=True, help="where the figures are written as JSON")
    parser.add_argument("--sample", action="store_true", help="sample the time by layer")
    kinds = parser.add_subparsers(required=True)
    batch = kinds.add_parser("batch")
    batch.add_argument("organisation", type=UUID)
    batch.add_argument("batch", type=UUID)
    batch.set_defaults(run=_batch)
    batches = kinds.add_parser("batches")
    batches.add_argument("batches", type=_both, nargs="+", metavar="ORGANISATION/BATCH")
    batches.set_defaults(run=_batches)
    bare = kinds.add_parser("bare")
    bare.add_argument("restaurants", type=int)
    bare.add_argument("seconds", type=float)
    bare.set_defaults(run=_bare)
    register = kinds.add_parser("register")
    register.add_argument("restaurants", type=int)
    register.add_argument("driver")
    register.set_defaults(run=_register)
    return parser


def main() -> None:
    """Run one flow to its end."""
    given = _parser().parse_args()
    sampler = Sampler()
    with sampler.sampling() if given.sample else nullcontext():
        figures = asyncio.run(given.run(given))
    if given.sample:
        figures["reporting_s"] = sampler.reporting
    figures["cpu_s"] = time.process_time()
    given.result.write_text(json.dumps({"figures": figures, "seconds": sampler.seconds}))


if __name__ == "__main__":
    main()
