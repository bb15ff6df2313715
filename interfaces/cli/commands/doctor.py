"""`registration doctor`: checks the whole installation, and names the next step for each problem."""

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
Exit codes: 0 no error (there may be warnings), 1 at least one error.

Examples:
  registration doctor
  registration doctor --deep     before the first batch, and after every new version of the platform
  registration doctor --json | jq -r '.[] | select(.level != "ok") | .next_step'
""",
    help_format="plaintext",
)

_MARKS = {
    Level.OK: ("✓", "green"),
    Level.UNDETERMINED: ("?", "cyan"),
    Level.WARNING: ("!", "yellow"),
    Level.ERROR: ("✗", "bold red"),
}


@app.default
async def doctor(*, deep: bool = False, as_json: AsJson = False) -> int:
    """Check versions, database with its connections, keys, browser slots, platform, register, notices, Prefect
    server, workers and disk.

    Args:
        deep: Also check the platform's routes, tables, columns, rights, rows and feature flags, without any change.
        as_json: Print JSON.
    """
    findings = await _check_everything(settings())
    if deep:
        findings += await check_deep(settings())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(finding)
    return FAILED if worst(findings) is Level.ERROR else DONE


async def _check_everything(current: Settings) -> list[Finding]:
    from interfaces.cli.prefect_checks import check_prefect
    from interfaces.connection_plan import read_configured

    server, configured = await asyncio.gather(check_prefect(current), read_configured())
    installed = await check_installed(current, configured)
    return [_versions(), *installed, *server, check_disk()]


def _versions() -> Finding:
    names = ("restaurant-registration", "prefect")
    return fine("versions", ", ".join((f"python {python_version()}", *(f"{name} {version(name)}" for name in names))))


def _print(finding: Finding) -> None:
    mark, style = _MARKS[finding.level]
    console = output()
    console.print(Text.assemble((f"{mark} ", style), (f"{finding.about}: ", "bold"), finding.says), soft_wrap=True)
    if finding.next_step:
        console.print(Text(f"    → {finding.next_step}"), soft_wrap=True)
