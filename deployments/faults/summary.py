"""What the programme prints: a line of JSON per case, a table of the groups, and the last line."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from deployments.faults.verdicts import KINDS, Outcome, Verdict


def case_line(outcome: Outcome) -> str:
    """One case as JSON."""
    found = {kind: list(said) for kind, said in asdict(outcome.verdict).items()}
    return json.dumps({"case": outcome.case, "seconds": round(outcome.seconds, 1), **found}, ensure_ascii=False)


def last_line(outcomes: Sequence[Outcome], seed: int) -> str:
    """The sums over all cases as JSON."""
    return json.dumps({"cases": len(outcomes), **_sums(outcomes), "seed": seed})


def all_kept(outcomes: Sequence[Outcome]) -> bool:
    """Whether something was tried, and nothing was found."""
    return bool(outcomes) and not any(outcome.verdict.findings for outcome in outcomes)


def as_table(outcomes: Sequence[Outcome]) -> Table:
    """One row per group: how many cases, how long the longest took, what was found."""
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
