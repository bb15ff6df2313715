"""`make demo`: it ends as the script says; Ctrl-C at any moment leaves nothing, neither processes nor folders."""

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dev.stack.environment import base_environment
from registration.gates.wording import DECIDE_LATER
from tests.deployments.processes import linux_only, working_in
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_LIMIT = 400.0
_STOPPING = 40.0
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PROMPT = re.compile(r"(Your name|1 to \d+, Enter, or a for all as preselected|)(?: \[[^\]]*\])?:\s*\Z")
_STRAY = {"DATABASE_URL": "postgresql://nobody@db.invalid/live", "PREFECT_API_URL": "http://prefect.invalid/api"}


@dataclass
class Demo:
    """A demo that runs: all its temporary folders lie in `folder`, all that it says goes to the file `said`."""

    process: asyncio.subprocess.Process
    folder: Path
    keyboard: int
    answered: int = 0

    @property
    def said(self) -> str:
        """What it has said so far."""
        return (self.folder.parent / "said").read_text(errors="replace")

    async def reach(self, reached: Callable[[], bool]) -> None:
        """Wait for a moment; what it said is shown if it ended before."""
        await until(lambda: reached() or self.process.returncode is not None, f"the demo after: {self.said}", _LIMIT)
        assert self.process.returncode is None, self.said

    @property
    def links(self) -> list[tuple[str, str]]:
        """The server and the flow run of each link to the UI."""
        return re.findall(r"(http://127.0.0.1:\d+)/runs/flow-run/([0-9a-f-]{36})", self.said)

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        os.write(self.keyboard, "".join(f"{line}\n" for line in lines).encode())

    def answer(self) -> None:
        """Type what a person would who is asked now: a name, all as preselected, or the first where nothing is."""
        said = _COLOURS.sub("", self.said)
        prompt = _PROMPT.search(said)
        if prompt is None or len(said.rstrip()) == self.answered:
            return
        shown = said[self.answered :]
        self.answered = len(said.rstrip())
        preselected = re.findall(r"(.*) \(Enter\)", shown)[-1:]
        if prompt[1].startswith("1 to"):
            self.type("a" if preselected and DECIDE_LATER not in preselected[0] else "1")
        else:
            self.type("Mere" if prompt[1] else "")

    async def ended(self, limit: float = _STOPPING) -> int:
        """Its exit code; nothing of it may be left then."""
        code = await asyncio.wait_for(self.process.wait(), limit)
        assert working_in(self.folder) == []
        assert list(self.folder.iterdir()) == []
        return code


@asynccontextmanager
async def demo_in(
    folder: Path, *options: str, stray: Mapping[str, str] | None = None, terminal: bool = False
) -> AsyncGenerator[Demo]:
    """`make demo` in a session of its own, on a terminal if wanted. A test that fails leaves nothing."""
    temporary = folder / "temporary"
    temporary.mkdir()
    temporary.chmod(0o711)
    environment = base_environment(allow_external=False) | {"TMPDIR": str(temporary)} | dict(stray or {})
    keyboard, screen = pty.openpty()
    with (folder / "said").open("ab") as said:
        if terminal:
            asyncio.get_running_loop().add_reader(keyboard, _copy, keyboard, folder / "said")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dev.demo", *options),
            env=environment | ({"TERM": "xterm"} if terminal else {}),
            stdin=screen if terminal else subprocess.DEVNULL,
            stdout=screen if terminal else said,
            stderr=said,
            start_new_session=True,
        )
    os.close(screen)
    try:
        yield Demo(process, temporary, keyboard)
    finally:
        asyncio.get_running_loop().remove_reader(keyboard)
        os.close(keyboard)
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), _STOPPING)


def _copy(screen: int, file: Path) -> None:
    with file.open("ab") as said:
        said.write(_read(screen))


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:
        # The last program that had the terminal open has ended.
        asyncio.get_running_loop().remove_reader(screen)
        return b""


async def resume(link: tuple[str, str]) -> str:
    """Submit a form in which only the name is filled in, as the UI does; answers with what became of it."""
    server, run = link
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{server}/api/flow_runs/{run}/resume", json={"run_input": {"decided_by": "Mere"}})
    return answer.json()["status"]


async def test_all_twelve_end_as_the_script_says(short_folder: Path) -> None:
    """From the list to registered accounts; what the environment says about live servers counts for nothing.

    A menu whose import failed on the platform is imported again when a person has looked.
    """
    async with demo_in(short_folder, stray=_STRAY) as demo:
        assert await demo.ended(_LIMIT) == 0, demo.said
    said = " ".join(demo.said.split())
    assert "all 12 restaurants ended as they must" in said
    assert "✓ failed, as expected because “platform said success”" in said
    assert "menuImport is unknown: whether it happened cannot be told: Command failed: *** Import failed: " in said
    assert "answered menuImport of Pho Hanoi Corner: it is not there, do it again" in said
    assert "Pho Hanoi Corner ✓ completed: 4 proven, 8 reported" in said
    assert max(map(len, demo.said.splitlines())) <= 80
    assert len(demo.said.splitlines()) <= 60


@linux_only
async def test_an_interrupted_start_leaves_nothing(short_folder: Path) -> None:
    """Its temporary folder goes with the server that was just being started; `make up` is stopped at other moments."""
    async with demo_in(short_folder) as demo:
        await demo.reach(lambda: any(demo.folder.glob("*/postgres/data")))
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130, demo.said


@linux_only
async def test_ctrl_c_before_anything_runs_is_quiet(short_folder: Path) -> None:
    """No traceback, whatever is being imported; a second one, in the middle of stopping, changes nothing."""
    async with demo_in(short_folder) as demo:
        await demo.reach(lambda: "starting Postgres" in demo.said)
        for _ in range(2):
            demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130
    assert "Traceback" not in demo.said


@linux_only
async def test_a_person_answers_on_the_terminal_or_in_the_ui(short_folder: Path) -> None:
    """The UI decides about nobody, so the terminal asks again: for a name, then where nothing is preselected.

    The restaurants come to a gate in one round or in several. Ctrl-C in the middle of the twelve leaves nothing: also
    the processes of the flows end, which the worker started.
    """
    async with demo_in(short_folder, "--ask", terminal=True) as demo:
        await demo.reach(lambda: "Your name" in demo.said)
        assert await resume(demo.links[-1]) == "ACCEPT"
        await demo.reach(lambda: "answered in the Prefect UI" in demo.said and demo.said.count("Your name") >= 2)

        def at_work() -> bool:
            demo.answer()
            return "Yolo config ·" in demo.said and re.search(r"\b[1-9]\d?/12\b", demo.said) is not None

        await demo.reach(at_work)
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130, demo.said
    assert "Traceback" not in demo.said
