"""A file lock that a crash releases."""

import fcntl
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from dev.stack.waiting import until


class FileLock:
    """An advisory lock on a file; the system releases it when its process dies, for whatever reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; True if this object holds the lock now."""
        if self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Release the lock; does nothing if this object does not hold it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @asynccontextmanager
    async def held(self, limit: float = 60) -> AsyncGenerator[None]:
        """Hold the lock for a block, waiting for it up to `limit` seconds. Raises NotInTime."""
        await until(self.acquire, f"the lock {self._path}", limit)
        try:
            yield
        finally:
            self.release()
