"""`registration token`: a token for the REST API, where it is signed with a secret of this installation."""

from datetime import timedelta
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from interfaces.cli.session import Organisation, single_line
from registration.errors import Refused
from registration.settings import Settings, settings

app = App(
    "token",
    help_epilogue="""
Whoever has the token can do in this person's name what its role allows, until it expires.

Examples:
  registration token --as mere@example.nz
  curl -H "Authorization: Bearer $(registration token --as Mere)" http://127.0.0.1:8430/api/registration-batches
""",
    help_format="plaintext",
)


@app.default
def token(
    *,
    as_: Annotated[str, Parameter(name="--as")],
    role: str = "operator",
    days: Annotated[float, Parameter(validator=Number(gt=0))] = 1,
    organisation: Organisation = None,
) -> None:
    """Print a token for one person of one organisation; it is stored nowhere.

    Args:
        as_: The person's name or e-mail, for the record.
        role: What the person may do: viewer, operator or admin.
        days: How long it is valid.
        organisation: Whose data. Default: REGISTRATION_ORGANISATION.
    """
    from interfaces.api.tokens import SecretVerifier, Verifier

    given = settings()
    organisation_id = organisation or given.organisation
    if organisation_id is None:
        raise Refused("whose data? Say --organisation ID, or set REGISTRATION_ORGANISATION")
    seconds = timedelta(days=days).total_seconds()
    if seconds > given.api_token_hours * 3600:
        raise Refused(f"a token is taken for {given.api_token_hours:g} hours: REGISTRATION_API_TOKEN_HOURS raises that")
    verifier = Verifier.of(given)
    if not isinstance(verifier, SecretVerifier):
        raise Refused("tokens are issued by the sign-in of REGISTRATION_API_JWKS_URL, not here")
    name = single_line("--as", as_)
    claims: dict[str, Any] = {"sub": name, "email" if "@" in name else "name": name}
    _put(claims, given.api_org_claim, str(organisation_id))
    _put_role(claims, given, role)
    print(verifier.issue(claims, seconds))


def _put_role(claims: dict[str, Any], given: Settings, role: str) -> None:
    from interfaces.api.auth import Role

    if role not in list(Role):
        raise Refused(f"there is no role {role}: say one of {', '.join(Role)}")
    if given.api_role_claim:
        _put(claims, given.api_role_claim, role)
    elif role != Role.OPERATOR:
        raise Refused("everybody is an operator here: REGISTRATION_API_ROLE_CLAIM names the claim that has roles")


def _put(claims: dict[str, Any], path: str, value: str) -> None:
    """Set the claim at a dotted path."""
    *outer, last = path.split(".")
    for name in outer:
        claims = claims.setdefault(name, {})
    claims[last] = value
