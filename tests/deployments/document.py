"""The commands of a document, and a shell in which they are given one after the other."""

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
    """A fenced block below a heading; `language` is what its fence says.

    `again` stands for no block but for the words that all of another section is to be done again; `text` is its name.
    """

    section: str
    language: str
    text: str


_PARTS = re.compile(r"^## (.+?)$|^```(\w*)\n(.*?)^```$|\[[^]]*\]\(#(\w+)\) again", re.MULTILINE | re.DOTALL)


def blocks(document: Path) -> list[Block]:
    """All of a document's, in its order."""
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
    """A shell that ends with the first command that fails."""

    process: asyncio.subprocess.Process
    scripts: Path

    async def run(self, text: str, limit: float = 300) -> str:
        """What the commands say, on both channels; fails with it if one of them does."""
        script, mark = self.scripts / f"{uuid4()}.sh", uuid4().hex
        script.write_text(text)
        assert self.process.stdin is not None
        self.process.stdin.write(f". {script} </dev/null\nprintf '%s\\n' {mark}\n".encode())
        said: list[str] = []
        try:
            async with asyncio.timeout(limit):
                ended = await self._listen(mark, said)
        except TimeoutError:
            ended = False
        told = "\n".join(said)
        assert ended, f"failed, or not done within {limit:g} s:\n{text}\nit said:\n{told}"
        return told

    async def _listen(self, mark: str, said: list[str]) -> bool:
        """Whether the mark came."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            text = line.decode(errors="replace").rstrip("\n")
            if text == mark:
                return True
            said.append(text)
        return False


@asynccontextmanager
async def shell(folder: Path, scripts: Path, environment: Mapping[str, str]) -> AsyncGenerator[Shell]:
    """A shell in the folder; whatever is started in it ends with the context."""
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
