"""All descendants of a program end with it, also in a process group of their own."""

import os
import sys
from pathlib import Path

import pytest

from dev.stack.process_tree import descendants, kill
from dev.stack.processes import start
from tests.processes import is_running
from tests.waiting import until

LETS_GO = """
import subprocess, sys, time
sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
print(subprocess.Popen(sleeping, start_new_session=True).pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists processes in /proc")
async def test_what_was_let_go_of_is_found_and_ended(tmp_path: Path) -> None:
    """A browser leads its own group, which the end of its parent's group does not reach."""
    command, log = [sys.executable, "-c", LETS_GO], tmp_path / "child.log"
    child = start("child", command, log=log, environment=os.environ, folder=tmp_path)
    await until(lambda: log.read_text().endswith("\n"), "the child's child")
    let_go = int(log.read_text())
    family = descendants(child.pid)
    assert let_go in family
    child.kill()
    assert is_running(let_go)
    kill(family)
    await until(lambda: not is_running(let_go), "the child's child to end")
