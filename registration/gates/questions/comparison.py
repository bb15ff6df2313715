"""The evidence that a form has no room for, as one page: every candidate of every restaurant, every
proposal in full.
"""

from collections.abc import Iterable, Mapping

from registration.gates.questions.contexts import (
    CompanyContext,
    ConfigContext,
    GateContext,
    TagsContext,
    UnreadableContext,
)
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.gates.wording import title
from registration.kit.markdown import bold, escape, link

_FIRST = frozenset({"score", "company", "number", "register"})
_PLAIN = frozenset({"address", "status"})


def compare_companies(contexts: Iterable[CompanyContext | UnreadableContext]) -> str:
    """Markdown: for each restaurant the query and its candidates one below the other, best first."""
    return "\n\n".join(
        _unreadable(context) if isinstance(context, UnreadableContext) else _companies(context) for context in contexts
    )


def compare_configs(contexts: Iterable[ConfigContext | UnreadableContext]) -> str:
    """Markdown: for each restaurant its whole proposal, one line per fact, problems first."""
    return "\n\n".join(
        _unreadable(context) if isinstance(context, UnreadableContext) else _configuration(context)
        for context in contexts
    )


def compare_tags(contexts: Iterable[TagsContext | UnreadableContext]) -> str:
    """Markdown: for each restaurant every dish whose tag contradicts the menu."""
    return "\n\n".join(
        _unreadable(context) if isinstance(context, UnreadableContext) else _tags(context) for context in contexts
    )


def _tags(context: TagsContext) -> str:
    found = "\n".join(f"- {escape(str(one))}" for one in context.found)
    return f"{_heading(context)}\n\n{found}"


def _unreadable(context: UnreadableContext) -> str:
    return f"{_heading(context)}\n\n{_listed(unreadable_facts(context))}"


def _configuration(context: ConfigContext) -> str:
    return f"{_heading(context)}\n\n{_listed(config_facts(context))}"


def _heading(context: GateContext | TagsContext) -> str:
    return f"### {escape(title(context.restaurant_name, context.city))}"


def _listed(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {label}: {escape(text)}" for label, text in facts.items() if text)


def _companies(context: CompanyContext) -> str:
    facts = company_facts(context)
    facts.pop("city", None)
    return "\n\n".join(filter(None, (_heading(context), _listed(facts), _candidates(context))))


def _candidates(context: CompanyContext) -> str:
    """A numbered list, because the UI does not wrap cells of a table and hides all columns after the third."""
    candidates = (candidate_facts(context, candidate) for candidate in context.candidates)
    return "\n".join(f"{rank}. {_candidate(facts)}" for rank, facts in enumerate(candidates, start=1))


def _candidate(facts: Mapping[str, str]) -> str:
    known = [bold(facts["score"]), f"{bold(facts['company'])} {link(facts['number'], facts['register'])}"]
    others = {label: escape(text) for label, text in facts.items() if text and label not in _FIRST}
    known += [text if label in _PLAIN else f"{label} {text}" for label, text in others.items()]
    return " · ".join(known)
