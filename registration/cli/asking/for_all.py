"""What is said once for all configurations that are gone ahead with, as in the section of the form."""

from collections.abc import Mapping

from registration.cli.asking.editor import Editor
from registration.cli.asking.prompt import Prompt
from registration.models.config_layer import ConfigLayer
from registration.models.rounds import Prefilled
from registration.questions.for_all import FOR_ALL_FIELDS, read_for_all
from registration.questions.sections import Kind


def for_all_editor(prompt: Prompt, typed: dict[str, Prefilled]) -> Editor:
    """The section, with what was said before; at first everything is as proposed."""
    for field in FOR_ALL_FIELDS:
        typed.setdefault(field.name, field.options[0].label if field.kind is Kind.ONE_OF else ())
    return Editor(prompt, FOR_ALL_FIELDS, typed)


async def read_layer(filled: Mapping[str, Prefilled]) -> ConfigLayer:
    """The layer that the section says. Raises ValueError for what contradicts itself."""
    return read_for_all(filled)
