"""`make eval-register`: measures the ranking of companies; prints the misses, the last line is JSON."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Console

from dev.ranking_eval.cases import Part, read_parts
from dev.ranking_eval.outcomes import Outcome, Shares, outcomes, shares, without_the_right_one
from interfaces.cli.output import add_rows, table
from registration.errors import BadFile

AIM = "aims: right at rank 1 ≥ 90 %, in the first three ≥ 97 %, none wrongly preselected, preselected ≥ 60 %"
DONE, FAILED = 0, 1


def evaluate(console: Console, parts: tuple[Part, ...]) -> int:
    """Print the misses, the table and the JSON. A missed aim is shown, and is not a failure."""
    ranked = {part.name: outcomes(part.cases) for part in parts}
    every = tuple(outcome for each in ranked.values() for outcome in each)
    _print_misses(console, every)
    measured = {name: shares(each) for name, each in ranked.items()} | {"all": shares(every)}
    console.print(add_rows(table("cases", "number", "rank 1", "first three", "wrong", "preselected"), _rows(measured)))
    with_one = [outcome.case for outcome in every if outcome.case.right]
    alone = outcomes(map(without_the_right_one, with_one))
    wrong = sum(outcome.is_preselected for outcome in alone)
    console.print(f"{AIM}\nhad the search missed the right company: {wrong} of {len(alone)} wrongly preselected")
    of_parts = {name: asdict(each) for name, each in measured.items() if name in ranked}
    print(json.dumps(asdict(measured["all"]) | {"parts": of_parts}), flush=True)
    return DONE


def _print_misses(console: Console, every: tuple[Outcome, ...]) -> None:
    misses = [outcome for outcome in every if outcome.is_a_miss]
    console.print(f"{len(misses)} misses" + (":" if misses else ""))
    for outcome in misses:
        case = outcome.case
        console.print(f"\n{case.restaurant}, {case.street}, {case.city} ({case.kind})", markup=False)
        console.print(add_rows(table("", "", "score", "company", "address"), _candidates(outcome)))
    console.print()


def _candidates(outcome: Outcome) -> Iterable[Iterable[object]]:
    for candidate in outcome.result.ranked[:4]:
        number = candidate.company.company_number
        right = "right" if number == outcome.case.right else ""
        chosen = "preselected" if number == outcome.result.preselected else ""
        yield right, chosen, candidate.score, candidate.company.company_name, candidate.company.registered_address


def _rows(measured: dict[str, Shares]) -> Iterable[Iterable[object]]:
    for name, one in measured.items():
        parts = (one.right_at_rank_1, one.right_in_first_three, one.wrongly_preselected, one.preselected)
        yield name, one.cases, *(f"{100 * part:.1f} %" for part in parts)


def main() -> int:
    """The exit code: 0 when everything was measured, 1 if the cases cannot be read."""
    try:
        return evaluate(Console(highlight=False, width=160), read_parts())
    except BadFile as error:
        print(f"make eval-register: {error.message}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
