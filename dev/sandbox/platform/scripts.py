"""The scripts that drive the ordering system's pages: what Node says when one of them fails.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the command line goes into the error with e-mail
and password of the account. A run over its time has nothing behind the command line (inferred from Node).
"""

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Build
from dev.sandbox.platform.reply import Body, failure

REGISTER = "restaurant-registration/login-and-register-restaurant.js"
IMPORT = "restaurant-registration/import-csv-menu.js"
OPTION_SETS = "restaurant-registration/add-option-sets.js"
ITEM_TAGS = "restaurant-registration/add-item-tags.js"
ONBOARDING = "create-onboarding-user.js"
WEBSITE = "edit-website-settings-dark.js"
SERVICES = "setup-services-settings.js"
PAYMENT = "setup-stripe-payments-no-link.js"
CODE = "ordering-page-customization.js"


def command_failed(call: Call, script: str, said: str = "") -> str:
    """Node's error for a script that is given the account's e-mail and password and the restaurant's name."""
    email, password = credentials(call)
    arguments = f'--email="{email}" --password="{password}" --name="{call.name}"'
    return f"Command failed: node /app/scripts/{script} {arguments}\n{said}"


def payload_failed(call: Call, script: str, said: str = "") -> str:
    """Node's error for a script that reads what it needs, the password too, from a file."""
    folder = script.rsplit("/", 1)[0]
    payload = f"/app/scripts/{folder}/temp-payload-{call.restaurant_id}.json"
    return f'Command failed: node "/app/scripts/{script}" --payload="{payload}"\n{said}'


def credentials(call: Call) -> tuple[str, str]:
    """E-mail and password that a script is given: the stored account's, else what was sent."""
    account = call.account or {}
    email = account.get("email") or call.text("email") or call.text("userEmail") or "owner@kitchen.example"
    password = account.get("user_password_hint") or call.text("password") or call.text("userPassword")
    return str(email), str(password or "invented-password")


def fails(script: str, said: str = "", *, details: bool = True) -> Build:
    """The answer for a failed script; `details` is what it wrote to its error stream, null if that is nothing."""

    async def build(call: Call) -> Body:
        return failure(command_failed(call, script, said), details=f"{said}\n" if said and details else None)

    return build


def fails_with_payload(script: str, said: str = "") -> Build:
    """The same for a script that reads a file."""

    async def build(call: Call) -> Body:
        return failure(payload_failed(call, script, said), details=f"{said}\n" if said else None)

    return build
