"""`registration console sign-in`: a one-time link by which a person signs in at the web console."""

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from interfaces.cli.session import Organisation, open_context, single_line
from registration.database.session import organisation_exists
from registration.database.sign_in_queries import Person, SignInKind, make_token
from registration.errors import Refused
from registration.settings import Settings, settings

app = App("console", help_format="plaintext")

_MOST_MINUTES = 24 * 60
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


@app.command(
    name="sign-in",
    help_epilogue="""
Whoever opens the link first is signed in as this person; the link is worth nothing afterwards.

Examples:
  registration console sign-in --as mere@example.nz
  registration console sign-in --as Mere --role admin --minutes 60
""",
)
async def sign_in(
    *,
    as_: Annotated[str, Parameter(name="--as")],
    role: str = "operator",
    minutes: Annotated[float, Parameter(validator=Number(gt=0, lte=_MOST_MINUTES))] = 15,
    organisation: Organisation = None,
) -> None:
    """Print a link that signs one person in, once.

    Args:
        as_: The person's name or e-mail, for the record.
        role: What the person may do: viewer, operator or admin.
        minutes: How long the link can be used.
        organisation: Whose data. Default: REGISTRATION_ORGANISATION.
    """
    from interfaces.api.auth import Role

    if role not in list(Role):
        raise Refused(f"there is no role {role}: say one of {', '.join(Role)}")
    name = single_line("--as", as_)
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as transaction,
    ):
        if not await organisation_exists(transaction):
            raise Refused(f"there is no organisation {context.organisation_id}")
        person = Person(name, name, role)
        token = await make_token(transaction, SignInKind.LINK, person, 60 * minutes)
    print(f"{console_url(settings())}/sign-in#{token}")


def console_url(given: Settings) -> str:
    """Where browsers reach the console, without a slash at the end."""
    if given.console_url:
        return given.console_url.rstrip("/")
    host = _EVERYWHERE.get(given.api_host, given.api_host)
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{given.api_port}"
