"""Common to option sets and tags: each run creates all of them again, and the answer has a summary.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the numbers are parsed from the script's output.
"""

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.reply import Body, failure, success

PARTLY, WARNINGS, NO_NUMBERS = "partly created", "warnings", "no line of numbers in the output"


def unreadable(error: str) -> Case:
    """A failure before the script."""
    return Case(500, says(failure(error, details=None)))


def failed_of(call: Call) -> int:
    """Number of items that could not be created."""
    return 1 if call.notes.get("case") == PARTLY else 0


def summed(call: Call, message: str, summary: dict[str, int]) -> Body:
    """The answer of a run, with its numbers."""
    case, line = call.notes.get("case"), f"Successfully created: {summary['created']}/{summary['total']}\n"
    if case in (WARNINGS, NO_NUMBERS):
        summary, line = {**summary, "created": 0, "failed": 0}, "Signing in\n"
    if "itemsAssigned" in summary and case != WARNINGS:
        line += f"Menu items assigned: {summary['itemsAssigned']}\n"
    error = 'Failed to create "Halal": not saved\n' if case == PARTLY else None
    body = success(message, summary=summary, output=line, error=error)
    return body | ({"success": False, "message": "Completed with warnings"} if case == WARNINGS else {})
