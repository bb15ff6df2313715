"""The documents agree with the code."""

import re
import shlex
from pathlib import Path

import pytest
from pydantic import AliasChoices, SecretStr
from pydantic_core import PydanticUndefined

from interfaces.cli.main import GROUPS, app
from registration.settings import Settings
from registration.states import SUB_STEP_MOVES
from tests.deployments.described import known_variables

PROJECT = Path(__file__).parents[1]
_HOW_IT_WORKS = (PROJECT / "docs" / "how-it-works.md").read_text()
_README = (PROJECT / "README.md").read_text()
_OPERATORS = (PROJECT / "docs" / "operators.md").read_text()
_CONSOLE = PROJECT / "interfaces" / "console"
DOCUMENTS = (*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").glob("*.md")))


def settings_table() -> list[str]:
    """The table of all settings, one line each."""
    lines: list[str] = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias.choices[0] if isinstance(alias, AliasChoices) else f"REGISTRATION_{name.upper()}"
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = "" if default in (None, PydanticUndefined, [], SecretStr("")) else str(default)
        lines.append(f"| `{variable}` | {shown} | {field.description} |")
    return lines


def test_every_setting_is_described() -> None:
    """With its default."""
    assert [line for line in settings_table() if line not in _HOW_IT_WORKS.splitlines()] == []


def test_every_described_setting_exists() -> None:
    """A renamed variable would have no effect."""
    described = set(re.findall(r"^\| `(REGISTRATION_\w+|DATABASE_URL)`", _HOW_IT_WORKS, re.MULTILINE))
    assert described <= {line.split("`")[1] for line in settings_table()}


def test_every_variable_of_the_documents_is_read() -> None:
    """By one of our programs or by Prefect."""
    texts = [_README, *(file.read_text() for file in (PROJECT / "docs").glob("*.md"))]
    named = {one for text in texts for one in re.findall(r"\b(?:PREFECT|REGISTRATION)_[A-Z_]*[A-Z]\b", text)}
    removed = {"REGISTRATION_EVIDENCE_FOLDER"}
    assert named - known_variables() == removed, "operations.md names it"


def test_the_readme_lists_exactly_the_commands() -> None:
    """In both directions."""
    listed = {line.split()[1] for line in _README.splitlines() if re.match(r"registration [a-z]", line)}
    assert listed == set(GROUPS)


def test_linked_files_and_headings_exist() -> None:
    """Links of every document; GitHub makes the anchor of a heading."""
    for document in DOCUMENTS:
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", document.read_text()):
            target = document.parent / path if path else document
            assert target.exists(), f"{document.name}: {path}"
            assert not anchor or anchor in _anchors(target), f"{document.name}: {path}#{anchor}"


def _anchors(document: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_drawn_state_machine_is_the_table_of_moves() -> None:
    """Every move of an effect is drawn, and no other."""
    [drawing] = re.findall(r"stateDiagram-v2\n(.*?)```", _HOW_IT_WORKS, re.DOTALL)
    drawn = set(re.findall(r"^ +(\w+) --> (\w+): ", drawing, re.MULTILINE))
    assert drawn == {(before.value, after.value) for after, froms in SUB_STEP_MOVES.items() for before in froms}


_NO_COMMANDS = {"COMMAND --help", "import --help", "batch", "flow", "command"}
"""Help, and the names that our processes without a command have at Postgres."""
_COMMANDS = {
    one for file in DOCUMENTS for one in re.findall(r"`registration ([^`]+)`", file.read_text())
} - _NO_COMMANDS


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_every_command_of_the_documents_exists(command: str) -> None:
    """With all its options."""
    names, apps, rest = app.parse_commands(shlex.split(command))
    assert names
    arguments = apps[-1].assemble_argument_collection(parse_docstring=False)
    known = {name for argument in arguments for name in argument.names}
    assert {one.partition("=")[0] for one in rest if one.startswith("--")} <= known


def test_every_button_for_operators_exists() -> None:
    """What the document prints in italics is written on a page of the console."""
    pages = [*_CONSOLE.rglob("*.html"), *_CONSOLE.rglob("*.py")]
    written = " ".join(re.sub(r"\s+", " ", page.read_text()) for page in pages)
    named = set(re.findall(r"(?<!\*)\*([A-Z][^*`\n]+)\*(?!\*)", _OPERATORS))
    assert len(named) > 20
    assert [one for one in sorted(named) if one not in written] == []
