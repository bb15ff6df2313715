"""What `registration doctor` looks at of the automations: are they there, and switched on."""

from prefect.client.orchestration import PrefectClient

from registration.checkup.finding import Finding, error, fine
from registration.cli.doctor_pools import BOOTSTRAP
from registration.settings import Settings

RECOVERY = "registration: an answered gate is recovered at once"
LEFT = "registration: an answer starts a batch that was left to people"
BY_WEBHOOK = "registration: notices by webhook"
BY_BLOCK = "registration: notices by notification block"

_STARTS_LATE = "an answer starts a batch that nobody works on only with the next run of recover-batches"
_TELLS_NOBODY = "nobody is told of gates that wait, of batches that have ended, and of failures"


async def check_automations(client: PrefectClient, settings: Settings) -> list[Finding]:
    """Those that start batches, and those of the notices that the settings ask for."""
    wanted = {RECOVERY: _STARTS_LATE, LEFT: _STARTS_LATE}
    if settings.notices_webhook:
        wanted[BY_WEBHOOK] = _TELLS_NOBODY
    if settings.notices_block:
        wanted[BY_BLOCK] = _TELLS_NOBODY
    off = [finding for name, harm in wanted.items() for finding in await _off(client, name, harm)]
    return off or [fine("automations", "all are on")]


async def _off(client: PrefectClient, name: str, harm: str) -> list[Finding]:
    about, found = f"automation “{name}”", await client.read_automations_by_name(name)
    if not found:
        return [error(about, f"is missing: {harm}", BOOTSTRAP)]
    if any(one.enabled for one in found):
        return []
    return [error(about, f"is off: {harm}", f"switch it on: `prefect automation resume '{name}'`, or in the UI")]
