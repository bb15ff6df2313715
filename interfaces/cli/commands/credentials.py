"""`registration credentials`: the only commands that read or print a password in clear text."""

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
    """Show the password of an account, and record the person who asked.

    Args:
        email: The account's e-mail.
        by: The person who asks, for the record.
        why: The reason, for the record.
        organisation: The organisation of the account. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    async with open_context(organisation) as context:
        credential = await show_password(context.database, context.organisation_id, email, cipher, attributed)
    password = credential.password.get_secret_value()
    if as_json:
        document = {"email": credential.email, "password": password, "account_state": credential.account_state}
        print_json(document | {"platform_account_id": credential.platform_account_id})
        return
    output().print(
        Text(f"e-mail    {credential.email}\npassword  {password}\naccount   {credential.account_state}"),
        soft_wrap=True,
    )


@app.command(name="set")
async def set_(email: str, *, by: By = None, why: Why = None, organisation: Organisation = None) -> None:
    """Store the password of an account that exists on the platform. The password is typed, or read from a pipe.

    Args:
        email: The account's e-mail.
        by: The person who stores the password, for the record.
        why: The reason, for the record.
        organisation: The organisation of the account. Default: REGISTRATION_ORGANISATION.
    """
    attributed, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    password = SecretStr(getpass("Password: ") if sys.stdin.isatty() else _piped())
    async with open_context(organisation) as context:
        await set_password(context.database, context.organisation_id, email, password, cipher, attributed)
    output().print("stored; retry the restaurants that failed because the password was missing", soft_wrap=True)


def _piped() -> str:
    """The first line of standard input. Raises Refused if the line is not UTF-8 text."""
    try:
        line = sys.stdin.readline().rstrip("\n")
    except UnicodeDecodeError:
        line = None
    if line is None or not is_text(line):
        raise Refused("the password is not UTF-8 text")
    return line


@app.command
async def rotate(*, by: By = None, why: Why = None, organisation: Organisation = None) -> None:
    """Encrypt every stored password with the first of REGISTRATION_ENCRYPTION_KEYS; then the other keys can be removed.

    Restart the workers first: processes that started before the first key was set cannot decrypt the passwords.

    Args:
        by: The person who rotates the keys, for the record.
        why: The reason, for the record.
        organisation: The organisation of the accounts. Default: REGISTRATION_ORGANISATION.
    """
    attributed, cipher = attribution(by, why), Cipher(settings().encryption_keys)
    async with open_context(organisation) as context:
        count = await rotate_passwords(context.database, context.organisation_id, cipher, attributed)
    output().print(f"encrypted with the first key: {count}", soft_wrap=True)
