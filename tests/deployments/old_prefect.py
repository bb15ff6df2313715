"""An environment with the packages of `requirements.lock`, but with an older Prefect."""

import asyncio
import re
import sys
from pathlib import Path

OLD_PREFECT = "3.8.8"
"""The last version in use before the version of the lock."""

_PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<where>[^\\\n]*)", re.MULTILINE)


async def environment_with_old_prefect(folder: Path, project: Path) -> Path:
    """Create the environment in `folder`, with the project installed as by `make install`."""
    wanted = folder / "old-requirements.txt"
    wanted.write_text("\n".join(_pinned((project / "requirements.lock").read_text())))
    prefix = folder / "old-venv"
    await _uv("venv", "--quiet", "--python", sys.executable, str(prefix))
    python = ("--quiet", "--python", str(prefix / "bin" / "python"), "--no-deps")
    await _uv("pip", "install", *python, "--requirement", str(wanted))
    await _uv("pip", "install", *python, "--no-build-isolation", "--editable", str(project))
    return prefix


def _pinned(lock: str) -> list[str]:
    versions = {"prefect": OLD_PREFECT}
    found = [(pin["name"], versions.get(pin["name"], pin["version"]), pin["where"]) for pin in _PINNED.finditer(lock)]
    assert any(version == OLD_PREFECT for _, version, _ in found)
    return [f"{name}=={version}{where}" for name, version, where in found]


async def _uv(*words: str) -> None:
    running = await asyncio.create_subprocess_exec(
        Path(sys.prefix) / "bin" / "uv", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await running.communicate()
    assert running.returncode == 0, f"uv {' '.join(words)}: {output.decode()}"
