"""A data folder that is gone afterwards: for the demo and for tests."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from dev.stack.postgres_data import PostgresPlace

_FOLDERS: set[Path] = set()


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A new folder for a LocalStack, or an EmbeddedPostgres in its folder `postgres`; in the end all of it is removed.

    The account that runs Postgres can pass through it.
    """
    folder = Path(tempfile.mkdtemp(prefix="registration-"))
    _FOLDERS.add(folder)
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        _remove(folder)


def remove_temporary_folders() -> None:
    """All that are there: for a program that is ended before it comes to it."""
    for folder in tuple(_FOLDERS):
        _remove(folder)


def _remove(folder: Path) -> None:
    PostgresPlace(folder / "postgres").remove()
    # Whoever ends the program by force may be removing it too.
    shutil.rmtree(folder, ignore_errors=True)
    _FOLDERS.discard(folder)
