"""The process of a batch writes through its lease alone: a rule over the source of all that such a process runs."""

import ast
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SOURCES = (
    "flows",
    "tasks",
    "registration/effects",
    "registration/batches/browser_slots.py",
    "registration/effects/freeing.py",
    "registration/companies/rate_limit.py",
    "registration/workflow/watch.py",
)
_OTHERS = {
    "registration/batches/browser_slots.py": "its rows count only while their holder's lease is live, at which the "
    "function of the database looks itself; to give a slot back must not wait for whoever has locked the lease's row",
    "registration/effects/freeing.py": "locks the leases of all batches in which somebody waits, and frees only for an "
    "account that is settled in the database",
    "registration/companies/rate_limit.py": "keeps the turns at foreign websites, which belong to no batch",
    "registration/workflow/watch.py": "only reads",
    "flows/register_batch.py": "opens the batch, before anybody has it",
    "tasks/reminders.py": "writes for batches that nobody has, under the lock of their lease",
    "tasks/recovery.py": "reads which batches nobody has",
}
_OF_LEASE = ("lease", "_lease")


def _transactions(module: Path) -> Iterator[str]:
    """The lines that open a transaction without a lease."""
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.Attribute) or node.attr != "transaction":
            continue
        opener = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", None)
        if opener not in _OF_LEASE:
            yield f"{module.relative_to(_ROOT)}:{node.lineno}"


def _modules(source: Path) -> list[Path]:
    return [source] if source.is_file() else sorted(source.rglob("*.py"))


def test_every_transaction_of_a_batch_s_process_is_the_lease_s() -> None:
    """No write can bypass the lease; a module that must is listed here with the reason."""
    modules = [module for source in _SOURCES for module in _modules(_ROOT / source)]
    found = [one for module in modules for one in _transactions(module)]
    assert {one.partition(":")[0] for one in found} == set(_OTHERS), found
