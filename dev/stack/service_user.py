"""The account that runs Postgres when we are root: Postgres refuses to run as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from dev.stack.errors import StackError


@dataclass(frozen=True)
class ServiceUser:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    def can_read(self, path: Path) -> bool:
        """True if the account may read and enter this path and pass every folder above it; False when in doubt."""
        real = path.resolve()
        passable = all(self._may(parent, stat.S_IXOTH) for parent in real.parents)
        return passable and real.exists() and self._may(real, stat.S_IROTH | stat.S_IXOTH)

    def can_pass(self, folder: Path) -> bool:
        """True if the account may pass this folder on the way to a known path below it."""
        real = folder.resolve()
        return all(self._may(part, stat.S_IXOTH) for part in (real, *real.parents))

    def _may(self, path: Path, wanted: int) -> bool:
        found = path.stat()
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return found.st_mode & (wanted << shift) == wanted << shift


def service_user() -> ServiceUser | None:
    """The account for Postgres if we are root, `postgres` before `nobody`; None if we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(name, account.pw_uid, account.pw_gid)
    raise StackError("Postgres does not run as root and there is no user `postgres` or `nobody`: run as another user")
