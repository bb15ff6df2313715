"""What the settings switch off: nothing is broken by it, but nobody should have to guess."""

from registration.checkup.finding import Finding, fine
from registration.settings import Settings


def check_switched_off(settings: Settings) -> list[Finding]:
    """One finding for each setting that switches something off, or changes all waiting times."""
    said = {
        "account spacing": (settings.account_spacing_seconds == 0, "accounts are created without a pause between them"),
        "register pace": (settings.register_requests_a_minute == 0, "the register is asked without a limit a minute"),
        "platform patience": (settings.platform_patience_seconds == 0, "a busy platform is not waited for"),
        "patience at gates": (settings.gate_hold_minutes == 0, "a batch is left as soon as only people can go on"),
    }
    found = [fine(about, f"switched off: {harm}") for about, (off, harm) in said.items() if off]
    if settings.time_scale != 1:
        found.append(fine("time scale", f"every waiting time is multiplied by {settings.time_scale:g}"))
    return found
