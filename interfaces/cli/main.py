"""The command line `registration`. `GROUPS` names the module and the help text of each command.

The module of a command is imported only when the command is called, so that every command starts quickly.
"""

import asyncio
import inspect
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from cyclopts import App, CycloptsError
from pydantic import ValidationError

from interfaces.cli.advice import describe_error
from interfaces.cli.escaping import complain
from interfaces.cli.process.interrupted import NOTHING, UNKNOWN, write_status
from interfaces.cli.process.interrupts import Interrupted, Interrupts
from interfaces.cli.process.streams import DONE, FAILED, WRONG_USE, OutputConsole, first_invalid_argument
from interfaces.cli.program import main
from registration.errors import Refused, RegistrationError

GROUPS: dict[str, tuple[str, str]] = {
    "import": ("interfaces.cli.commands.import_:app", "Import restaurants from a CSV file."),
    "restaurants": (
        "interfaces.cli.commands.restaurants:app",
        "List the restaurants; correct the data and the images of one.",
    ),
    "leads": ("interfaces.cli.commands.leads:app", "List the leads that can be converted; delete leads."),
    "convert-leads": (
        "interfaces.cli.commands.convert_leads:app",
        "Convert leads to restaurants, and open batches of them if asked.",
    ),
    "start": ("interfaces.cli.commands.start:app", "Start a batch: of restaurants, of a CSV file, or an existing one."),
    "batches": ("interfaces.cli.commands.batches:app", "List the batches, those that wait for a person first."),
    "show": ("interfaces.cli.commands.show:app", "Show a batch with its restaurants, or a job with its history."),
    "evidence": (
        "interfaces.cli.commands.evidence:app",
        "List or save the pages of the register that were not understood for a job.",
    ),
    "watch": ("interfaces.cli.commands.watch:app", "Watch a batch while it runs."),
    "gates": ("interfaces.cli.commands.gates:app", "List what waits for people, with batch and waiting time."),
    "answer": (
        "interfaces.cli.commands.answer:app",
        "Answer the gates of a batch at the terminal or from a file.",
    ),
    "export-gate": ("interfaces.cli.commands.export_gate:app", "Write the open questions to a file, to be filled in."),
    "export": (
        "interfaces.cli.commands.export:app",
        "Export the outcome of each restaurant of a batch, as CSV or JSON.",
    ),
    "retry": ("interfaces.cli.commands.retry:app", "Retry a job, or every failed job of a batch."),
    "resolve": (
        "interfaces.cli.commands.resolve:app",
        "Resolve an unknown effect, or record a sub-step as done by hand or not needed.",
    ),
    "item-tags": (
        "interfaces.cli.commands.item_tags:app",
        "Decide about tags of the platform that contradict the menu.",
    ),
    "cancel": ("interfaces.cli.commands.cancel:app", "Cancel a batch or a job: no further effect starts."),
    "leave": ("interfaces.cli.commands.leave:app", "Say that failed restaurants need nobody any more."),
    "rename": ("interfaces.cli.commands.rename:app", "Give a batch another name."),
    "continue": ("interfaces.cli.commands.continue_:app", "Go on with a batch that its failure threshold halted."),
    "clean-query": (
        "interfaces.cli.commands.clean_query:app",
        "Show the query that is sent to the companies register for a restaurant.",
    ),
    "rank": ("interfaces.cli.commands.rank:app", "Try the ranking of companies on cases from a file."),
    "settings": ("interfaces.cli.commands.settings:app", "Show or switch the policies of an organisation."),
    "credentials": ("interfaces.cli.commands.credentials:app", "Show or store the password of an account."),
    "doctor": ("interfaces.cli.commands.doctor:app", "Check the installation, and name a next step for each problem."),
    "serve": ("interfaces.cli.commands.serve:app", "Serve the web console and the REST API until interrupted."),
    "console": ("interfaces.cli.commands.console:app", "Make a link by which a person signs in at the web console."),
    "token": ("interfaces.cli.commands.token:app", "Print a token with which a person may call the REST API."),
    "db": ("interfaces.cli.commands.db:app", "Manage the database's schema: upgrade it, list what is missing."),
}

__all__ = ["GROUPS", "app", "main", "run"]
# The program of an environment that was installed earlier calls this module's `main`.

_SAY_THEMSELVES = {"answer", "start"}
_READING = {
    "batches",
    "leads",
    "show",
    "evidence",
    "watch",
    "gates",
    "export-gate",
    "export",
    "clean-query",
    "rank",
    "doctor",
    "serve",
    "token",
}
"""Commands that only read: when one is interrupted, nothing was written to the database."""

app = App(
    "registration",
    help="Registers restaurants in bulk on the Pumpd ordering platform.",
    help_epilogue="Exit codes: 0 done, 1 failed, 2 wrong use, 3 waiting for a person, 130 Ctrl-C, 143 terminated.",
    version=lambda: version("restaurant-registration"),
    result_action="return_value",
    console=OutputConsole(),
    error_console=OutputConsole(stderr=True),
)
for name, (module, text) in GROUPS.items():
    app.command(module, name=name, help=text)


def run(arguments: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Run one command and return its exit code; an error is one line on stderr, never a traceback.

    A command returns its exit code, or None for `DONE`. `interrupts` ends the command at a signal.
    """
    if wrong := first_invalid_argument(arguments):
        complain(wrong)
        return WRONG_USE
    try:
        command, bound, _ = app.parse_args(list(arguments), exit_on_error=False, print_error=True)
        write_status.update(NOTHING if arguments[:1] and arguments[0] in _READING | _SAY_THEMSELVES else UNKNOWN)
        result: Any = command(*bound.args, **bound.kwargs)
        if inspect.iscoroutine(result):
            result = (interrupts or Interrupts()).run(result)
    except CycloptsError:
        return WRONG_USE
    except RegistrationError as error:
        complain(describe_error(error))
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
    # The message names no values, because a value may be a secret.
    problems = "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False)
    )
    return f"the environment has wrong settings (REGISTRATION_…): {problems}"
