"""The layout holds: sizes of files, the files with SQL, and a glossary of every package and table."""

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
"""The modules of the tables, whose import registers the tables with `Base`."""

_LONGEST, _SHORT, _MOST_SHORT = 300, 40, 31
_STATEMENTS = {"text", "select", "insert", "update", "delete"}


def modules(*folders: str) -> Iterator[Path]:
    """The files of the product, without package markers."""
    for folder in folders or FOLDERS:
        yield from (file for file in sorted((PROJECT / folder).rglob("*.py")) if file.name != "__init__.py")


def lines(file: Path) -> int:
    """The number of lines of a file."""
    return len(file.read_text().splitlines())


def test_no_file_has_more_than_300_lines() -> None:
    """One subject per file, tests included; a second subject needs a second file."""
    found = {str(file.relative_to(PROJECT)): lines(file) for file in modules(*FOLDERS, "tests")}
    assert {file: count for file, count in found.items() if count > _LONGEST} == {}


def test_few_files_are_short() -> None:
    """Pieces that are only understood together stay in one file; a migration is a file of its own."""
    short = [
        str(file.relative_to(PROJECT)) for file in modules() if lines(file) < _SHORT and file.parent.name != "versions"
    ]
    assert len(short) <= _MOST_SHORT, short


def test_sql_stands_in_queries() -> None:
    """Statements are in files named for queries, or beside the schema."""
    found = {
        str(file.relative_to(PROJECT)): _imported_statements(file)
        for file in modules("registration", "tasks", "flows", "interfaces", "blocks")
        if not (file.stem.endswith("queries") or "registration/database/" in str(file))
    }
    assert {file: statements for file, statements in found.items() if statements} == {}


def _imported_statements(file: Path) -> set[str]:
    imported = {
        name.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        for name in node.names
    }
    return imported & _STATEMENTS


@pytest.mark.parametrize("file", [*modules("tasks", "flows")], ids=str)
def test_flows_and_tasks_name_no_commands_of_the_terminal(file: Path) -> None:
    """Their messages are read in the Prefect UI; the command line adds its commands by the code of an error."""
    tree = ast.parse(file.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    assert [text for text in texts if "`registration " in text and text not in docstrings] == []


def test_every_package_is_in_the_glossary() -> None:
    """With the term that a reader would search for."""
    markers = [file for folder in FOLDERS for file in (PROJECT / folder).rglob("__init__.py")]
    packages = {str(file.parent.relative_to(PROJECT)) for file in markers}
    named = set(re.findall(r"`([a-z_/]+)`", GLOSSARY))
    missing = {one for one in packages if one not in named and not one.endswith("migrations")}
    assert missing == set()


def test_every_table_is_in_the_glossary() -> None:
    """Our tables, and the platform's tables that are read."""
    assert {table for table in Base.metadata.tables if f"`{table}`" not in GLOSSARY} == set()


def test_what_the_glossary_names_exists() -> None:
    """A moved folder or file needs a new entry."""
    named = {one for one in re.findall(r"`([a-z_]+/[a-z_/.]+)`", GLOSSARY) if one.split("/")[0] in FOLDERS}
    assert {one for one in named if not (PROJECT / one).exists()} == set()


@pytest.mark.parametrize(
    "imported, later",
    [
        ("dev.demo.run, dev.stack.run, interfaces.cli.main", "prefect"),
        ("flows.register_batch", "alembic"),
    ],
)
def test_what_starts_slowly_is_not_imported_before_it_is_needed(imported: str, later: str) -> None:
    """Each command and the process of each run start sooner.

    Besides, Prefect reads its settings while it is imported, before the stack has an address.
    """
    program = f"import sys, {imported}; sys.exit(any(name.partition('.')[0] == '{later}' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False).returncode == 0
