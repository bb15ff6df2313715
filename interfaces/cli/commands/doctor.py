"""`registration doctor`: is everything in order, and if not, what to do next."""

import asyncio
from dataclasses import asdict
from importlib.metadata import version
from platform import python_version

from cyclopts import App
from rich.text import Text

from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import DONE, FAILED
from interfaces.cli.session import AsJson
from registration.health.deep.walk import check_deep
from registration.health.finding import Finding, Level, fine, worst
from registration.health.installation import check_disk, check_installed
from registration.settings import Settings, settings

app = App(
    "doctor",
    help_epilogue="""
Exit codes: 0 nothing is broken (there may be warnings), 1 something is.

Examples:
  registration doctor
  registration doctor --deep     before the first batch, and after every new version of the platform
  registration doctor --json | jq -r '.[] | select(.level != "ok") | .next_step'
""",
    help_format="plaintext",
)

_MARKS = {
    Level.OK: ("✓", "green"),
    Level.UNTOLD: ("?", "cyan"),
    Level.WARNING: ("!", "yellow"),
    Level.ERROR: ("✗", "bold red"),
}


@app.default
async def doctor(*, deep: bool = False, as_json: AsJson = False) -> int:
    """Look at versions, database, keys, browser slots, platform, register, notices, Prefect server, workers, disk.

    Args:
        deep: Walk the platform's checklist besides: its questions, tables, columns, rights, rows, flags; only reads.
        as_json: Print JSON.
    """
    findings = await _all(settings())
    if deep:
        findings += await check_deep(settings())
    if as_json:
        print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            _print(one)
    return FAILED if worst(findings) is Level.ERROR else DONE


async def _all(given: Settings) -> list[Finding]:
    from interfaces.cli.prefect_checks import check_prefect

    installed, server = await asyncio.gather(check_installed(given), check_prefect(given))
    return [_versions(), *installed, *server, check_disk(given)]


def _versions() -> Finding:
    names = ("restaurant-registration", "prefect")
    return fine("versions", ", ".join((f"python {python_version()}", *(f"{name} {version(name)}" for name in names))))


def _print(one: Finding) -> None:
    mark, style = _MARKS[one.level]
    console = output()
    console.print(Text.assemble((f"{mark} ", style), (f"{one.about}: ", "bold"), one.says), soft_wrap=True)
    if one.next_step:
        console.print(Text(f"    → {one.next_step}"), soft_wrap=True)
