"""Child processes end on request, with all of their descendants."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from dev.stack.errors import NotInTime, ProcessEnded
from dev.stack.processes import Child, start
from tests.processes import is_running
from tests.waiting import until

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""

PARENT = """
import os, sys, time
from pathlib import Path
from dev.stack.processes import start
folder = Path(sys.argv[1])
command = [sys.executable, "-c", "import time; time.sleep(600)"]
child = start("child", command, log=folder / "log", environment=os.environ, folder=folder)
print(child.pid, flush=True)
time.sleep(600)
"""


def run(folder: Path, code: str) -> Child:
    """A child that runs this Python code."""
    command = [sys.executable, "-c", code]
    return start("child", command, log=folder / "child.log", environment=os.environ, folder=folder)


async def test_a_stop_ends_the_whole_group_even_if_it_ignores_the_signal(tmp_path: Path) -> None:
    """A process that ignores the signal is killed after its time, and so are its descendants."""
    child = run(tmp_path, STUBBORN)
    await until(lambda: (tmp_path / "child.log").read_text().endswith("\n"), "the child's child")
    grandchild = int((tmp_path / "child.log").read_text())
    await child.stop(patience=0.2)
    assert child.ended()
    await until(lambda: not is_running(grandchild), "the child's child to end")


async def test_the_error_of_an_early_end_has_the_end_of_the_log(tmp_path: Path) -> None:
    """The error has the exit code and the last lines of the log."""
    child = run(tmp_path, "import sys; print('no such table'); sys.exit(3)")
    with pytest.raises(ProcessEnded, match=r"(?s)code 3.*no such table"):
        await child.finish(limit=20)


async def test_waiting_has_a_limit_and_a_name(tmp_path: Path) -> None:
    """The error names the program."""
    child = run(tmp_path, "import time; time.sleep(600)")
    with pytest.raises(NotInTime, match="child to end"):
        await child.finish(limit=0.1)
    child.kill()


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
async def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    """`kill -9` of the parent leaves no child."""
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    parent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.communicate()
    await until(lambda: not is_running(child), "the child to end")
