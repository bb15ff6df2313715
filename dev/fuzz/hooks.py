"""What the fuzzer loads: a token for each request, ids that exist, and the check that nobody reaches what is foreign.

A token names a new person each time: the limits of one person would end the run.
"""

import json
import os
import random
import time
from typing import Any
from uuid import uuid4

import jwt
import schemathesis

SECRET, OWN, FOREIGN = "FUZZ_SECRET", "FUZZ_OWN", "FUZZ_FOREIGN"
"""Environment variables: what signs tokens; the ids of each organisation, by the name of a path's parameter."""

_UNREACHED = frozenset({401, 404, 405, 415, 422, 429})
"""Answers that an unknown id gets as well: 422 is about the body, which is read first."""
_KNOWN_SHARE, _FOREIGN_SHARE = 0.6, 0.2


def _ids(variable: str) -> dict[str, list[str]]:
    return json.loads(os.environ[variable])


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """Tokens of the organisation; the roles of both programs are those of an administrator."""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        """A token that is valid for an hour."""
        now = int(time.time())
        claims: dict[str, Any] = {"sub": str(uuid4()), "org_id": _ids(OWN)["organisation_id"][0], "role": "admin"}
        return jwt.encode({**claims, "iat": now, "exp": now + 3600}, os.environ[SECRET], algorithm="HS256")

    def set(self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext) -> None:
        """Put the token where the API looks for it."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Most requests are about things that exist, some about those of the other organisation."""
    if path_parameters is None:
        return None
    for name in path_parameters:
        chosen = random.random()  # noqa: S311 (no secret)
        source = OWN if chosen < _KNOWN_SHARE else FOREIGN if chosen < _KNOWN_SHARE + _FOREIGN_SHARE else None
        if source and (known := _ids(source).get(name)):
            path_parameters[name] = random.choice(known)  # noqa: S311 (no secret)
    return path_parameters


@schemathesis.check
def unreachable_for_others(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """What belongs to another organisation is answered as what does not exist."""
    foreign = {one for known in _ids(FOREIGN).values() for one in known}
    if foreign & set(map(str, (case.path_parameters or {}).values())):
        assert response.status_code in _UNREACHED, f"{response.status_code} for an id of another organisation"
