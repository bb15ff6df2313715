"""Common to all parts of the benchmark: a running stack, prepared batches, measured processes."""

import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import text

from dev.stack.databases import provide_organisation
from dev.stack.fixtures import Next, Preparation, PreparedBatch, made_restaurants, of_its_own, platform_client
from dev.stack.processes import Child, start
from dev.stack.sandbox import SandboxOptions
from dev.stack.sandbox_control import AT_ONCE, Latencies, PretendedPlatform
from dev.stack.stack import LocalStack, StackOptions
from registration.batches.models import MOST_RESTAURANTS
from registration.database.session import Database
from registration.restaurants.csv_import import NumberedRow
from registration.workflow.sub_steps import SUB_STEPS

NO_QUEUES = {"REGISTRATION_ACCOUNT_SPACING_SECONDS": "0", "REGISTRATION_BROWSER_LIMIT": "0"}
_LONGEST = 1800.0
_ACCOUNTS = text(
    """
    select extract(epoch from s.sent_at)::float from registration_sub_steps s
    where s.organisation_id = :organisation and s.name = 'cloudwaitressAccount' and s.sent_at is not null
    order by s.sent_at
    """
)
_MEASURE = text(
    """
    select extract(epoch from min(s.started_at))::float as begun,
        extract(epoch from max(s.completed_at))::float as ended,
        count(*) filter (where s.status <> 'completed') as others
    from registration_sub_steps s join registration_jobs j on j.id = s.job_id
    where j.batch_job_id = :batch and s.name = any(:twelve)
    """
)


@dataclass(frozen=True)
class Measured:
    """The results of a measured process that has ended: its figures, and CPU seconds by layer if it was sampled."""

    figures: dict[str, float]
    seconds: dict[str, float]

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of the process since it was started, with the import of its program."""
        return self.figures["cpu_s"]


@dataclass(frozen=True)
class Span:
    """Begin and end in seconds of the epoch."""

    begun: float
    ended: float


class Bench:
    """A stack without a worker: the parts start their processes themselves."""

    def __init__(self, stack: LocalStack, restaurants: int, time_scale: float, say: Callable[[str], None]) -> None:
        self.restaurants = restaurants
        self.time_scale = time_scale
        self.stack = stack
        self.platform = PretendedPlatform(stack.addresses.sandbox_url or "")
        self.database = Database(stack.addresses.database_url)
        self.say = say
        self._numbers, self._batches = count(1), count(1)
        self._rows: tuple[NumberedRow, ...] = ()

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path, restaurants: int, say: Callable[[str], None]) -> AsyncGenerator[Self]:
        """The stack, stopped at the end. REGISTRATION_TIME_SCALE counts; other addresses of the environment do not.

        Long parts report their progress with `say`.
        """
        time_scale = float(os.environ.get("REGISTRATION_TIME_SCALE", "1"))
        sandbox = SandboxOptions(profile=AT_ONCE.profile, account_spacing_seconds=0)
        settings = {"REGISTRATION_TIME_SCALE": str(time_scale)}
        async with LocalStack(folder, StackOptions(workers=0, sandbox=sandbox, settings=settings)) as stack:
            bench = cls(stack, restaurants, time_scale, say)
            try:
                yield bench
            finally:
                await bench.database.close()

    async def prepare(
        self,
        latencies: Latencies,
        *,
        decided: bool = True,
        before: Next | None = None,
        restaurants: int | None = None,
        organisation_id: UUID | None = None,
        after: int = 0,
    ) -> PreparedBatch:
        """A new batch at the configuration gate, or with `decided` right behind it, or right before the step `before`,
        with these latencies.

        The names and e-mails of its restaurants are unique over all batches.

        Without `organisation_id` the batch has an organisation of its own. The first `after` generated restaurants are
        skipped: two batches of one organisation have no restaurant in common.
        """
        organisation_id = organisation_id or uuid4()
        await provide_organisation(self.stack.addresses.owner_database_url, str(organisation_id))
        number = next(self._batches)
        await self.platform.behave(AT_ONCE)
        rows = (await self._made())[: after + (restaurants or self.restaurants)]
        async with platform_client(self.stack.environment(), organisation_id) as platform:
            preparation = Preparation(self.database, organisation_id, platform, by="benchmark")
            own = [of_its_own(row, number) for row in rows[after:]]
            prepared = await preparation.prepare(own, before or (Next.SET_UP if decided else Next.CONFIGURATION))
        await self.platform.behave(latencies)
        return prepared

    async def _made(self) -> tuple[NumberedRow, ...]:
        """The generated restaurants, made once."""
        if not self._rows:
            self._rows = await made_restaurants(max(self.restaurants, MOST_RESTAURANTS), self.stack.environment())
        return self._rows

    async def run_batch(self, batch: PreparedBatch, settings: Mapping[str, str], *, sample: bool = False) -> Measured:
        """Run register-batch to its end in a process of its own."""
        return await self.run(
            "batch", str(batch.organisation_id), str(batch.batch_id), settings=settings, sample=sample
        )

    async def run(self, *arguments: str, settings: Mapping[str, str] = NO_QUEUES, sample: bool = False) -> Measured:
        """Run a measured process to its end and return its results."""
        async with self.process(*arguments, settings=settings, sample=sample) as child:
            await child.finish(_LONGEST)
            return _result_of(child)

    @asynccontextmanager
    async def process(
        self, *arguments: str, settings: Mapping[str, str], sample: bool = False
    ) -> AsyncGenerator[Child]:
        """A measured process that runs during the block."""
        name = f"measured-{next(self._numbers)}"
        log = self.stack.folder / f"{name}.log"
        options = ["--result", str(log.with_suffix(".json")), *(["--sample"] if sample else [])]
        child = start(
            name,
            [sys.executable, "-m", "dev.bench.process", *options, *arguments],
            log=log,
            environment={**self.stack.environment(), **settings},
            folder=self.stack.folder,
        )
        try:
            yield child
        finally:
            await child.stop()

    @staticmethod
    def figures(child: Child) -> dict[str, float]:
        """The figures of a measured process that has ended with code 0."""
        return _result_of(child).figures

    async def set_up_seconds(self, batch: PreparedBatch) -> float:
        """Seconds from the first start of a sub-step of the batch to the last end. Raises AssertionError."""
        span = await self.set_up_span(batch)
        return span.ended - span.begun

    async def set_up_span(self, batch: PreparedBatch) -> Span:
        """The first start of a sub-step of the batch and the last end, by the database's clock.

        Raises AssertionError unless all sub-steps are completed: then there is nothing to measure.
        """
        async with self.database.transaction(batch.organisation_id) as transaction:
            found = await transaction.execute(_MEASURE, {"batch": batch.batch_id, "twelve": list(SUB_STEPS)})
            row = found.one()
        if row.others:
            raise AssertionError(f"{row.others} sub-steps of the measured batch were not completed")
        return Span(row.begun, row.ended)

    async def account_times(self, organisation_id: UUID) -> list[float]:
        """When each account of the organisation was requested, in seconds of the epoch, by the database's clock."""
        async with self.database.transaction(organisation_id) as transaction:
            return list((await transaction.execute(_ACCOUNTS, {"organisation": organisation_id})).scalars())


def _result_of(child: Child) -> Measured:
    return Measured(**json.loads(child.log.with_suffix(".json").read_text()))
