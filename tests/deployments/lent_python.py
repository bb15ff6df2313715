"""Python and packages of this process, borrowed for an installation that belongs to an unprivileged user."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from dev.stack.service_user import ServiceUser

_LIBRARY = f"python3.{sys.version_info.minor}"
PACKAGES = Path(sys.prefix) / "lib" / _LIBRARY / "site-packages"
_NOT_NEEDED = shutil.ignore_patterns("site-packages", "test", "tests", "config-*", "idlelib", "tkinter", "ensurepip")


def make_venv(venv: Path, programs: Sequence[str], user: ServiceUser | None) -> None:
    """An environment with our packages but without this project's own package, and some of their programs."""
    python = _readable_python(venv.with_name("python"), user)
    subprocess.run([python, "-m", "venv", "--without-pip", venv], env=library_path(venv), check=True)
    # .pth files in a folder named by a .pth file are not read: so our own package's .pth file has no effect.
    (venv / "lib" / _LIBRARY / "site-packages" / "lent.pth").write_text(f"{PACKAGES}\n")
    for point in entry_points(group="console_scripts"):
        if point.name in programs:
            module, _, name = point.value.partition(":")
            lines = (
                f"#!{venv / 'bin' / 'python'}",
                "import sys",
                f"from {module} import {name}",
                f"sys.exit({name}())",
            )
            (venv / "bin" / point.name).write_text("\n".join([*lines, ""]))
            (venv / "bin" / point.name).chmod(0o755)


def library_path(venv: Path) -> dict[str, str]:
    """The environment variables that a copy of Python needs."""
    return {"LD_LIBRARY_PATH": str(venv.with_name("python") / "lib")}


def _readable_python(copy: Path, user: ServiceUser | None) -> Path:
    """The program of this process, or of a copy if the account cannot read the original."""
    program = Path(sys.executable).resolve()
    if user is None or (user.can_read(program) and user.can_read(Path(sys.base_prefix) / "lib" / _LIBRARY)):
        return program
    shutil.copytree(Path(sys.base_prefix) / "lib" / _LIBRARY, copy / "lib" / _LIBRARY, ignore=_NOT_NEEDED)
    for shared in (Path(sys.base_prefix) / "lib").glob("libpython*.so*"):
        shutil.copy2(shared, copy / "lib")
    (copy / "bin").mkdir()
    return Path(shutil.copy2(program, copy / "bin"))
