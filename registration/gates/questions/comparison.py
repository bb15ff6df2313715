"""What a form has no room for, as one page beside it: every candidate of every restaurant, every proposal in full."""

from collections.abc import Iterable, Mapping

from registration.gates.questions.cases import CompanyContext, ConfigContext, GateContext, UnreadableCase
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.gates.wording import title
from registration.kit.markdown import bold, escape, link

_FIRST = frozenset({"score", "company", "number", "register"})
_PLAIN = frozenset({"address", "status"})


def compare_companies(cases: Iterable[CompanyContext | UnreadableCase]) -> str:
    """Markdown: per restaurant what was searched, and its candidates one below the other, best first."""
    return "\n\n".join(_unreadable(case) if isinstance(case, UnreadableCase) else _companies(case) for case in cases)


def compare_configs(cases: Iterable[ConfigContext | UnreadableCase]) -> str:
    """Markdown: per restaurant its whole proposal, one line per fact; what is in the way comes first."""
    return "\n\n".join(
        _unreadable(case) if isinstance(case, UnreadableCase) else _configuration(case) for case in cases
    )


def _unreadable(case: UnreadableCase) -> str:
    return f"{_heading(case)}\n\n{_listed(unreadable_facts(case))}"


def _configuration(case: ConfigContext) -> str:
    return f"{_heading(case)}\n\n{_listed(config_facts(case))}"


def _heading(case: GateContext) -> str:
    return f"### {escape(title(case.restaurant_name, case.city))}"


def _listed(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {label}: {escape(told)}" for label, told in facts.items() if told)


def _companies(case: CompanyContext) -> str:
    facts = company_facts(case)
    facts.pop("city", None)
    return "\n\n".join(filter(None, (_heading(case), _listed(facts), _candidates(case))))


def _candidates(case: CompanyContext) -> str:
    """A numbered list: the UI wraps no cells of a table and hides what is right of its third column."""
    told = (candidate_facts(case, candidate) for candidate in case.candidates)
    return "\n".join(f"{place}. {_candidate(facts)}" for place, facts in enumerate(told, start=1))


def _candidate(facts: Mapping[str, str]) -> str:
    known = [bold(facts["score"]), f"{bold(facts['company'])} {link(facts['number'], facts['register'])}"]
    others = {label: escape(told) for label, told in facts.items() if told and label not in _FIRST}
    known += [told if label in _PLAIN else f"{label} {told}" for label, told in others.items()]
    return " · ".join(known)
