"""What a person sees about one job at the configuration gate: what is proposed and what stands in its way."""

from registration.configuration.models import YoloConfig
from registration.gates.questions.cases import ConfigContext, Difference
from registration.gates.questions.facts import address_line
from registration.kit.markdown import bold, escape, paragraphs
from registration.kit.opening_hours_text import format_opening_hours
from registration.restaurants.models import MenuChoice
from registration.workflow.sub_steps import SubStepName

_ACCOUNT = {True: "exists already", False: "will be created", None: "not known"}


def config_evidence(case: ConfigContext) -> str:
    """The evidence as Markdown, what is in the way first."""
    error = case.extraction_error
    return paragraphs(
        f"**Your last answer was not taken:** {escape(case.refused)}" if case.refused else None,
        *(f"**In the way:** {escape(reason)}" for reason in case.refusals),
        f"**Menu and branding extraction failed:** {escape(error)}" if error else None,
        *(f"**Left out of the proposal:** {escape(problem)}" for problem in case.proposal.problems),
        _account(case.config, case.has_account),
        _restaurant(case.config, (case.company_name, case.company_number)),
        _looks(case.config, case.selected_menu),
        _left_out(case.config),
        *map(_difference, case.differences),
    )


def _account(config: YoloConfig, has_account: bool | None) -> str:
    return _facts(
        ("Account", f"{_text(config.account.email)} ({_ACCOUNT[has_account]})"),
        ("Phone", _text(config.restaurant.phone)),
        ("Contact", _text(config.onboarding.user_name)),
    )


def _restaurant(config: YoloConfig, company: tuple[str | None, str | None]) -> str:
    hours = config.restaurant.opening_hours
    return _facts(
        ("Company", " · ".join(escape(part) for part in company if part) or "none"),
        ("Address", _text(address_line(config.restaurant.address, config.restaurant.city))),
        ("Hours", escape(format_opening_hours(hours)) if hours else "none"),
    )


def _looks(config: YoloConfig, menu: MenuChoice | None) -> str:
    website = config.website
    header = website.header_image_source if website.configure_header else None
    return _facts(
        ("Menu", f"version {menu.version} with {menu.items} items" if menu else "none"),
        ("Colours", f"{_text(website.primary_color)} and {_text(website.secondary_color)}, {website.theme} theme"),
        ("Header image", escape(header.replace("_", " ")) if header else "none"),
        ("Items", f"as {website.item_layout}"),
        ("Stripe link", "yes" if config.payment.include_stripe_link else "no"),
    )


def _left_out(config: YoloConfig) -> str | None:
    off = [escape(name) for name in SubStepName if not config.is_enabled(name)]
    return f"**Not run:** {', '.join(off)}" if off else None


def _difference(difference: Difference) -> str:
    label = escape(difference.label.capitalize())
    return f"{label}: {bold(difference.typed)} is kept as typed; the register says {bold(difference.register)}"


def _facts(*facts: tuple[str, str]) -> str:
    return " · ".join(f"{name}: {value}" for name, value in facts)


def _text(text: str | None) -> str:
    return bold(text) if text else "none"
