"""The demo's stack: quick, with the seeded troubles, and led astray by nothing in the environment."""

import os

from deployments.local.sandbox import SandboxOptions
from deployments.local.stack import LocalStack, StackOptions

_ACCOUNT_SPACING_SECONDS = 1.0

OPTIONS = StackOptions(
    sandbox=SandboxOptions(profile="demo", troubles=True, account_spacing_seconds=_ACCOUNT_SPACING_SECONDS),
    settings={
        "REGISTRATION_ACCOUNT_SPACING_SECONDS": str(_ACCOUNT_SPACING_SECONDS),
        "REGISTRATION_GATE_GATHER_SECONDS": "3",
        "REGISTRATION_EXTRACTION_POLL_SECONDS": "1",
    },
)


def become_part_of(stack: LocalStack) -> None:
    """Give this process the environment of the stack's programs, for the clients that look there."""
    environment = stack.environment() | {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
    os.environ.clear()
    os.environ.update(environment)
