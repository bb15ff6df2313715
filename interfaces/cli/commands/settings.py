"""`registration settings`: the policies that an organisation has switched on for all of its batches."""

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
    """Show the policies of an organisation, or switch one on or off; every switch is recorded.

    Args:
        auto_select_clear_matches: From now on choose a company that is clearly the best without asking a person.
        by: The person who switches, for the record.
        why: The reason, for the record.
        organisation: The organisation. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        if auto_select_clear_matches is not None:
            on = auto_select_clear_matches
            await set_auto_select(context.database, context.organisation_id, on=on, attribution=attributed)
        current = await organisation_settings(context.database, context.organisation_id)
    if as_json:
        print_json(asdict(current))
        return
    for name, on in asdict(current).items():
        output().print(Text(f"{name.replace('_', '-')}  {'on' if on else 'off'}"), soft_wrap=True)
