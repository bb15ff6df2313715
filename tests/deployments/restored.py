"""A batch whose database is restored to a time before its restaurants completed, and the required state after it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr

from dev.stack.errors import NotInTime
from dev.stack.sandbox_control import PretendedPlatform
from registration.accounts.passwords import Cipher
from registration.workflow.sub_steps import SUB_STEPS, EffectKind
from tests.deployments.administrator import Administrator
from tests.flows.gates import CONFIG, Form, Gates
from tests.waiting import eventually

WORKER = "registration-worker"
LIMIT = 180.0
_OPEN = ("pending", "in_progress", "action_required")
_ALL_UNITS = ("registration-recovery-worker", WORKER, "registration-prefect-server")


@dataclass
class Site:
    """A batch of four: one completed before the backup, two after it, one waits. `passwords`: e-mail, password."""

    administrator: Administrator
    batch_id: UUID
    names: list[str]
    passwords: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    async def form(self, client: PrefectClient, *names: str) -> Form:
        """The open form of the configuration gate that asks for exactly these restaurants."""
        form = await Gates(client, self.batch_id).form(CONFIG, *names, limit=LIMIT)
        assert set(form.restaurants) == set(names)
        return form

    async def answer(self, *names: str, of: tuple[str, ...]) -> None:
        """Confirm some of the restaurants in the form, and wait for their statuses."""
        await self.give(*names, of=of)
        await self.until(**dict.fromkeys(names, "completed"))

    async def give(self, *names: str, of: tuple[str, ...]) -> None:
        """Confirm some of the restaurants in the form."""
        async with self.administrator.machine.client() as client:
            form = await self.form(client, *of)
            await Gates(client, self.batch_id).answer(form, {name: form.preset(name) for name in names})

    async def reach(self, **statuses: str) -> None:
        """Wait until restaurants have these statuses; a person checks and reports unknown effects."""

        async def moved() -> bool:
            return await self._are(statuses) or bool(await self._unknown(statuses))

        while True:
            try:
                await eventually(moved, f"{statuses}, or somebody must look", LIMIT)
            except NotInTime as error:
                error.add_note(await self._state())
                raise
            if not (unknown := await self._unknown(statuses)):
                return
            for effect in unknown:
                there = (await self.done())[effect["restaurant"]][SUB_STEPS[effect["name"]].endpoint]
                found = "--it-is-there" if there else "--do-it-again"
                command = f"registration resolve {effect['job']} {effect['name']} {found} --by Mere --why 'seen there'"
                await self.administrator.shell.run(command)

    async def _state(self) -> str:
        """The open effects of the batch, its lease, and all runs at the server, a line each."""
        records = self.administrator.machine.records
        effects = await records.query(
            """
            select r.name as restaurant, j.status as job, u.name, u.status, u.sent_at, u.error_message
            from registration_jobs j join restaurants r on r.id = j.restaurant_id
            left join registration_sub_steps u on u.job_id = j.id and u.status <> 'completed'
            where j.batch_job_id = %(batch)s order by j.position, u.name
            """,
            batch=self.batch_id,
        )
        lease = "select * from registration_leases where batch_job_id = %(batch)s"
        async with self.administrator.machine.client() as client:
            runs = [
                (
                    run.name,
                    run.state_name,
                    run.state.message if run.state else None,
                    run.expected_start_time,
                    run.end_time,
                )
                for run in await client.read_flow_runs()
            ]
        return "\n".join(map(str, [*effects, *await records.query(lease, batch=self.batch_id), *runs]))

    async def _unknown(self, names: Iterable[str]) -> list[dict[str, Any]]:
        return await self.administrator.machine.records.query(
            """
            select u.name, j.id as job, r.name as restaurant from registration_sub_steps u
            join registration_jobs j on j.id = u.job_id join restaurants r on r.id = j.restaurant_id
            where j.batch_job_id = %(batch)s and r.name = any(%(names)s) and u.needs_person order by j.position, u.name
            """,
            batch=self.batch_id,
            names=list(names),
        )

    async def _are(self, statuses: Mapping[str, str]) -> bool:
        """True if the restaurants have these statuses; fails if one ended with another status."""
        jobs = await self.administrator.machine.records.jobs(self.batch_id)
        ended = {name: jobs[name] for name, status in statuses.items() if jobs[name]["status"] not in (status, *_OPEN)}
        assert not ended, {name: (job["status"], job["error_message"]) for name, job in ended.items()}
        return all(jobs[name]["status"] == status for name, status in statuses.items())

    async def until(self, **statuses: str) -> None:
        """Wait until restaurants have these statuses."""
        await eventually(lambda: self._are(statuses), f"{statuses}", LIMIT)

    async def continue_halted(self) -> None:
        """Wait until the failure threshold has halted the batch, and continue it."""

        async def halted() -> bool:
            batch = "select stopped_reason from registration_batch_jobs where id = %(batch)s"
            [row] = await self.administrator.machine.records.query(batch, batch=self.batch_id)
            return row["stopped_reason"] is not None

        await eventually(halted, "the batch is halted", LIMIT)
        await self.administrator.shell.run(f"registration continue {self.batch_id} --why 'the passwords are known'")

    async def taken_over(self) -> bool:
        """True if a second process has taken over the batch; starts one if necessary."""
        await self.administrator.shell.run(f"registration start --batch {self.batch_id}")
        lease = "select runs from registration_leases where batch_job_id = %(batch)s"
        [row] = await self.administrator.machine.records.query(lease, batch=self.batch_id)
        return row["runs"] > 1

    async def asks_in_another(self, client: PrefectClient, form: Form) -> bool:
        """True if a run other than the form's asks now."""
        runs = await Gates(client, self.batch_id).open_runs(CONFIG)
        return bool(runs) and form.run.id not in {run.id for run in runs}

    async def know_passwords(self) -> None:
        """Store the password of each account, like a person who sets a new one on the platform."""
        machine = self.administrator.machine
        cipher = Cipher([SecretStr(machine.settings["REGISTRATION_ENCRYPTION_KEYS"])])
        rows = await machine.records.query(
            """
            select r.name, c.email, c.password_encrypted from registration_credentials c
            join registration_jobs j on j.id = c.claimed_by_job_id join restaurants r on r.id = j.restaurant_id
            """
        )
        for row in rows:
            password = cipher.decrypt(row["password_encrypted"]).get_secret_value()
            self.passwords[row["name"]] = (row["email"], password)

    async def store_password(self, *names: str) -> None:
        """Store the password of accounts made after the backup, in our table and in the platform's own."""
        for name in names:
            email, password = self.passwords[name]
            await self.administrator.machine.records.query(
                "update pumpd_accounts set user_password_hint = %(password)s where lower(email) = %(email)s",
                email=email,
                password=password,
            )
            printing = f"printf '%s\\n' '{password}'"
            await self.administrator.shell.run(
                f"{printing} | registration credentials set {email} --why 'made after the backup'"
            )

    async def stop(self) -> None:
        """Stop our services and the platform, which uses the same database server."""
        for unit in _ALL_UNITS:
            await self.administrator.machine.units.systemctl("stop", unit)
        await self.administrator.machine.stop_platform()

    async def restore(self) -> None:
        """Restore the databases of the registration, and nothing of Prefect; start again."""
        await self.administrator.follow("Restore")

    async def forms(self, client: PrefectClient) -> int:
        """Number of open forms of the batch."""
        return len(await Gates(client, self.batch_id).open_runs())

    async def done(self) -> dict[str, Counter[str]]:
        """The platform's effects of the twelve sub-steps, by restaurant."""
        machine, found = self.administrator.machine, dict[str, Counter[str]]()
        jobs = await machine.records.jobs(self.batch_id)
        names = {job["restaurant_id"]: name for name, job in jobs.items()}
        organisation = UUID(machine.settings["REGISTRATION_ORGANISATION"])
        for effect in await PretendedPlatform(machine.sandbox.url).done(organisation):
            found.setdefault(names[effect.restaurant_id], Counter())[effect.effect] += effect.count
        return found


def assert_nothing_twice(done: dict[str, Counter[str]], names: list[str]) -> None:
    """No creating effect happened twice; a setting effect may have."""
    assert set(done) == set(names)
    for name in names:
        counts = {row.endpoint: done[name][row.endpoint] for row in SUB_STEPS.values()}
        creates = {row.endpoint for row in SUB_STEPS.values() if row.effect is not EffectKind.SET}
        assert {endpoint: counts[endpoint] for endpoint in creates} == dict.fromkeys(creates, 1), name
        assert all(counts.values()), name
