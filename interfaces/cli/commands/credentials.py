"""`registration credentials`: the only commands that have to do with a password in clear text."""

import sys
from getpass import getpass

from cyclopts import App
from pydantic import SecretStr
from rich.text import Text

from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import is_text
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.accounts.passwords import Cipher
from registration.accounts.service import rotate_passwords, set_password, show_password
from registration.errors import Refused
from registration.settings import settings

app = App("credentials")


@app.command
async def show(
    email: str, *, by: By = None, why: Why = None, organisation: Organisation = None, as_json: AsJson = False
) -> None:
    """Show the password of an account. That you saw it is recorded.

    Args:
        email: The account's e-mail.
        by: Who sees it.
        why: Why.
        organisation: Whose account. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    said, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    async with open_context(organisation) as context:
        shown = await show_password(context.database, context.organisation_id, email, cipher, said)
    password = shown.password.get_secret_value()
    if as_json:
        told = {"email": shown.email, "password": password, "account_state": shown.account_state}
        print_json(told | {"platform_account_id": shown.platform_account_id})
        return
    output().print(
        Text(f"e-mail    {shown.email}\npassword  {password}\naccount   {shown.account_state}"), soft_wrap=True
    )


@app.command(name="set")
async def set_(email: str, *, by: By = None, why: Why = None, organisation: Organisation = None) -> None:
    """Store the password of an account that is on the platform already; it is asked for, or read from a pipe.

    Args:
        email: The account's e-mail.
        by: Who says so.
        why: Why.
        organisation: Whose account. Default: REGISTRATION_ORGANISATION.
    """
    said, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    password = SecretStr(getpass("Password: ") if sys.stdin.isatty() else _piped())
    async with open_context(organisation) as context:
        await set_password(context.database, context.organisation_id, email, password, cipher, said)
    output().print("stored; retry the restaurants that failed for want of it", soft_wrap=True)


def _piped() -> str:
    """The first line of a pipe."""
    try:
        line = sys.stdin.readline().rstrip("\n")
    except UnicodeDecodeError:
        line = None
    if line is None or not is_text(line):
        raise Refused("the password is not UTF-8 text")
    return line


@app.command
async def rotate(*, by: By = None, why: Why = None, organisation: Organisation = None) -> None:
    """Encrypt every stored password with the first of REGISTRATION_ENCRYPTION_KEYS; after it, the others can go.

    Processes that began before the first key was set cannot open them any more: restart the workers before.

    Args:
        by: Who says so.
        why: Why.
        organisation: Whose accounts. Default: REGISTRATION_ORGANISATION.
    """
    said, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    async with open_context(organisation) as context:
        count = await rotate_passwords(context.database, context.organisation_id, cipher, said)
    output().print(f"encrypted with the first key: {count}", soft_wrap=True)
