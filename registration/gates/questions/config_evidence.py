"""The evidence for one job at the configuration gate: the proposal, and the problems that block it."""

from registration.gates.questions.contexts import ConfigContext, Difference
from registration.gates.questions.facts import NOT_TAKEN, Proposed, config_remarks
from registration.kit.markdown import bold, escape, paragraphs


def config_evidence(context: ConfigContext) -> str:
    """The evidence as Markdown, problems first."""
    remarks = list(config_remarks(context))
    not_taken = [remark for remark in remarks if remark.what == NOT_TAKEN]
    proposed = Proposed.of(context)
    return paragraphs(
        *(remark.markdown for remark in not_taken),
        *(f"**In the way:** {escape(reason)}" for reason in context.refusals),
        *(remark.markdown for remark in remarks if remark not in not_taken),
        _account(proposed),
        _restaurant(proposed),
        f"On the register: {escape(' · '.join(proposed.register))}" if proposed.register else None,
        _looks(proposed),
        f"**Not run:** {', '.join(map(escape, proposed.not_run))}" if proposed.not_run else None,
        *map(_difference, context.differences),
    )


def _account(proposed: Proposed) -> str:
    source = f" ({escape(proposed.contact_source)})" if proposed.contact_source else ""
    return _facts(
        ("Account", f"{_text(proposed.email)} ({proposed.account})"),
        ("Phone", _text(proposed.phone)),
        ("Contact", f"{_text(proposed.contact)}{source}"),
    )


def _restaurant(proposed: Proposed) -> str:
    return _facts(
        ("Company", " · ".join(map(escape, proposed.company)) or "none"),
        ("Address", _text(proposed.address)),
        ("Hours", escape(proposed.hours) or "none"),
    )


def _looks(proposed: Proposed) -> str:
    menu = proposed.menu
    return _facts(
        ("Menu", f"version {menu.version} with {menu.items} items" if menu else "none"),
        ("Colours", f"{' and '.join(map(_text, proposed.colours))}, {proposed.theme} theme"),
        ("Header image", escape(proposed.header_image)),
        ("Items", f"as {proposed.item_layout}"),
        ("Stripe link", proposed.stripe_link),
    )


def _difference(difference: Difference) -> str:
    label = escape(difference.label.capitalize())
    return f"{label}: {bold(difference.typed)} is kept as typed; the register says {bold(difference.register)}"


def _facts(*facts: tuple[str, str]) -> str:
    return " · ".join(f"{name}: {value}" for name, value in facts)


def _text(text: str | None) -> str:
    return bold(text) if text else "none"
