"""Step 6 in four phases with a barrier after each, in plain asyncio: the design without a task graph."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from registration.effects.outputs import CodeOutputs
from registration.effects.set_up_queries import SetUpSnapshot
from registration.errors import PlatformBusy
from registration.platform import requests
from registration.platform.client import PlatformClient
from registration.platform.requests import PlatformRequest, RegistrationType

_LIMIT = 600.0


class Turns:
    """Spaces account creations by at least this many seconds, first come, first served."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._lock = asyncio.Lock()
        self._next = time.monotonic()

    async def wait(self) -> None:
        """Return when the caller's turn has come."""
        async with self._lock:
            while (seconds := self._next - time.monotonic()) > 0:
                await asyncio.sleep(seconds)
            self._next = time.monotonic() + self._spacing

    def push(self, seconds: float) -> None:
        """Allow no account creation for this many seconds, because the platform asked for it."""
        self._next = max(self._next, time.monotonic() + seconds)


async def four_phases(platform: PlatformClient, rows: Sequence[SetUpSnapshot], spacing: float) -> float:
    """Set up all restaurants concurrently; the seconds from the start to the end of the last restaurant."""
    begin, turns = time.monotonic(), Turns(spacing)
    await asyncio.gather(*(_Restaurant(platform, row, turns).set_up() for row in rows))
    return time.monotonic() - begin


class _Restaurant:
    """The state of one restaurant on its way through the phases."""

    def __init__(self, platform: PlatformClient, row: SetUpSnapshot, turns: Turns) -> None:
        menu_id, email = row.config.menu.selected_menu_id, row.config.account.email
        person = row.config.onboarding
        if menu_id is None or email is None or person.user_name is None or person.user_email is None:
            raise ValueError("a generated restaurant lacks a menu, an e-mail or a contact")
        self._platform, self._turns = platform, turns
        self._id, self._config = row.restaurant_id, row.config
        self._menu_id, self._email = menu_id, email
        self._person, self._person_email = person.user_name, person.user_email
        self._password = SecretStr("Benchmark-1")

    async def set_up(self) -> None:
        """Run phase after phase; none starts before the previous phase has ended."""
        code = await self._phase_1()
        await self._phase_2(code)
        await self._send(requests.add_option_sets(self._id, self._menu_id))
        await self._send(requests.add_item_tags(self._id, self._menu_id))

    async def _phase_1(self) -> CodeOutputs:
        code, *_ = await asyncio.gather(
            self._send(requests.generate_code_injections(self._id, no_gradient=self._config.website.disable_gradients)),
            self._account(),
            self._send(requests.create_onboarding_user(self._id, self._person, self._person_email, self._password)),
            self._send(requests.upload_images(self._menu_id)),
        )
        return CodeOutputs.model_validate(code)

    async def _account(self) -> None:
        phone = self._config.account.phone
        while True:
            await self._turns.wait()
            try:
                await self._send(requests.register_account(self._id, self._email, self._password, phone))
            except PlatformBusy as busy:
                self._turns.push(busy.retry_after or 0)
            else:
                return

    async def _phase_2(self, code: CodeOutputs) -> None:
        kind, config = RegistrationType.NEW_ACCOUNT_WITH_RESTAURANT, self._config
        await self._send(requests.register_restaurant(self._id, kind, self._email, self._password, config.restaurant))
        link = config.payment.include_stripe_link
        await asyncio.gather(
            self._send(requests.configure_website(self._id, code.code_injection_id, code.file_paths, config.website)),
            self._send(requests.configure_services(self._id)),
            self._send(requests.configure_payment(self._id, include_connect_link=link)),
            self._send(requests.import_menu(self._id, self._menu_id)),
            self._send(requests.update_onboarding_record(self._id, self._person_email, self._person)),
        )

    async def _send(self, request: PlatformRequest) -> dict[str, Any]:
        return await self._platform.send(request, _LIMIT)
