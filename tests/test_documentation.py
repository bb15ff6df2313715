"""The documents agree with the code."""

import re
from pathlib import Path

from pydantic import AliasChoices, SecretStr
from pydantic_core import PydanticUndefined

from interfaces.cli.main import GROUPS
from registration.settings import Settings
from registration.states import SUB_STEP_MOVES

PROJECT = Path(__file__).parents[1]
_HOW_IT_WORKS = (PROJECT / "docs" / "how-it-works.md").read_text()
_README = (PROJECT / "README.md").read_text()


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


def test_the_readme_lists_exactly_the_commands() -> None:
    """In both directions."""
    listed = {line.split()[1] for line in _README.splitlines() if re.match(r"registration [a-z]", line)}
    assert listed == set(GROUPS)


def test_linked_files_exist() -> None:
    """Links of the README and of every document."""
    for document in (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_drawn_state_machine_is_the_table_of_moves() -> None:
    """Every move of an effect is drawn, and no other."""
    [drawing] = re.findall(r"stateDiagram-v2\n(.*?)```", _HOW_IT_WORKS, re.DOTALL)
    drawn = set(re.findall(r"^ +(\w+) --> (\w+): ", drawing, re.MULTILINE))
    assert drawn == {(before.value, after.value) for after, froms in SUB_STEP_MOVES.items() for before in froms}
