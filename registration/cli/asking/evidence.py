"""What is shown about one restaurant before it is answered for: its candidates side by side, or its configuration."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from registration.open_questions import OpenQuestion
from registration.questions.cases import CompanyCase, UnreadableCase
from registration.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts

_WIDTH = 32
_LABELS = 16
_LINK = "register"
"""A link that is broken into lines cannot be copied: it stands below."""
_COLOURS = {"in the way": "bold red", "to know": "yellow"}


def show_evidence(console: Console, one: OpenQuestion) -> None:
    """Everything that is known for the decision, what went wrong first."""
    if isinstance(one.case, UnreadableCase):
        _show_facts(console, unreadable_facts(one.case))
    elif isinstance(one.case, CompanyCase):
        _show_facts(console, company_facts(one.case))
        candidates = [_in_few_rows(candidate_facts(one.case, candidate)) for candidate in one.case.candidates]
        _show_candidates(console, candidates)
    else:
        _show_facts(console, config_facts(one.case))


def _show_facts(console: Console, facts: Mapping[str, str]) -> None:
    table = _grid()
    for label in sorted(facts, key=lambda label: label not in _COLOURS):
        if facts[label]:
            table.add_row(Text(label), Text(facts[label], style=_COLOURS.get(label, "")))
    console.print(table)


def _show_candidates(console: Console, candidates: Sequence[Mapping[str, str]]) -> None:
    """As many beside each other as the terminal is wide for; their links below, whole, so that they can be copied."""
    beside = max(1, (console.width - _LABELS) // _WIDTH)
    for first in range(0, len(candidates), beside):
        console.print(_side_by_side(candidates[first : first + beside], first + 1))
    for number, row in enumerate(candidates, 1):
        link = Text(row[_LINK], style=Style(dim=True, link=row[_LINK]))
        console.print(Text.assemble(f"{number}  ", link), soft_wrap=True)


def _in_few_rows(facts: dict[str, str]) -> dict[str, str]:
    """The scores on one row: eight candidates should fit on a screen."""
    scores = {label: facts.pop(label) for label in ("name score", "address score", "found by")}
    facts["score"] += f" (name {scores['name score']}, address {scores['address score']})"
    return facts


def _side_by_side(candidates: Sequence[Mapping[str, str]], first: int) -> Table:
    table = _grid()
    for _ in candidates:
        table.add_column(width=_WIDTH - 2, overflow="fold")
    table.add_row("", *(Text(str(number), style="bold cyan") for number in range(first, first + len(candidates))))
    for label in candidates[0]:
        texts = [facts[label] for facts in candidates]
        if any(texts) and label != _LINK:
            style = "bold" if label == "company" else ""
            table.add_row(Text(label), *(Text(text, style=style) for text in texts))
    return table


def _grid() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=_LABELS - 2, style="bright_black")
    return table
