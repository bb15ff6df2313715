"""The server's settings that the benchmark changes while it counts transactions."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.bench.served import without_autovacuum

_WRITTEN = text("select setting from pg_file_settings where name = 'autovacuum' and sourcefile like '%auto.conf'")


async def test_autovacuum_is_switched_on_again_after_an_error(everything: AsyncConnection) -> None:
    """A part that fails changes nothing for the parts after it."""
    during: list[str] = []

    async def fail() -> None:
        async with without_autovacuum(everything):
            during.append(await everything.scalar(_WRITTEN))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await fail()
    assert during == ["off"]
    assert await everything.scalar(_WRITTEN) is None
