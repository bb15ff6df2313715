"""Reads the word lists beside this module."""

from pathlib import Path


def read_lines(file: str) -> tuple[str, ...]:
    """The lines of a list, one entry each."""
    return tuple(Path(__file__).with_name(file).read_text("utf-8").splitlines())


def read_table(file: str) -> dict[str, frozenset[str]]:
    """Every key with its entries, from lines like `nelson: stoke, tahunanui`; a key may have none."""
    parts = (line.partition(": ") for line in read_lines(file))
    return {key: frozenset(entries.split(", ")) - {""} for key, _, entries in parts}
