"""The commands of a document, and a shell that runs them one after the other."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class Block:
    """A fenced block below a heading; `language` is that of its fence.

    `again` marks a reference to another section instead of a block; `text` is then the name of that section.
    """

    section: str
    language: str
    text: str


_PARTS = re.compile(r"^## (.+?)$|^```(\w*)\n(.*?)^```$|\[[^]]*\]\(#(\w+)\) again", re.MULTILINE | re.DOTALL)


def blocks(document: Path) -> list[Block]:
    """All blocks of a document, in its order."""
    found: list[Block] = []
    section = ""
    for heading, language, text, another in _PARTS.findall(document.read_text()):
        if heading:
            section = heading
        elif another:
            found.append(Block(section, "again", another.capitalize()))
        else:
            found.append(Block(section, language, text))
    return found


@dataclass(frozen=True)
class Shell:
    """A shell that ends at the first command that fails."""

    process: asyncio.subprocess.Process
    scripts: Path

    async def run(self, text: str, limit: float = 300) -> str:
        """The output of the commands, on both streams; fails with that output if a command fails."""
        script, mark = self.scripts / f"{uuid4()}.sh", uuid4().hex
        script.write_text(text)
        assert self.process.stdin is not None
        self.process.stdin.write(f". {script} </dev/null\nprintf '%s\\n' {mark}\n".encode())
        lines: list[str] = []
        try:
            async with asyncio.timeout(limit):
                ended = await self._listen(mark, lines)
        except TimeoutError:
            ended = False
        output = "\n".join(lines)
        assert ended, f"failed, or not done within {limit:g} s:\n{text}\nits output:\n{output}"
        return output

    async def _listen(self, mark: str, lines: list[str]) -> bool:
        """True if the mark was received."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            text = line.decode(errors="replace").rstrip("\n")
            if text == mark:
                return True
            lines.append(text)
        return False


@asynccontextmanager
async def shell(folder: Path, scripts: Path, environment: Mapping[str, str]) -> AsyncGenerator[Shell]:
    """A shell in the folder; processes started in it end with the context."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-eu"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(environment),
        cwd=folder,
        start_new_session=True,
        limit=2**20,
    )
    try:
        yield Shell(process, scripts)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
