"""The data folder of an embedded Postgres: its location, its creation, and the content of `postmaster.pid`."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.postgres_binaries import find_binaries, major_version, reachable_binaries
from dev.stack.processes import die_with_parent
from dev.stack.service_user import ServiceUser, service_user

_POINTER = "elsewhere"


class PostgresFolder:
    """The folder of one Postgres: its data, and a copy of its programs if its account cannot read the originals.

    If we are root and the account that runs Postgres cannot reach the folder, everything lies in a folder that it can
    reach, and a file named `elsewhere` points there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user: ServiceUser | None = service_user()

    @property
    def real(self) -> Path:
        """The folder itself, or the folder that `elsewhere` points to."""
        pointer = self.folder / _POINTER
        return Path(pointer.read_text()) if pointer.exists() else self.folder

    @property
    def data(self) -> Path:
        """Postgres's data folder."""
        return self.real / "data"

    def prepare(self, password: str) -> Path:
        """Create missing parts, the data folder included; return the folder of the programs. Raises StackError.

        Must not run twice at the same time on one folder.
        """
        self._make_reachable()
        binaries = reachable_binaries(find_binaries(), self.user, self.real)
        if not self.data.exists():
            self._make_data(binaries, password)
        return binaries

    def remove(self) -> None:
        """Remove everything, data included."""
        if self.real != self.folder:
            shutil.rmtree(self.real, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_reachable(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user is None or (self.folder / _POINTER).exists():
            return
        self.folder.chmod(0o711)
        if self.user.can_pass(self.folder):
            return
        kept = Path("/var/lib")
        elsewhere = tempfile.mkdtemp(prefix="registration-postgres-", dir=kept if os.access(kept, os.W_OK) else None)
        Path(elsewhere).chmod(0o711)
        if not self.user.can_pass(Path(elsewhere)):
            raise StackError(f"{self.user.name}, who runs Postgres, can reach neither {self.folder} nor {elsewhere}")
        (self.folder / _POINTER).write_text(elsewhere)

    def _make_data(self, binaries: Path, password: str) -> None:
        for draft in self.real.glob("data.*"):
            shutil.rmtree(draft)
        draft = Path(tempfile.mkdtemp(prefix="data.", dir=self.real))
        password_file = self.real / "password"
        password_file.touch(mode=0o600)
        try:
            for path in (draft, password_file):
                if self.user:
                    os.chown(path, self.user.uid, self.user.gid)
            password_file.write_text(password)
            self._initdb(binaries, draft, password_file)
            draft.rename(self.data)
        finally:
            password_file.unlink()

    def _initdb(self, binaries: Path, draft: Path, password_file: Path) -> None:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major_version(binaries) >= 17 else []
        done = subprocess.run(
            [
                binaries / "initdb",
                f"--pgdata={draft}",
                "--username=postgres",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                *builtin,
            ],
            cwd=draft,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            preexec_fn=die_with_parent(),
            user=self.user.uid if self.user else None,
            group=self.user.gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        if done.returncode != 0:
            raise StackError(f"initdb failed: {done.stderr.strip()}")


@dataclass(frozen=True)
class Postmaster:
    """A Postgres that runs on a data folder: its process, its port, and whether it accepts connections."""

    pid: int
    port: int
    ready: bool


def running(data: Path) -> Postmaster | None:
    """The Postgres that runs on this data folder, or None; the file of a dead Postgres does not count."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _serves(pid, data):
        return None
    # Lines: pid, folder, start time, port, socket folder, address, shared memory, state.
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0
    return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")


def _serves(pid: int, data: Path) -> bool:
    """True if the process lives and is not another process with the number of a dead Postgres."""
    try:
        os.kill(pid, 0)
        return sys.platform != "linux" or Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return False
