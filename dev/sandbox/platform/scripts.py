"""The scripts that drive the ordering system's pages: Node's error when a script fails.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the error quotes the command line with e-mail and
password of the account. After a timeout nothing follows the command line (inferred from Node).
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


def command_failed(call: Call, script: str, output: str = "") -> str:
    """Node's error for a script with the account's e-mail and password and the restaurant's name as arguments."""
    email, password = credentials(call)
    arguments = f'--email="{email}" --password="{password}" --name="{call.name}"'
    return f"Command failed: node /app/scripts/{script} {arguments}\n{output}"


def payload_failed(call: Call, script: str, output: str = "") -> str:
    """Node's error for a script that reads its input, including the password, from a file."""
    folder = script.rsplit("/", 1)[0]
    payload = f"/app/scripts/{folder}/temp-payload-{call.restaurant_id}.json"
    return f'Command failed: node "/app/scripts/{script}" --payload="{payload}"\n{output}'


def credentials(call: Call) -> tuple[str, str]:
    """E-mail and password for a script: those of the stored account, else those of the body."""
    account = call.account or {}
    email = account.get("email") or call.text("email") or call.text("userEmail") or "owner@kitchen.example"
    password = account.get("user_password_hint") or call.text("password") or call.text("userPassword")
    return str(email), str(password or "invented-password")


def fails(script: str, output: str = "", *, details: bool = True) -> Build:
    """The answer for a failed script; `details` is its error output, null if that is empty."""

    async def build(call: Call) -> Body:
        return failure(command_failed(call, script, output), details=f"{output}\n" if output and details else None)

    return build


def fails_with_payload(script: str, output: str = "") -> Build:
    """The answer for a failed script that reads its input from a file."""

    async def build(call: Call) -> Body:
        return failure(payload_failed(call, script, output), details=f"{output}\n" if output else None)

    return build
