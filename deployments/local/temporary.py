"""A data folder that is gone afterwards: for the demo and for tests."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deployments.local.postgres_place import PostgresPlace


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A new folder for a LocalStack, or an EmbeddedPostgres in its folder `postgres`; in the end all of it is removed.

    The account that runs Postgres can pass through it.
    """
    folder = Path(tempfile.mkdtemp(prefix="registration-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        PostgresPlace(folder / "postgres").remove()
        shutil.rmtree(folder)
