"""What a form has no room for, as one page beside it: every candidate of every restaurant, every proposal in full."""

from collections.abc import Iterable, Mapping

from registration.questions.cases import CompanyCase, ConfigCase
from registration.questions.facts import candidate_facts, company_facts, config_facts
from registration.questions.labels import title
from registration.questions.markdown import escape, link

_FIRST = ("score", "company", "address")
_IN_THE_LINK = frozenset({"number", "register"})


def compare_companies(cases: Iterable[CompanyCase]) -> str:
    """Markdown: per restaurant what was searched, and its candidates in a table, best first."""
    return "\n\n".join(_companies(case) for case in cases)


def compare_configs(cases: Iterable[ConfigCase]) -> str:
    """Markdown: per restaurant its whole proposal, one line per fact; what is in the way comes first."""
    return "\n\n".join(f"{_heading(case)}\n\n{_listed(config_facts(case))}" for case in cases)


def _heading(case: CompanyCase | ConfigCase) -> str:
    return f"### {escape(title(case.restaurant_name, case.city))}"


def _listed(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {label}: {escape(told)}" for label, told in facts.items() if told)


def _companies(case: CompanyCase) -> str:
    facts = company_facts(case)
    facts.pop("city", None)
    return "\n\n".join(filter(None, (_heading(case), _listed(facts), _table(case))))


def _table(case: CompanyCase) -> str:
    """The columns that say something about any of the candidates; the number links to the register.

    The UI wraps no cells: about three columns are seen at once.
    """
    rows = [candidate_facts(case, candidate) for candidate in case.candidates]
    if not rows:
        return ""
    told = [name for name in rows[0] if name not in _IN_THE_LINK and any(row[name] for row in rows)]
    columns = [*_FIRST, *(name for name in told if name not in _FIRST)]
    lines = [columns, ["---"] * len(columns), *([_cell(row, column) for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(row: Mapping[str, str], column: str) -> str:
    if column == "company":
        return f"{escape(row['company'])} {link(row['number'], row['register'])}"
    return escape(row[column])
