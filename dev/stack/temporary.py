"""A data folder that is removed afterwards: for the demo and for tests."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from dev.stack.postgres_data import PostgresFolder

_FOLDERS: set[Path] = set()


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A new folder for a LocalStack, or an EmbeddedPostgres in its folder `postgres`; removed at the end.

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
    """Remove all folders that are still there, for a program that is ended before its own cleanup."""
    for folder in tuple(_FOLDERS):
        _remove(folder)


def _remove(folder: Path) -> None:
    PostgresFolder(folder / "postgres").remove()
    # The thread that ends the program by force may remove the folder at the same time.
    shutil.rmtree(folder, ignore_errors=True)
    _FOLDERS.discard(folder)
