"""`python -m interfaces.api.openapi`: write the description of the REST API to docs/openapi.json."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from interfaces.api.models.base import Problem
from interfaces.api.problems import MEDIA_TYPE
from registration.settings import Settings

DESCRIPTION: Final = """Batches of restaurants that are registered, the gates where people decide, and how they ended.

Every request names its person and organisation by a signed token. An id of another organisation is answered like one
that does not exist."""
_PROBLEM: dict[str, Any] = {"model": Problem, "content": {MEDIA_TYPE: {}}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _PROBLEM | {"description": "No valid token."},
    403: _PROBLEM | {"description": "The organisation or the role of the caller does not allow it."},
    404: _PROBLEM | {"description": "There is no such thing in the caller's organisation."},
    422: _PROBLEM | {"description": "The request cannot be read."},
    429: _PROBLEM | {"description": "Too many requests in a minute."},
    503: _PROBLEM | {"description": "A part of the installation does not answer."},
}
"""What every endpoint for signed-in people may answer besides."""
WRITE_PROBLEMS = PROBLEMS | {
    409: _PROBLEM | {"description": "The state of the thing does not allow it."},
    413: _PROBLEM | {"description": "The body is too large."},
    502: _PROBLEM | {"description": "The registration platform does not answer, or refuses."},
}
"""What every endpoint that changes something may answer besides."""

FILE: Final = Path(__file__).parents[2] / "docs" / "openapi.json"
_NOWHERE: Final = SecretStr("postgresql://nobody@localhost/nothing")


def document() -> str:
    """The description as JSON: the same on every machine."""
    from interfaces.api.app import create_app

    settings = Settings(database_url=_NOWHERE, api_jwt_secret=SecretStr("0" * 32), api_jwks_url="", api_origins=[])
    return json.dumps(create_app(settings).openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write the file; the API need not run."""
    FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
