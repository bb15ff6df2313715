"""`make demo` ends as its script says; Ctrl-C at any moment leaves neither processes nor folders."""

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

import pytest
from prefect.client.orchestration import PrefectClient

from dev.demo.script import read_script, scripted_input
from dev.gate_forms.client import GateForms
from dev.stack.environment import base_environment
from tests.deployments.processes import linux_only, working_in
from tests.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_LIMIT = 400.0
_STOPPING = 40.0
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CONFIGURATIONS = re.compile(r"^ *configuration +proposed", re.MULTILINE)
_STRAY = {"DATABASE_URL": "postgresql://nobody@db.invalid/live", "PREFECT_API_URL": "http://prefect.invalid/api"}


@dataclass
class Demo:
    """A running demo; its temporary folders lie in `folder`, its output goes to a file beside it."""

    process: asyncio.subprocess.Process
    folder: Path
    keyboard: int
    answered: int = 0

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return (self.folder.parent / "output").read_text(errors="replace")

    @property
    def plain(self) -> str:
        """Everything printed so far, without colours."""
        return _COLOURS.sub("", self.output)

    def described(self) -> str:
        """The demo and its output so far, without colours and repeated lines."""
        return "\n".join(["the demo after:", *dict.fromkeys(self.plain.splitlines())])

    @property
    def asks_for_configurations(self) -> bool:
        """Whether the last question on the terminal is about at least one configuration."""
        return _CONFIGURATIONS.search(self.plain.rpartition("You decide as")[2]) is not None

    async def reach(self, reached: Callable[[], bool]) -> None:
        """Wait until the condition holds; fails with the output if the demo ends before."""
        await until(lambda: reached() or self.process.returncode is not None, self.described, _LIMIT)
        assert self.process.returncode is None, self.output

    @property
    def links(self) -> list[tuple[str, str]]:
        """Server and flow run of each link to the UI."""
        return re.findall(r"(http://127.0.0.1:\d+)/runs/flow-run/([0-9a-f-]{36})", self.output)

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        os.write(self.keyboard, "".join(f"{line}\n" for line in lines).encode())

    def answer(self) -> None:
        """Answer the question on the terminal: clear ones as recommended, "no match" for others, yes at the end."""
        output = " ".join(self.plain.split())
        if len(output) == self.answered or not output.endswith(", b back, q quit:"):
            return
        question, self.answered = output[self.answered :], len(output)
        if "y writes" in question:
            self.type("y")
        elif "that are clear" in question:
            self.type("a")
        elif "goes one by one" in question:
            self.type("")
        else:
            self.type("n" if " n, " in question else "x")

    async def ended(self, limit: float = _STOPPING) -> int:
        """The exit code; fails if processes or files are left."""
        code = await asyncio.wait_for(self.process.wait(), limit)
        assert working_in(self.folder) == []
        assert list(self.folder.iterdir()) == []
        return code


@asynccontextmanager
async def demo_in(
    folder: Path, *options: str, stray: Mapping[str, str] | None = None, terminal: bool = False
) -> AsyncGenerator[Demo]:
    """`make demo` in a session of its own, on a terminal if requested. A failing test leaves no process."""
    temporary = folder / "temporary"
    temporary.mkdir()
    temporary.chmod(0o711)
    environment = base_environment(allow_external=False) | {"TMPDIR": str(temporary)} | dict(stray or {})
    keyboard, screen = pty.openpty()
    with (folder / "output").open("ab") as file:
        if terminal:
            asyncio.get_running_loop().add_reader(keyboard, _copy, keyboard, folder / "output")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dev.demo", *options),
            env=environment | ({"TERM": "xterm"} if terminal else {}),
            stdin=screen if terminal else subprocess.DEVNULL,
            stdout=screen if terminal else file,
            stderr=file,
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
    with file.open("ab") as log:
        log.write(_read(screen))


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:
        # The last program that had the terminal open has ended.
        asyncio.get_running_loop().remove_reader(screen)
        return b""


async def select_companies_in_ui(link: tuple[str, str]) -> None:
    """Submit the open forms of the company gate with the answers of the script, as the UI does."""
    server, _ = link
    roles = {role.title: role for role in read_script()}
    async with PrefectClient(f"{server}/api") as client:
        gate_forms = GateForms(client)
        for gate in await gate_forms.open_gates():
            if not gate.name.startswith("Company selection"):
                continue
            await gate_forms.answer(gate, scripted_input(gate.questions, roles))


async def test_all_twelve_end_as_the_script_says(short_folder: Path) -> None:
    """From the list to registered accounts; addresses of live servers in the environment are ignored.

    A menu whose import failed on the platform is imported again after a person's check.
    """
    async with demo_in(short_folder, stray=_STRAY) as demo:
        assert await demo.ended(_LIMIT) == 0, demo.output
    output = " ".join(demo.output.split())
    assert "all 12 restaurants ended as they must" in output
    assert "✓ failed, as expected because “platform said success”" in output
    assert "menuImport is unknown: whether it happened cannot be told: Command failed: *** Import failed: " in output
    assert "answered menuImport of Pho Hanoi Corner: it is not there, do it again" in output
    assert "Pho Hanoi Corner ✓ completed: 4 proven, 8 reported" in output
    assert max(map(len, demo.output.splitlines())) <= 80
    assert len(demo.output.splitlines()) <= 60


@linux_only
async def test_an_interrupted_start_leaves_nothing(short_folder: Path) -> None:
    """The temporary folder is removed with the server that is starting; `make up` covers other moments."""
    async with demo_in(short_folder) as demo:
        await demo.reach(lambda: any(demo.folder.glob("*/postgres/data")))
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130, demo.output


@linux_only
async def test_ctrl_c_before_anything_runs_is_quiet(short_folder: Path) -> None:
    """No traceback, whatever is being imported; a second Ctrl-C, during the stop, changes nothing."""
    async with demo_in(short_folder) as demo:
        await demo.reach(lambda: "starting Postgres" in demo.output)
        for _ in range(2):
            demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130
    assert "Traceback" not in demo.output


@linux_only
async def test_a_person_answers_on_the_terminal_or_in_the_ui(short_folder: Path) -> None:
    """Companies are selected in the UI while the terminal asks; then configurations are confirmed at the terminal.

    The restaurants come to a gate in one round or in several; a question may be about both gates, and what was answered
    in the UI first is refused at the terminal. Ctrl-C during step 6 leaves nothing: also the processes of the flows
    end, which the worker started.
    """
    async with demo_in(short_folder, "--ask", terminal=True) as demo:
        await demo.reach(lambda: "quit:" in demo.output)

        async def in_step_6() -> bool:
            if demo.asks_for_configurations:
                demo.answer()
            else:
                await select_companies_in_ui(demo.links[-1])
            return re.search(r"\b[1-9]\d?/12\b", demo.plain) is not None

        await eventually(in_step_6, demo.described, _LIMIT)
        output = " ".join(demo.plain.split())
        assert "answered in the browser" in output
        assert re.search(r"\b[1-9]\d? accepted, \d+ refused", output)
        # A question about both gates may be on the screen when the companies in it are selected in the UI.
        assert output.count("refused:") == output.count("refused: already decided by make demo (prefect)")
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ended() == 130, demo.output
    assert "Traceback" not in demo.output
    assert "make demo: interrupted; nothing is left running" in demo.output
