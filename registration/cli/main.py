"""`registration`: the command line. `GROUPS` says where its commands are and what they do.

A command or a group of commands is imported only when it is asked for, so that each answers quickly.
"""

import asyncio
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from cyclopts import App, CycloptsError
from pydantic import ValidationError

from registration.errors import Refused, RegistrationError

DONE, FAILED, WRONG_USE, WAITING_FOR_A_PERSON = 0, 1, 2, 3

GROUPS: dict[str, tuple[str, str]] = {
    "db": ("registration.cli.db:app", "The database's schema: bring it up to date, say what is missing."),
}

app = App(
    "registration",
    help="Registers restaurants in bulk on the Pumpd ordering platform.",
    help_epilogue="Exit codes: 0 done, 1 failed, 2 wrong use, 3 waiting for a person.",
    version=lambda: version("restaurant-registration"),
    result_action="return_value",
)
for name, (place, text) in GROUPS.items():
    app.command(place, name=name, help=text)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what went wrong is one line on stderr, never a traceback.

    A command returns its exit code, or nothing for `DONE`.
    """
    try:
        result: Any = app(list(arguments), exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return WRONG_USE
    except RegistrationError as error:
        print(f"registration: {error.message}", file=sys.stderr)
        return WRONG_USE if isinstance(error, Refused) else FAILED
    except ValidationError as error:
        if error.title != "Settings":
            raise
        print(f"registration: {_wrong_settings(error)}", file=sys.stderr)
        return WRONG_USE
    except (KeyboardInterrupt, asyncio.CancelledError):
        return FAILED
    return result if isinstance(result, int) else DONE


def _wrong_settings(error: ValidationError) -> str:
    # The values stay out of it: one of them may be a secret.
    wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False))
    return f"the environment has wrong settings (REGISTRATION_…): {wrong}"


def main() -> None:
    """The entry point of the installed program."""
    sys.exit(run(sys.argv[1:]))
