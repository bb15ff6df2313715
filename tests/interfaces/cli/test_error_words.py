"""Errors of the domain hold for every interface: they have a code, and the commands of the terminal are the CLI's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.cli.advice import ADVICE, describe_error
from registration import errors
from registration.errors import NotFound, Refused, RegistrationError

PROJECT = Path(__file__).parents[3]
FOR_THE_TERMINAL = {"registration/reporting/summary.py"}
"""The final page of a batch lists commands to be copied; so do the findings of `registration/health`."""
_COMMAND = re.compile(r"`registration [a-z]|(?<!`)--[a-z][a-z-]+|\bregistration (?:retry|show|resolve|continue) ")
_CODE = re.compile(r"^[A-Z][A-Z_]+$")


def _modules() -> list[Path]:
    return sorted(
        file
        for file in (PROJECT / "registration").rglob("*.py")
        if "health" not in file.parts
        and "migrations" not in file.parts
        and str(file.relative_to(PROJECT)) not in FOR_THE_TERMINAL
    )


def _raises(tree: ast.AST) -> Iterator[ast.expr]:
    yield from (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None)


def _texts(node: ast.AST) -> Iterator[str]:
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _docstrings(tree: ast.Module) -> set[int]:
    """The ids of texts that are statements: docstrings, also those of attributes."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """The syntax trees of the domain's files."""
    return {str(file.relative_to(PROJECT)): ast.parse(file.read_text()) for file in _modules()}


def test_no_raise_names_a_command(trees: dict[str, ast.Module]) -> None:
    """Neither in its message nor in its hint."""
    found = [(file, text) for file, tree in trees.items() for raised in _raises(tree) for text in _texts(raised)]
    assert [(file, text) for file, text in found if _COMMAND.search(text)] == []


def test_no_text_that_a_raise_may_use_names_a_command(trees: dict[str, ast.Module]) -> None:
    """Constants and helpers too."""
    for file, tree in trees.items():
        docstrings = _docstrings(tree)
        constants = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in docstrings]
        named = [one.value for one in constants if isinstance(one.value, str) and "`registration " in one.value]
        assert named == [], file


def test_every_raise_has_a_code(trees: dict[str, ast.Module]) -> None:
    """Its own, or that of its class; a code is a word for programs."""
    classes = {name: one for name, one in vars(errors).items() if isinstance(one, type)}
    for file, tree in trees.items():
        for raised in _raises(tree):
            if not (isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name)):
                continue
            kind = classes.get(raised.func.id)
            if kind is None or not issubclass(kind, RegistrationError):
                continue
            given = [one.value for one in raised.keywords if one.arg == "code"]
            codes = [one.value for one in given if isinstance(one, ast.Constant)] or [kind.default_code]
            assert all(_CODE.match(str(code)) for code in codes), (file, codes)


def test_every_advice_is_for_a_code_that_is_raised() -> None:
    """A renamed code would lose its advice."""
    sources = "".join(file.read_text() for file in _modules())
    assert {code for code in ADVICE if f'"{code}"' not in sources} == set()


def test_the_terminal_adds_its_command() -> None:
    """Message, hint, advice; no advice without the details that it names."""
    assert describe_error(NotFound("there is no batch 1", code="BATCH_NOT_FOUND")) == (
        "there is no batch 1; `registration batches` lists them"
    )
    known = Refused(
        "it is unknown", code="EFFECT_NOT_SETTLED", hint="resolve it first", job_id="1", effect="menuImport"
    )
    assert describe_error(known) == "it is unknown; resolve it first; with `registration resolve 1 menuImport`"
    assert describe_error(Refused("it is in flight", code="EFFECT_NOT_SETTLED")) == "it is in flight"
