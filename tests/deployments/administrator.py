"""A person who follows docs/operations.md section by section."""

import shlex
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.deployments.document import Block, Shell, blocks, shell
from tests.deployments.machine import PROJECT, Machine, machine, shell_environment

OPERATIONS = PROJECT / "docs" / "operations.md"
INSTALLING = ("Install", "Settings", "Databases", "Start")

_LOG_END = 3_000
"""Characters of each log that a failure shows."""

Deed = Callable[[], Awaitable[None]]


@dataclass
class Administrator:
    """Runs the blocks in one shell.

    `besides` holds manual actions and events after a block that contains a text. Lines that contain a text of
    `leave_out` are skipped.
    """

    machine: Machine
    shell: Shell
    besides: Mapping[str, Deed] = field(default_factory=dict[str, Deed])
    leave_out: tuple[str, ...] = ()
    done: list[Block] = field(default_factory=list[Block])
    outputs: dict[str, str] = field(default_factory=dict[str, str])

    async def follow(self, *sections: str) -> None:
        """Run all blocks of these sections."""
        for section in sections:
            found = [block for block in blocks(OPERATIONS) if block.section == section]
            assert found, f"there is no section {section}"
            for block in found:
                await self._carry_out(block)

    async def _carry_out(self, block: Block) -> None:
        if block.language == "sh":
            outputs = await self.shell.run(self._given(block.text))
            self.outputs[block.section] = f"{self.outputs.get(block.section, '')}{outputs}\n"
        elif block.language == "console":
            await self._console(block.text)
        elif block.language == "again":
            await self.follow(block.text)
        self.done.append(block)
        for text, deed in self.besides.items():
            if text in block.text:
                await deed()

    def _given(self, text: str) -> str:
        return "\n".join(line for line in text.splitlines() if not any(left in line for left in self.leave_out))

    async def _console(self, text: str) -> None:
        """The lines for systemd; all other lines of such a block concern folders that only root may write."""
        for words in map(shlex.split, text.splitlines()):
            if words[:2] == ["sudo", "systemctl"]:
                await self.machine.units.systemctl(*words[2:])


@asynccontextmanager
async def administrator(folder: Path) -> AsyncGenerator[Administrator]:
    """A person at a machine whose settings are filled in, before the first step."""
    async with machine(folder) as made:
        made.write_settings()
        async with shell(made.project, folder / "scripts", shell_environment(made)) as running:
            try:
                yield Administrator(made, running)
            except Exception as error:
                for log in sorted(folder.glob("*.log")):
                    error.add_note(f"--- end of {log.name}\n{log.read_text(errors='replace')[-_LOG_END:]}")
                raise
