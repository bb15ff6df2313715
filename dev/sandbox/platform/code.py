"""generate-code-injections and its query: head and body code of a website, stored in the restaurant's row.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: a missing row is created without an account,
which hides the account from the status. Inferred: nothing is kept outside; the content of the code.
"""

from datetime import UTC, datetime, timedelta

from dev.sandbox.names import words
from dev.sandbox.platform import kept, pumpd_restaurant_rows
from dev.sandbox.platform.call import Call, Row
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.reply import Body, failure, server_time, success
from dev.sandbox.platform.samples import CODE_CONFIG, MOMENT, prepared
from dev.sandbox.platform.scripts import CODE

CREATED, NOT_STORED, OLD = "created", "created, but not stored", "old code taken for new"
_FILES = {
    "headInjection": "head-injection.html",
    "bodyInjection": "body-injection.html",
    "configuration": "configuration.json",
    "completion": "completion.json",
}
FAILING = "script failed"
_EARLIER = timedelta(days=1)
"""Age of the earlier run whose files are taken for new ones."""


async def choose(call: Call) -> str:
    """Both colours must be set in the restaurant's row."""
    if call.restaurant is None:
        return "not found"
    return CREATED if call.restaurant.primary_color and call.restaurant.secondary_color else "no colours"


async def _store(call: Call) -> None:
    row = call.restaurant
    theme = "light" if row and row.theme == "light" else "dark"
    config: Row = CODE_CONFIG | {
        "restaurant": call.name,
        "primaryColor": (row and row.primary_color) or "#112233",
        "secondaryColor": (row and row.secondary_color) or "#445566",
        "theme": theme,
        "generatedAt": server_time(datetime.now(UTC) - _EARLIER) if call.played == OLD else server_time(),
        "noGradient": call.on("noGradient"),
    }
    style = f"<style>:root{{--primary:{config['primaryColor']};--secondary:{config['secondaryColor']}}}</style>"
    await pumpd_restaurant_rows.store_code(call, style, "<script>invented</script>", config)


async def _body(call: Call) -> Body:
    stored = call.notes.get("case") != NOT_STORED
    row = (call.pumpd_restaurant or prepared(call)) if stored else {"id": None}
    folder = f"/app/generated-code/{'-'.join(words(call.name))}"
    return success(
        "Code generated",
        codeInjectionId=row["id"],
        generatedAt=server_time(),
        filePaths={name: f"{folder}/{file}" for name, file in _FILES.items()},
    )


def _fails(error: str) -> Case:
    return Case(500, says(failure(error, details=None)), acts=None)


_USED = kept.uses("registration_code_injection")
_LINE = f'Command failed: node "/app/scripts/{CODE}" --primary="#112233" --secondary="#445566"\n'
CASES = {
    CREATED: Case(200, _body, acts=True, after=(_store, _USED)),
    NOT_STORED: Case(200, _body, acts=True, after=(_USED,)),
    OLD: Case(200, _body, after=(_store, _USED)),
    "no colours": Case(400, says(failure("The restaurant's colours are not configured"))),
    "not found": _fails("Restaurant not found"),
    FAILING: _fails("The script's output files were not found"),
    "script failed (time over, production)": _fails(_LINE),
    "script failed (time over, not production)": _fails("Waiting for the script took too long"),
}


async def ask(call: Call) -> str:
    """Answer whether code is stored."""
    call.pumpd_restaurant = await pumpd_restaurant_rows.pumpd_restaurant_of(call)
    if call.pumpd_restaurant is None:
        return _NO_ROW
    return _THERE if call.pumpd_restaurant["head_injection"] and call.pumpd_restaurant["body_injection"] else _NO_CODE


async def _stored_body(call: Call) -> Body:
    row = call.pumpd_restaurant or prepared(call)
    return success(
        hasContent=True,
        codeInjectionId=row["id"],
        generatedAt=row["code_injection_generated_at"] or MOMENT,
        config=row["code_injection_config"] or CODE_CONFIG,
    )


_THERE, _NO_CODE = "there", "row without code"
_NO_ROW = "no row (also an unknown restaurant, or a failed read)"
QUESTION = {
    _THERE: Case(200, _stored_body),
    _NO_CODE: Case(200, says(success(hasContent=False, codeInjectionId=None, generatedAt=None, config={}))),
    _NO_ROW: Case(200, says(success(hasContent=False, codeInjectionId=None))),
    "error": Case(500, says(failure("Internal server error"))),
}
