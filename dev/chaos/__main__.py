"""`make chaos`: tries to break the product's promises on a stack of its own; the last line is JSON."""

import asyncio
import json
import secrets
import shutil
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dev.chaos.lab import ONE_PROCESS, SEVERAL, Lab
from dev.chaos.programme import Report, carry_out, carry_out_mixtures, programme
from dev.chaos.trial import Trial
from dev.chaos.verdicts import KINDS, Outcome, Verdict
from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.stack import StackOptions
from dev.stack.temporary import temporary_folder
from registration.errors import RegistrationError


def case_line(outcome: Outcome) -> str:
    """One case as JSON."""
    found = {kind: list(findings) for kind, findings in asdict(outcome.verdict).items()}
    return json.dumps({"case": outcome.case, "seconds": round(outcome.seconds, 1), **found}, ensure_ascii=False)


def last_line(outcomes: Sequence[Outcome], seed: int) -> str:
    """The sums over all cases as JSON."""
    return json.dumps({"cases": len(outcomes), **_sums(outcomes), "seed": seed})


def all_kept(outcomes: Sequence[Outcome]) -> bool:
    """True if at least one case was tried, and no case has a finding."""
    return bool(outcomes) and not any(outcome.verdict.findings for outcome in outcomes)


def as_table(outcomes: Sequence[Outcome]) -> Table:
    """One row per group: number of cases, longest duration, findings."""
    table = Table(title="Faults", title_justify="left")
    for heading in ("group", "cases", "longest", *(kind.replace("_", " ") for kind in KINDS)):
        table.add_column(heading, justify="left" if heading == "group" else "right")
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.group].append(outcome)
    for group, members in groups.items():
        longest = max(outcome.seconds for outcome in members)
        counts = (f"[red]{count}[/]" if count else "0" for count in _sums(members).values())
        table.add_row(group, str(len(members)), f"{longest:.0f} s", *counts)
    return table


def _sums(outcomes: Sequence[Outcome]) -> dict[str, int]:
    whole = Verdict.together(outcome.verdict for outcome in outcomes)
    return {kind: len(getattr(whole, kind)) for kind in KINDS}


KEPT, BROKEN = 0, 1
LOGS = Path(".local/faults")
WIDTH = 100
"""Width of the table in a file; without it the file would count as a terminal of 80 characters."""


async def faults(console: Console, given: Namespace) -> int:
    """Try the chosen trials; the exit code is 0 if every promise was kept."""
    begin = time.monotonic()

    def report(outcome: Outcome) -> None:
        mark = "[red]✗[/]" if outcome.verdict.findings else "[green]✓[/]"
        console.print(f"{time.monotonic() - begin:5.0f} s {mark} {outcome.case}", soft_wrap=True)
        for finding in outcome.verdict.findings:
            console.print(f"        {finding}", soft_wrap=True, markup=False)

    outcomes: list[Outcome] = []
    for stack, trials in _by_stack(given):
        with temporary_folder() as folder:
            console.print(f"starting {_parts(stack)} in {folder} …")
            async with Lab.running(folder, stack) as lab:
                found = await _try(lab, trials, given, report)
            if not all_kept(found):
                console.print(f"the logs are kept in {_keep_logs(folder)}")
        outcomes += found
    for outcome in outcomes:
        print(case_line(outcome))
    console.print(as_table(outcomes))
    print(last_line(outcomes, given.seed), flush=True)
    return KEPT if all_kept(outcomes) else BROKEN


def _keep_logs(folder: Path) -> Path:
    """Copy the logs of servers and processes to a folder that stays, for the analysis of a finding."""
    LOGS.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, LOGS)
    return LOGS


def _by_stack(given: Namespace) -> list[tuple[StackOptions, list[Trial]]]:
    """The stacks that are needed one after the other, with the trials of each; mixtures come from their seed."""
    if given.minutes:
        return [(ONE_PROCESS, [])]
    trials = programme(given.seed, given.only)
    each = [(stack, [trial for trial in trials if trial.stack is stack]) for stack in (ONE_PROCESS, SEVERAL)]
    return [(stack, chosen) for stack, chosen in each if chosen]


def _parts(stack: StackOptions) -> str:
    if stack is ONE_PROCESS:
        return "Postgres, Prefect server and sandbox"
    servers = f"{stack.servers} Prefect API servers, their services, a load balancer"
    return f"Postgres, Redis, {servers}, {stack.workers} workers and sandbox"


async def _try(lab: Lab, trials: Sequence[Trial], given: Namespace, report: Report) -> list[Outcome]:
    if given.minutes:
        return await carry_out_mixtures(lab, given.seed, given.minutes, report)
    return await carry_out(lab, trials, report)


def _beginnings(names: str) -> list[str]:
    wanted = [name for name in names.split(",") if name]
    unknown = [name for name in wanted if not programme(0, [name])]
    if unknown:
        groups = sorted({case.partition("/")[0] for trial in programme(0, [""]) for case in trial.cases})
        raise ArgumentTypeError(f"no case begins with {', '.join(unknown)}; there are {', '.join(groups)}")
    return wanted


_HELP_ONLY = (
    "prefixes of case names; the group scale is tried only if it is named, and needs the system's packages"
    " redis-server and haproxy"
)


def main() -> int:
    """The exit code: 0 when every promise was kept, 1 if one was broken or could not be tried, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="python -m dev.chaos", description=__doc__)
    parser.add_argument("--only", type=_beginnings, default=[], metavar="CASE,…", help=_HELP_ONLY)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="seed of all random choices")
    parser.add_argument(
        "--minutes", type=float, help="instead of the programme, random mixtures of the seed for this many minutes"
    )
    given, console = parser.parse_args(), Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    try:
        return run_interruptible(faults(console, given), "make chaos")
    except (StackError, RegistrationError, TimeoutError, asyncio.CancelledError) as error:
        print(f"make chaos: {str(error) or type(error).__name__}", file=sys.stderr)
        return BROKEN


if __name__ == "__main__":
    sys.exit(main())
