"""Sign-in by a proxy in front of the console, which has signed the person in itself and says who it is in headers.

The headers are taken from the configured addresses only, by the address of the connection. The proxy must remove such
headers from what browsers send.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from interfaces.api.auth import Role, role_required
from interfaces.api.problems import ProblemError
from registration.database.sign_in_queries import Person
from registration.errors import MisconfiguredInstallation
from registration.kit.values import Line
from registration.settings import Settings

PERSON: Final = ("x-forwarded-email", "x-forwarded-user")
"""The headers with the person, the first that is there; oauth2-proxy and others send them."""
GROUPS: Final = "x-forwarded-groups"
ORGANISATION: Final = "x-forwarded-organisation"
_LINE: TypeAdapter[str] = TypeAdapter(Line)


@dataclass(frozen=True)
class Claimed:
    """Who a proxy says that a request is of."""

    organisation_id: UUID
    person: Person


class TrustedProxy:
    """Reads the headers of the configured proxies; of nobody if none is configured."""

    def __init__(self, settings: Settings) -> None:
        """Raises MisconfiguredInstallation for an address that is none."""
        self._organisation_id = settings.organisation
        try:
            self._networks: list[IPv4Network | IPv6Network] = [ip_network(one) for one in settings.console_proxies]
        except ValueError:
            raise MisconfiguredInstallation(
                "REGISTRATION_CONSOLE_PROXIES names addresses or networks, comma-separated: 10.0.0.7, 10.1.0.0/24"
            ) from None

    def claimed(self, request: Request) -> Claimed | None:
        """The person of a request that comes through a trusted proxy; None for all others.

        Raises ProblemError (403) for a person without a role, or of no organisation.
        """
        if not self._trusts(request):
            return None
        named = next((request.headers[name] for name in PERSON if request.headers.get(name)), None)
        if named is None:
            return None
        try:
            name = _LINE.validate_python(named)
            organisation = request.headers.get(ORGANISATION)
            organisation_id = UUID(organisation) if organisation else self._organisation_id
        except (ValidationError, ValueError):
            organisation_id, name = None, ""
        if organisation_id is None:
            raise ProblemError(403, "ORGANISATION_UNKNOWN", "the proxy names no organisation that is known here")
        return Claimed(organisation_id, Person(f"proxy|{name}", name, _role(request)))

    def _trusts(self, request: Request) -> bool:
        try:
            peer = ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        return any(peer in network for network in self._networks)


def _role(request: Request) -> Role:
    """The largest role among the groups; without groups everybody is an operator, as with tokens without roles."""
    groups = request.headers.get(GROUPS)
    if groups is None:
        return Role.OPERATOR
    roles = [Role(one) for one in map(str.strip, groups.split(",")) if one in list(Role)]
    if not roles:
        raise role_required(Role.VIEWER)
    return max(roles, key=list(Role).index)
