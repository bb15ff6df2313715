"""Somebody who does what docs/operations.md says, section by section."""

import shlex
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.deployments.document import Block, Shell, blocks, shell
from tests.deployments.machine import PROJECT, Machine, machine, shell_environment

OPERATIONS = PROJECT / "docs" / "operations.md"
INSTALLING = ("Install", "Settings", "Databases", "Start")

Deed = Callable[[], Awaitable[None]]


@dataclass
class Engineer:
    """Carries out blocks in one shell. `besides` is what a person does by hand, or what happens to them, after a block
    in which a text stands. Lines with a text of `leave_out` are not given.
    """

    machine: Machine
    shell: Shell
    besides: Mapping[str, Deed] = field(default_factory=dict[str, Deed])
    leave_out: tuple[str, ...] = ()
    done: list[Block] = field(default_factory=list[Block])
    said: dict[str, str] = field(default_factory=dict[str, str])

    async def follow(self, *sections: str) -> None:
        """Do all that these sections say."""
        for section in sections:
            found = [block for block in blocks(OPERATIONS) if block.section == section]
            assert found, f"there is no section {section}"
            for block in found:
                await self._carry_out(block)

    async def _carry_out(self, block: Block) -> None:
        if block.language == "sh":
            said = await self.shell.run(self._given(block.text))
            self.said[block.section] = f"{self.said.get(block.section, '')}{said}\n"
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
        """What is said to systemd; everything else in such a block is about folders that only root may write."""
        for words in map(shlex.split, text.splitlines()):
            if words[:2] == ["sudo", "systemctl"]:
                await self.machine.units.systemctl(*words[2:])


@asynccontextmanager
async def engineer(folder: Path) -> AsyncGenerator[Engineer]:
    """An engineer at a machine whose settings are filled in and on which nothing else was done."""
    async with machine(folder) as made:
        made.write_settings()
        async with shell(made.project, folder / "scripts", shell_environment(made)) as running:
            yield Engineer(made, running)
