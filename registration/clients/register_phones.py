"""Phone numbers of the register, as people entered them: who can be called first, and how they are written."""

import re
from collections.abc import Iterable

_TRUNK_ZERO = re.compile(r"^\+64[\s-]*(?:\(0\)|0)+[\s-]*")
_INTERNATIONAL = re.compile(r"^00(?=[1-9])")


def written(number: str) -> str:
    """As "+64 4 8015521": the country with a plus, and no zero after New Zealand's."""
    return _TRUNK_ZERO.sub("+64 ", _INTERNATIONAL.sub("+", number))


def phones_before_faxes(numbers: Iterable[tuple[str, bool]]) -> list[str]:
    """Phones in their order, then those that are told to be a fax; none if nobody can be called."""
    listed = list(numbers)
    phones = [number for number, is_fax in listed if not is_fax]
    return phones + [number for number, is_fax in listed if is_fax] if phones else []
