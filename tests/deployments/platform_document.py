"""The parts of docs/platform.md that are generated from the code and the contract's data."""

from registration.configuration.features import EXTRACTIONS, FEATURES
from registration.database.platform_rights import SECRETS
from registration.health.deep.probes import QUERIES
from registration.health.deep.tables import used_tables
from registration.health.deep.walk import CHECKLIST
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart
from tests.platform_contract.contract import contract


def requests() -> list[str]:
    """A line for each sub-step: its route, its feature, and its evidence from tables and over HTTP."""
    lines: list[str] = []
    for name, row in SUB_STEPS.items():
        record = RECORDS[name]
        flag = f"`registration.{FEATURES[name]}`" if name in FEATURES else "none"
        by_http = f"{record.http.value} ({record.route})" if record.http else "its answer alone"
        path = contract().endpoints[row.endpoint].path
        lines.append(f"| {name} | `{path}` | {flag} | {record.tables.value} ({record.table}) | {by_http} |")
    return lines


def extractions() -> list[str]:
    """A line for each route that starts an extraction."""
    routes = {
        "extract-menu-premium": (ExtractionStart.MENU, "Uber Eats"),
        "extractions/start": (ExtractionStart.MENU, "DoorDash"),
        "website-extraction/branding": (ExtractionStart.BRANDING, "the restaurant's website"),
    }
    endpoints = {name: contract().endpoints[name] for name in routes}
    lines: list[str] = []
    for name, endpoint in endpoints.items():
        start, reads = routes[name]
        lines.append(f"| {start} | `{endpoint.path}` | {_flag(start, endpoint.feature_flag)} | {reads} |")
    return lines


def _flag(start: ExtractionStart, flags: list[str] | None) -> str:
    return f"`{EXTRACTIONS[start]}`" if flags else "none"


def questions() -> list[str]:
    """A line for each query, with the members that are read."""
    lines: list[str] = []
    for query in QUERIES:
        members = "; ".join(_members(part, names) for part, names in query.members.items())
        lines.append(f"| {query.name} | `{query.path}` | {query.subject} | {members} |")
    return lines


def _members(part: str, names: tuple[str, ...]) -> str:
    return f"{part + ': ' if part else ''}{', '.join(names)}"


def tables() -> list[str]:
    """A line for each table: columns that are read, new rows, columns that are changed, deleted rows."""
    lines: list[str] = []
    for name, used in used_tables().items():
        added, changed = "yes" if used.insert else "no", ", ".join(used.update) or "nothing"
        deleted = "yes" if used.delete else "no"
        lines.append(f"| `{name}` | {', '.join(used.select)} | {added} | {changed} | {deleted} |")
    return lines


def secrets() -> list[str]:
    """A line for each table with columns that our role must not read."""
    return [f"| `{table}` | {', '.join(columns)} |" for table, columns in SECRETS.items()]


def checklist() -> list[str]:
    """The lines of `registration doctor --deep`."""
    return [f"- {one}" for one in CHECKLIST]


GENERATED = {
    "Requests": requests,
    "Extractions": extractions,
    "Questions": questions,
    "Tables and rights": tables,
    "Secrets": secrets,
    "The checklist": checklist,
}
"""The generated parts by heading of the document."""
