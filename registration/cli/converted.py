"""How the outcome of a conversion is told."""

from dataclasses import asdict
from typing import Any

from registration.cli.printing import add_rows, output, table
from registration.cli.starting import Started
from registration.leads.outcome import Conversion
from registration.models.conversion import ConversionAsked


def conversion_document(done: Conversion, started: list[Started], *, dry_run: bool) -> dict[str, Any]:
    """For programs."""
    summary = {
        "total": len(done.converted) + len(done.already) + len(done.failed),
        "converted": len(done.converted),
        "already_converted": len(done.already),
        "failed": len(done.failed),
    }
    return {
        "dry_run": dry_run,
        "summary": summary,
        "converted": [asdict(one) for one in done.converted],
        "already_converted": [asdict(one) for one in done.already],
        "failed": [asdict(one) for one in done.failed],
        "batches": [asdict(one) for one in done.batches],
        "started": [asdict(one) for one in started],
    }


def print_conversion(done: Conversion, asked: ConversionAsked, *, dry_run: bool) -> None:
    """For people: a row per lead, what needs a look, and the batches."""
    console = output()
    became = "would be converted" if dry_run else "converted"
    rows: list[tuple[object, ...]] = [(one.lead_id, one.name, became, one.restaurant_id) for one in done.converted]
    rows += [(one.lead_id, one.name, "already converted", one.restaurant_id) for one in done.already]
    rows += [(one.lead_id, one.name, "not converted", None) for one in done.failed]
    console.print(add_rows(table("lead", "restaurant", "", "restaurant's id"), rows))
    for one in done.failed:
        console.print(f"{one.name or one.lead_id}: {one.reason}", style="red", markup=False, soft_wrap=True)
    for one in done.converted:
        for remark in one.remarks:
            console.print(f"{one.name}: {remark}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"\n{'dry run, nothing was changed: ' if dry_run else ''}{done.line}")
    if asked.batch is not None and not asked.batch.start:
        for batch in done.batches:
            console.print(f"\nbatch     {batch.id}  {batch.name}", markup=False, soft_wrap=True)
            console.print(f"          registration start --batch {str(batch.id)[:8]}")
