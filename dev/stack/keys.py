"""The random passwords and keys of one data folder."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from dev.stack.errors import StackError


def new_password() -> str:
    """A password of 32 letters, digits, `-` and `_`, which needs no quoting in an address.

    A letter comes first and no sign last: a command takes a text that begins with `-` for an option.
    """
    while True:
        password = secrets.token_urlsafe(24)
        if password[0].isalpha() and password[-1].isalnum():
            return password


class Keys:
    """Named secrets, each created once and kept in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str, make: Callable[[], str] = new_password) -> SecretStr:
        """The secret of that name; created on the first request. Raises StackError on a broken file."""
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self._read()
            if name not in known:
                known[name] = make()
                self._write(known)
            return SecretStr(known[name])
        finally:
            os.close(lock)

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            return {str(name): str(value) for name, value in json.loads(self._path.read_bytes()).items()}
        except (ValueError, AttributeError):
            raise StackError(f"{self._path} is damaged: restore it, or remove its folder to begin anew") from None

    def _write(self, known: dict[str, str]) -> None:
        draft = self._path.with_suffix(".new")
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as output:
            json.dump(known, output, indent=2)
        draft.rename(self._path)
