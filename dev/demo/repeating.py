"""`make demo REPEAT=n`: runs the demo n times, each on a fresh stack, and prints a line for each."""

import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from dev.stack.processes import start
from dev.stack.temporary import temporary_folder
from dev.stack.waiting import until

_LIMIT = 1200.0
_STOPPING = 1.3
_LAST_LINES = 12


async def repeat(times: int, console: Console) -> int:
    """Run the demo `times` times; 0 if every run ended as the script says."""
    right = 0
    began = time.monotonic()
    for number in range(1, times + 1):
        with temporary_folder() as folder:
            right += await _once(f"{number:>{len(str(times))}} of {times}", folder, console)
    console.print(f"{right} of {times} ended as they must, {time.monotonic() - began:.0f} s")
    return 0 if right == times else 1


async def _once(which: str, folder: Path, console: Console) -> bool:
    """Run the demo in a process of its own: Prefect reads its settings once per process."""
    log, began = folder / "output.log", time.monotonic()
    demo = start("demo", [sys.executable, "-m", "dev.demo"], log=log, environment=os.environ, folder=Path.cwd())
    try:
        await until(demo.ended, "a demo to end", _LIMIT, every=0.2)
    finally:
        await demo.stop(_STOPPING)
    right = demo.popen.returncode == 0
    console.print(f"{which}  {'[green]right[/]' if right else '[bold red]WRONG[/]'}  {time.monotonic() - began:4.0f} s")
    if not right:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
        console.print(f"[bright_black]{escape(last)}[/]", soft_wrap=True)
    return right
