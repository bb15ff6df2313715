"""Files that people hand in, read only up to a size: a wrong one, or one without end, fills no memory."""

from pathlib import Path

from registration.errors import BadFile

MOST_BYTES = 20_000_000
"""A hundred thousand restaurants."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content. Raises BadFile if it is longer, OSError if it cannot be read."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadFile(f"{path.name} is longer than {most / 1e6:g} MB, which no such file is: is it the right one?")
    return content
