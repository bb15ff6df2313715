"""Ids as people paste them: from a column of a spreadsheet, a line of a mail, a JSON list."""

import re
from uuid import UUID

from registration.errors import Refused

_BETWEEN = re.compile(r"[\s,;\[\]\"']+")
_MOST_SHOWN = 5
_LONGEST = 50


def pasted_ids(text: str, of: str = "restaurant") -> tuple[UUID, ...]:
    """The ids in `text`, separated by blanks, commas, semicolons or lines. Raises Refused with what is no id."""
    words = [word for word in _BETWEEN.split(text) if word]
    wrong = [word for word in words if not _is_id(word)]
    if wrong:
        more = f" and {len(wrong) - _MOST_SHOWN} more" if len(wrong) > _MOST_SHOWN else ""
        raise Refused(
            f"{', '.join(repr(word[:_LONGEST]) for word in wrong[:_MOST_SHOWN])}{more}: no {of}'s id, which is a UUID"
        )
    return tuple(map(UUID, words))


def _is_id(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True
