"""`registration`: the command line. `GROUPS` says where its commands are and what they do.

A command or a group of commands is imported only when it is asked for, so that each answers quickly.
"""

import asyncio
import inspect
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from cyclopts import App, CycloptsError
from pydantic import ValidationError

from interfaces.cli.escaping import complain
from interfaces.cli.process.interrupted import NOTHING, UNKNOWN, standing
from interfaces.cli.process.interrupts import Interrupted, Interrupts
from interfaces.cli.process.streams import DONE, FAILED, WRONG_USE, OutputConsole, not_text
from interfaces.cli.program import main
from registration.errors import Refused, RegistrationError

GROUPS: dict[str, tuple[str, str]] = {
    "import": ("interfaces.cli.commands.import_:app", "Bring restaurants in from a CSV file."),
    "convert-leads": (
        "interfaces.cli.commands.convert_leads:app",
        "Make restaurants of leads, and batches of these if asked.",
    ),
    "start": ("interfaces.cli.commands.start:app", "Start a batch: of restaurants, of a CSV file, or an existing one."),
    "batches": ("interfaces.cli.commands.batches:app", "List the batches, those that need somebody first."),
    "show": ("interfaces.cli.commands.show:app", "Show a batch with its restaurants, or a job with its story."),
    "watch": ("interfaces.cli.commands.watch:app", "Watch a batch while it runs."),
    "gates": ("interfaces.cli.commands.gates:app", "Say what waits for people, since when, in which batch."),
    "answer": (
        "interfaces.cli.commands.answer:app",
        "Answer the gates of a batch at the terminal or from a file.",
    ),
    "export-gate": ("interfaces.cli.commands.export_gate:app", "Write what waits at the gates to a file to fill in."),
    "export": (
        "interfaces.cli.commands.export:app",
        "Export what became of each restaurant of a batch, as CSV or JSON.",
    ),
    "retry": ("interfaces.cli.commands.retry:app", "Retry a job, or every failed job of a batch."),
    "resolve": (
        "interfaces.cli.commands.resolve:app",
        "Settle an effect: only a person can tell whether it happened.",
    ),
    "cancel": ("interfaces.cli.commands.cancel:app", "Cancel a batch or a job: no further effect starts."),
    "continue": ("interfaces.cli.commands.continue_:app", "Go on with a batch that its failure threshold stopped."),
    "clean-query": (
        "interfaces.cli.commands.clean_query:app",
        "Say what the companies register is asked for a restaurant.",
    ),
    "rank": ("interfaces.cli.commands.rank:app", "Try the ranking of companies on cases from a file."),
    "settings": ("interfaces.cli.commands.settings:app", "What is switched on for an organisation."),
    "credentials": ("interfaces.cli.commands.credentials:app", "Show or store the password of an account."),
    "doctor": ("interfaces.cli.commands.doctor:app", "Say whether everything is in order, and what to do if not."),
    "db": ("interfaces.cli.commands.db:app", "The database's schema: bring it up to date, say what is missing."),
}

__all__ = ["GROUPS", "app", "main", "run"]
# An environment that is installed already has its program begin with this module's `main`.

_SAY_THEMSELVES = {"answer", "start"}
_READING = {"batches", "show", "watch", "gates", "export-gate", "export", "clean-query", "rank", "doctor"}
"""Whatever these are interrupted in, nothing was written to the database."""

app = App(
    "registration",
    help="Registers restaurants in bulk on the Pumpd ordering platform.",
    help_epilogue="Exit codes: 0 done, 1 failed, 2 wrong use, 3 waiting for a person, 130 Ctrl-C, 143 terminated.",
    version=lambda: version("restaurant-registration"),
    result_action="return_value",
    console=OutputConsole(),
    error_console=OutputConsole(stderr=True),
)
for name, (place, text) in GROUPS.items():
    app.command(place, name=name, help=text)


def run(arguments: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Run one command and return its exit code; what went wrong is one line on stderr, never a traceback.

    A command returns its exit code, or nothing for `DONE`. `interrupts` ends it when a signal comes.
    """
    if wrong := not_text(arguments):
        complain(wrong)
        return WRONG_USE
    try:
        command, bound, _ = app.parse_args(list(arguments), exit_on_error=False, print_error=True)
        standing.now(NOTHING if arguments[:1] and arguments[0] in _READING | _SAY_THEMSELVES else UNKNOWN)
        result: Any = command(*bound.args, **bound.kwargs)
        if inspect.iscoroutine(result):
            result = (interrupts or Interrupts()).run(result)
    except CycloptsError:
        return WRONG_USE
    except RegistrationError as error:
        complain(error.message)
        return WRONG_USE if isinstance(error, Refused) else FAILED
    except ValidationError as error:
        if error.title != "Settings":
            raise
        complain(_wrong_settings(error))
        return WRONG_USE
    except Interrupted as interrupted:
        return interrupted.code
    except asyncio.CancelledError:
        return FAILED
    return result if isinstance(result, int) else DONE


def _wrong_settings(error: ValidationError) -> str:
    # The values stay out of it: one of them may be a secret.
    wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False))
    return f"the environment has wrong settings (REGISTRATION_…): {wrong}"
