"""Writing files that people asked for, and never over something that was filled in."""

from pathlib import Path

from registration.errors import BadFile, Refused


def write_new(file: Path, content: str, *, overwrite: bool) -> None:
    """Write `content` as UTF-8. Raises Refused if the file is there, BadFile if it cannot be written."""
    try:
        with file.open("w" if overwrite else "x", encoding="utf-8", newline="") as opened:
            opened.write(content)
    except FileExistsError:
        raise Refused(f"{file} is there already: name another file, or say --overwrite") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error
