"""The layout holds: sizes of files, where SQL stands, and a glossary of every package and table."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.database.base import Base
from registration.database.tables import leads, people, platform, platform_records, work

PROJECT = Path(__file__).parents[1]
FOLDERS = ("flows", "tasks", "blocks", "registration", "interfaces", "deployments", "dev")
GLOSSARY = (PROJECT / "docs" / "glossary.md").read_text()
MAPPED = (leads, people, platform, platform_records, work)
"""The modules of the tables: imported, they are known to `Base`."""

_LONGEST, _SHORT, _MOST_SHORT = 300, 40, 40
_STATEMENTS = {"text", "select", "insert", "update", "delete"}


def modules(*folders: str) -> Iterator[Path]:
    """The files of the product, without those that only mark a package."""
    for folder in folders or FOLDERS:
        yield from (file for file in sorted((PROJECT / folder).rglob("*.py")) if file.name != "__init__.py")


def lines(file: Path) -> int:
    """How long a file is."""
    return len(file.read_text().splitlines())


def test_no_file_has_more_than_300_lines() -> None:
    """One subject per file; a second heading is a second file. Tests too."""
    found = {str(file.relative_to(PROJECT)): lines(file) for file in modules(*FOLDERS, "tests")}
    assert {file: count for file, count in found.items() if count > _LONGEST} == {}


def test_few_files_are_short() -> None:
    """A subject is not cut into pieces that are only understood together."""
    short = [str(file.relative_to(PROJECT)) for file in modules() if lines(file) < _SHORT]
    assert len(short) <= _MOST_SHORT, short


@pytest.mark.parametrize("file", [*modules("registration", "tasks", "flows", "interfaces", "blocks")], ids=str)
def test_sql_stands_in_queries(file: Path) -> None:
    """A statement is found by the name of its file, or stands beside the schema."""
    if file.stem.endswith("queries") or "registration/database/" in str(file):
        return
    imported = {
        name.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        for name in node.names
    }
    assert not imported & _STATEMENTS


def test_every_package_is_in_the_glossary() -> None:
    """With the word that one would look for."""
    markers = [file for folder in FOLDERS for file in (PROJECT / folder).rglob("__init__.py")]
    packages = {str(file.parent.relative_to(PROJECT)) for file in markers}
    named = set(re.findall(r"`([a-z_/]+)`", GLOSSARY))
    missing = {one for one in packages if one not in named and not one.endswith("migrations")}
    assert missing == set()


def test_every_table_is_in_the_glossary() -> None:
    """Ours, and those of the platform that are read."""
    assert {table for table in Base.metadata.tables if f"`{table}`" not in GLOSSARY} == set()


def test_what_the_glossary_names_exists() -> None:
    """A folder or file that has moved would be looked for in vain."""
    named = {one for one in re.findall(r"`([a-z_]+/[a-z_/.]+)`", GLOSSARY) if one.split("/")[0] in FOLDERS}
    assert {one for one in named if not (PROJECT / one).exists()} == set()


@pytest.mark.parametrize("module", ["dev.demo.run", "dev.stack.run", "interfaces.cli.main"])
def test_prefect_is_not_imported_before_it_is_needed(module: str) -> None:
    """Prefect reads its settings while it is imported, before the stack has an address; and commands start slowly."""
    program = f"import sys, {module}; sys.exit(any(name.partition('.')[0] == 'prefect' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False).returncode == 0
