"""`python -m dev.check_lock`: compares requirements.lock with pyproject.toml; needs no network."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def problems(project: Path = PROJECT) -> list[str]:
    """Problems of the lock, one line each: missing, in a wrong version, without a hash, or not installed.

    The requirements of the installed packages are followed, so the lock must be installed.
    """
    text = (project / "requirements.lock").read_text()
    pins: dict[str, str] = {canonicalize_name(found[1]): found[2] for found in _PIN.finditer(text)}
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    found = [f"{entry.split()[0]} has no hash" for entry in entries if _PIN.match(entry) and "--hash=" not in entry]
    if re.search(r"https?://|--index|--find-links|file:", text):
        found.append("the lock names an index, a host or a file")
    return [*found, *_unmet(_wanted(project), pins), *_not_installed(pins)]


def _wanted(project: Path) -> Iterator[Requirement]:
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    for line in chain(table["dependencies"], *table["optional-dependencies"].values()):
        yield Requirement(line)


def _unmet(wanted: Iterator[Requirement], pins: dict[str, str]) -> Iterator[str]:
    """Walk the tree of requirements; each requirement that the pins do not meet is a problem."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(requirement, "pyproject.toml") for requirement in wanted]
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in pins:
            yield f"{requirement} is not in the lock; {by} wants it"
        elif not requirement.specifier.contains(Version(pins[name]), prereleases=True):
            yield f"{name}=={pins[name]} is locked; {by} wants {requirement}"
        elif (key := (name, frozenset(requirement.extras))) not in seen:
            seen.add(key)
            waiting += [(each, name) for each in _requirements(requirement)]


def _requirements(of: Requirement) -> Iterator[Requirement]:
    """The requirements of the installed package on this machine, with these extras."""
    try:
        lines = requires(of.name) or []
    except PackageNotFoundError:
        return
    for each in map(Requirement, lines):
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ["", *of.extras]):
            yield each


def _not_installed(pins: dict[str, str]) -> Iterator[str]:
    for name, pinned in pins.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        if Version(installed) != Version(pinned):
            yield f"{name} {installed} is installed, {pinned} is locked: run `make install`"


if __name__ == "__main__":
    wrong = problems()
    for line in wrong:
        print(f"requirements.lock: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)
