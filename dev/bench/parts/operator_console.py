"""The web console in a real browser: a batch of 50 opens, changes by itself, and both gates are answered.

The batch of the company gate and the one whose pages are measured are written into the database; the others are
prepared by the flows.

`live_s` is the time from an answer of the platform to its mark on the screen, `commit_s` the time from the commit of a
change to its mark. `live_s`, `share_percent` and `slowdown_percent` are those of a batch with eight restaurants in step
6 at a time: as many as the spacing of accounts leaves there in an installation, but each sub-step takes a second
instead of minutes. The figures `crowded_…` are those of a batch with all restaurants in step 6 at once, which keeps two
cores busy without any reader.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median, quantiles
from time import monotonic
from uuid import UUID

from playwright.async_api import expect
from sqlalchemy import text

from dev.bench.console_pages import PageCost, of_batch, page_cost
from dev.bench.console_people import READERS, Desk, reading, session
from dev.bench.cpu_time import settled
from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.on_screen import seconds_after_answers, watch
from dev.bench.report import Aim, Part, Reached
from dev.bench.served import Served, missed
from dev.bench.setups import waiting_batch
from dev.prefect_ui.operator import browsing
from dev.screenshots.companies import companies_to_choose
from dev.screenshots.desk import Desk as Batches
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE, Latencies
from dev.stack.waiting import eventually
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step

_OPENINGS, _CHANGES, _TURNS = 10, 5, 2
_BY_EVIDENCE = ("1", "m", "x", "1", "2")
"""A key for each unclear restaurant: the first candidate, no match, leave out, the second candidate."""
_WATCHED_SECONDS, _LIMIT = 60.0, 120.0
_SETTLED = 5.0
"""Transactions a second below which the streams have their first state."""
_LATENCIES = Latencies("one_second")
_AT_A_TIME = 8
_LIMIT_SET_UP = text("update registration_batch_jobs set max_parallel = :most where id = :batch")
_FIRST_JOB = text("select id from registration_jobs where batch_job_id = :batch order by position limit 1")
_AIMS = (
    Aim("open_ms", 400, " ms"),
    Aim("open_kb", 120, " kB"),
    Aim("page_ms", 400, " ms"),
    Aim("page_kb", 120, " kB"),
    Aim("live_s", 1.5, " s"),
    Aim("commit_s", 1.5, " s"),
    Aim("company_keys", 15),
    Aim("company_s", 60, " s"),
    Aim("config_clicks", 2),
    Aim("reader_core_percent", 1, " %"),
    Aim("queries_per_s", 1.1),
    Aim("share_percent", 5, " %"),
    Aim("slowdown_percent", 2, " %"),
)
"""The first is the judged one; a remark names those that were missed."""


@dataclass(frozen=True)
class _Watched:
    """A batch that a person watched: `seconds` from each answer of the platform to its mark on the screen;
    `share_percent` is the CPU of the console in percent of the CPU of the batch's process and both servers together.
    """

    seconds: list[float]
    share_percent: float

    @property
    def nearly_all(self) -> float:
        """The seconds within which 95 of 100 answers were there."""
        return quantiles(self.seconds, n=20)[-1]


async def _run(bench: Bench) -> Reached:
    waiting = await bench.prepare(AT_ONCE, decided=False)
    batch = f"/batches/{waiting.batch_id}"
    async with Served.running(bench) as served, browsing() as page:
        desk = Desk(served, page, waiting.organisation_id)
        await desk.sign_in()
        await desk.open(batch)
        opened = [await desk.open(batch) for _ in range(_OPENINGS)]
        commits = await _after_commits(desk, waiting.job_ids[:_CHANGES])
        async with session(served, waiting.organisation_id) as client:
            kilobytes = (await page_cost(client, batch)).kilobytes
        figures = {
            "open_ms": max(opened),
            "open_kb": kilobytes,
            "commit_s": max(commits),
            "queries_per_s": await _queries(served, waiting.organisation_id, batch),
        }
        keys, pages = await _chosen(desk, bench)
        clicks, clear, configurations = await _confirmed(desk)
        pages = {**pages, "configurations": configurations}
        watched = await _watched(desk, _AT_A_TIME)
        crowded = await _watched(desk, bench.restaurants)
        slowdown, reader = await _slowdown(served, _AT_A_TIME)
        crowded_slowdown, _ = await _slowdown(served, bench.restaurants)
    figures |= keys | {
        "page_ms": max(one.milliseconds for one in pages.values()),
        "page_kb": max(one.kilobytes for one in pages.values()),
        "live_s": watched.nearly_all,
        "live_median_s": median(watched.seconds),
        "live_slowest_s": max(watched.seconds),
        "crowded_s": crowded.nearly_all,
        "share_percent": watched.share_percent,
        "crowded_share_percent": crowded.share_percent,
        "config_clicks": clicks,
        "slowdown_percent": slowdown,
        "crowded_slowdown_percent": crowded_slowdown,
        "reader_core_percent": reader,
    }
    return Reached(
        figures,
        f"the slowest of {_OPENINGS} loads {figures['open_ms']:.0f} ms, the median {median(opened):.0f} ms;"
        f" {figures['open_kb']:.0f} kB compressed; server and size of each page:"
        f" {', '.join(f'{name} {cost}' for name, cost in pages.items())}; {len(watched.seconds)} answers of the"
        f" platform were on the screen after {figures['live_median_s']:.2f} s at the median, 95 % of them within"
        f" {figures['live_s']:.2f} s, all within {figures['live_slowest_s']:.2f} s, with {bench.restaurants}"
        f" restaurants at once 95 % within {figures['crowded_s']:.2f} s; {_CHANGES} commits within"
        f" {figures['commit_s']:.2f} s; {figures['company_keys']:.0f} keys for {bench.restaurants} companies,"
        f" {clicks:.0f} clicks for {clear} clear configurations; {READERS} readers:"
        f" {figures['queries_per_s']:.2f} transactions a second at rest, while the batch runs {reader:.2f} % of a core"
        f" each, and the batch takes {slowdown:.1f} % longer, {crowded_slowdown:.1f} % with all at once; one"
        f" reader costs {watched.share_percent:.1f} % of the CPU of a running batch, {crowded.share_percent:.1f} % with"
        " all at once",
        missed(_AIMS, figures),
    )


async def _after_commits(desk: Desk, job_ids: tuple[UUID, ...]) -> list[float]:
    """The seconds from each commit to its sign on the screen."""
    seconds: list[float] = []
    for job_id in job_ids:
        async with desk.served.bench.database.transaction(desk.organisation_id) as transaction:
            await advance(transaction, job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED)
        committed = monotonic()
        await expect(desk.page.locator(f"#job-{job_id} td.five .m").nth(4)).to_have_text("✓")
        seconds.append(monotonic() - committed)
    return seconds


async def _queries(served: Served, organisation_id: UUID, batch: str) -> float:
    """Transactions a second while many read one batch at rest; all but a few a minute have one query each."""
    async with served.costs() as costs, reading(served, organisation_id, batch):
        await eventually(lambda: costs.falls_to(_SETTLED), f"the first state of {READERS} streams", _LIMIT)
        before = await costs.now()
        await asyncio.sleep(_WATCHED_SECONDS)
        return (await costs.now()).since(before).transactions_per_second


async def _confirmed(desk: Desk) -> tuple[float, int, PageCost]:
    """The clicks until all clear configurations of a batch at its gate go ahead, how many are clear, and the cost of
    their page.
    """
    async with waiting_batch(desk.served.bench) as waiting:
        other = replace(desk, organisation_id=waiting.batch.organisation_id)
        path = f"/batches/{waiting.batch.batch_id}/configuration"
        async with session(desk.served, other.organisation_id) as client:
            cost = await page_cost(client, path)
        await other.sign_in()
        await other.open(path)
        return *await _go_ahead(other), cost


async def _go_ahead(desk: Desk) -> tuple[float, int]:
    first = desk.page.get_by_role("button", name=re.compile(r"^Go ahead with \d+ clear"))
    clear = int(re.findall(r"\d+", await first.inner_text())[0])
    clicked = (first, desk.page.get_by_role("button", name=re.compile(rf"^Register {clear} restaurants")))
    for button in clicked:
        await button.click()
    await expect(desk.page.locator("#outcome")).to_contain_text(f"{clear} restaurants go ahead")
    return float(len(clicked)), clear


async def _chosen(desk: Desk, bench: Bench) -> tuple[dict[str, float], Mapping[str, PageCost]]:
    """The keys and seconds until 45 clear and 5 unclear companies are decided and sent, and the cost of each page.

    The pages are measured before the decisions; one of the batches on them has restaurants in every state.
    """
    batches = Batches(bench.database, desk.organisation_id)
    batch_id, _ = await companies_to_choose(batches, "Companies", bench.restaurants, len(_BY_EVIDENCE))
    path = f"/batches/{batch_id}/company-selection"
    running = await batches.batch("Running", bench.restaurants, first=bench.restaurants)
    async with bench.database.transaction(desk.organisation_id) as transaction:
        job = UUID(str(await transaction.scalar(_FIRST_JOB, {"batch": running})))
    async with session(desk.served, desk.organisation_id) as client:
        paths = {**of_batch(running, job), "companies": path}
        pages = {name: await page_cost(client, one) for name, one in paths.items()}
    await desk.open(path)
    await expect(desk.page.locator("tr[id^=ask-]:focus")).to_have_count(1)
    keys, began = ("A", *_BY_EVIDENCE, "Enter"), monotonic()
    for key in keys:
        await desk.page.keyboard.press(key)
    await expect(desk.page.locator("#company-outcome")).to_contain_text(f"{bench.restaurants} answers are taken")
    return {"company_keys": float(len(keys)), "company_s": monotonic() - began}, pages


async def _watched(desk: Desk, at_a_time: int) -> _Watched:
    """Run step 6 of a batch, `at_a_time` restaurants at a time, while one person has its page on the screen."""
    bench = desk.served.bench
    batch = await _prepared(bench, at_a_time)
    one = replace(desk, organisation_id=batch.organisation_id)
    await one.sign_in()
    await one.open(f"/batches/{batch.batch_id}")
    await watch(one.page)
    async with desk.served.costs() as costs:
        servers, before = await settled(bench.stack), await costs.now()
        measured = await bench.run_batch(batch, NO_QUEUES)
        cost = (await costs.now()).since(before)
    running = (await settled(bench.stack) - servers).with_batches([measured.cpu_seconds])
    await expect(one.page.locator("tr[id^=job-] .m").filter(has_not_text="✓")).to_have_count(0)
    return _Watched(
        await seconds_after_answers(one.page, bench.platform, batch), 100 * cost.cpu_seconds / running.total
    )


async def _prepared(bench: Bench, at_a_time: int) -> PreparedBatch:
    """A batch before step 6, which at most `at_a_time` of its restaurants will do at a time."""
    batch = await bench.prepare(_LATENCIES)
    async with bench.database.transaction(batch.organisation_id) as transaction:
        await transaction.execute(_LIMIT_SET_UP, {"most": at_a_time, "batch": batch.batch_id})
    return batch


async def _slowdown(served: Served, at_a_time: int) -> tuple[float, float]:
    """Percent by which step 6 takes longer with readers, and the core percent of the console for each of them.

    Runs without and with readers take turns.
    """
    alone: list[float] = []
    watched: list[float] = []
    readers: list[float] = []
    for _ in range(_TURNS):
        alone.append((await _set_up(served, at_a_time, readers=0))[0])
        took, core = await _set_up(served, at_a_time, readers=READERS)
        watched.append(took)
        readers.append(core / READERS)
    return max(0.0, 100 * (min(watched) / min(alone) - 1)), median(readers)


async def _set_up(served: Served, at_a_time: int, readers: int) -> tuple[float, float]:
    """The seconds of step 6 of a batch, and the core percent of the console meanwhile."""
    batch = await _prepared(served.bench, at_a_time)
    path = f"/batches/{batch.batch_id}"
    async with served.costs() as costs, reading(served, batch.organisation_id, path, readers):
        before = await costs.now()
        await served.bench.run_batch(batch, NO_QUEUES)
        cost = (await costs.now()).since(before)
    return await served.bench.set_up_seconds(batch), cost.core_percent


PART = Part("console", "a batch of 50 restaurants opens in a browser", _AIMS[0], _run, minutes=10)
