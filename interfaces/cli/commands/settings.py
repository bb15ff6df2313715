"""`registration settings`: what an organisation has switched on for all of its batches."""

from dataclasses import asdict

from cyclopts import App
from rich.text import Text

from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.gates.policies import organisation_settings, set_auto_select

app = App(
    "settings",
    help_epilogue="""
Examples:
  registration settings
  registration settings --auto-select-clear-matches --by "Mere"
  registration settings --no-auto-select-clear-matches
""",
    help_format="plaintext",
)


@app.default
async def settings(
    *,
    auto_select_clear_matches: bool | None = None,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Show what is switched on for an organisation, or switch it. That you did is recorded.

    Args:
        auto_select_clear_matches: Take a company that is clearly best without asking anybody, from now on.
        by: Who switches.
        why: Why.
        organisation: Whose. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    said = attribution(by, why)
    async with open_context(organisation) as context:
        if auto_select_clear_matches is not None:
            on = auto_select_clear_matches
            await set_auto_select(context.database, context.organisation_id, on=on, attribution=said)
        found = await organisation_settings(context.database, context.organisation_id)
    if as_json:
        print_json(asdict(found))
        return
    for name, on in asdict(found).items():
        output().print(Text(f"{name.replace('_', '-')}  {'on' if on else 'off'}"), soft_wrap=True)
