"""A batch whose database is restored to a time before its restaurants were done, and what must be true of it then."""

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
from tests.deployments.engineer import Engineer
from tests.flows.gates import CONFIG, Form, Gates
from tests.waiting import eventually

WORKER = "registration-worker"
LIMIT = 180.0
_OPEN = ("pending", "in_progress", "action_required")
_ALL_UNITS = ("registration-recovery-worker", WORKER, "registration-prefect-server")


@dataclass
class Site:
    """A batch of four: one was done before the backup, two after it, one waits. `passwords`: e-mail, password."""

    engineer: Engineer
    batch_id: UUID
    names: list[str]
    passwords: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    async def form(self, client: PrefectClient, *names: str) -> Form:
        """The open form of the configuration gate that asks for these, and for no others."""
        form = await Gates(client, self.batch_id).form(CONFIG, *names, limit=LIMIT)
        assert set(form.restaurants) == set(names)
        return form

    async def answer(self, *names: str, of: tuple[str, ...]) -> None:
        """Go ahead with some of those that are asked for, and see them settled."""
        await self.give(*names, of=of)
        await self.until(**dict.fromkeys(names, "completed"))

    async def give(self, *names: str, of: tuple[str, ...]) -> None:
        """Go ahead with some of those that are asked for."""
        async with self.engineer.machine.client() as client:
            form = await self.form(client, *of)
            await Gates(client, self.batch_id).answer(form, {name: form.preset(name) for name in names})

    async def settle(self, **statuses: str) -> None:
        """See restaurants come to these statuses: for what is unknown somebody looks on the platform, and says so."""

        async def moved() -> bool:
            return await self._are(statuses) or bool(await self._unknown(statuses))

        while True:
            try:
                await eventually(moved, f"{statuses}, or somebody must look", LIMIT)
            except NotInTime as error:
                error.add_note(await self._standing())
                raise
            if not (unknown := await self._unknown(statuses)):
                return
            for one in unknown:
                there = (await self.done())[one["restaurant"]][SUB_STEPS[one["name"]].endpoint]
                found = "--it-is-there" if there else "--do-it-again"
                command = f"registration resolve {one['job']} {one['name']} {found} --by Mere --why 'seen there'"
                await self.engineer.shell.run(command)

    async def _standing(self) -> str:
        """Where each open effect of the batch is, who has the batch, and all runs at the server, a line each."""
        records = self.engineer.machine.records
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
        async with self.engineer.machine.client() as client:
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
        return await self.engineer.machine.records.query(
            """
            select u.name, j.id as job, r.name as restaurant from registration_sub_steps u
            join registration_jobs j on j.id = u.job_id join restaurants r on r.id = j.restaurant_id
            where j.batch_job_id = %(batch)s and r.name = any(%(names)s) and u.needs_person order by j.position, u.name
            """,
            batch=self.batch_id,
            names=list(names),
        )

    async def _are(self, statuses: Mapping[str, str]) -> bool:
        """Whether they have these statuses; one that ended otherwise will not."""
        jobs = await self.engineer.machine.records.jobs(self.batch_id)
        ended = {name: jobs[name] for name, status in statuses.items() if jobs[name]["status"] not in (status, *_OPEN)}
        assert not ended, {name: (job["status"], job["error_message"]) for name, job in ended.items()}
        return all(jobs[name]["status"] == status for name, status in statuses.items())

    async def until(self, **statuses: str) -> None:
        """Wait until restaurants have these statuses."""
        await eventually(lambda: self._are(statuses), f"{statuses}", LIMIT)

    async def taken_over(self) -> bool:
        """Whether a second process has taken the batch; it is started if need be."""
        await self.engineer.shell.run(f"registration start --batch {self.batch_id}")
        lease = "select runs from registration_leases where batch_job_id = %(batch)s"
        [row] = await self.engineer.machine.records.query(lease, batch=self.batch_id)
        return row["runs"] > 1

    async def asks_in_another(self, client: PrefectClient, form: Form) -> bool:
        """Whether another run than that of the form asks now."""
        runs = await Gates(client, self.batch_id).open_runs(CONFIG)
        return bool(runs) and form.run.id not in {run.id for run in runs}

    async def know_passwords(self) -> None:
        """Note which password each account has, as somebody knows who sets a new one on the platform."""
        machine = self.engineer.machine
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

    async def tell_password(self, *names: str) -> None:
        """Store the password of accounts that were made after the backup, with us and in the platform's own table."""
        for name in names:
            email, password = self.passwords[name]
            await self.engineer.machine.records.query(
                "update pumpd_accounts set user_password_hint = %(password)s where lower(email) = %(email)s",
                email=email,
                password=password,
            )
            said = f"printf '%s\\n' '{password}'"
            await self.engineer.shell.run(
                f"{said} | registration credentials set {email} --why 'made after the backup'"
            )

    async def stop(self) -> None:
        """Stop our services and the platform, which is on the same database server."""
        for unit in _ALL_UNITS:
            await self.engineer.machine.units.systemctl("stop", unit)
        await self.engineer.machine.stop_platform()

    async def restore(self) -> None:
        """Restore what there is of the registration, and nothing of Prefect; start again."""
        await self.engineer.follow("Restore")

    async def forms(self, client: PrefectClient) -> int:
        """How many forms of the batch are open."""
        return len(await Gates(client, self.batch_id).open_runs())

    async def done(self) -> dict[str, Counter[str]]:
        """What the platform did of the twelve, by restaurant."""
        machine, found = self.engineer.machine, dict[str, Counter[str]]()
        jobs = await machine.records.jobs(self.batch_id)
        names = {job["restaurant_id"]: name for name, job in jobs.items()}
        organisation = UUID(machine.settings["REGISTRATION_ORGANISATION"])
        for one in await PretendedPlatform(machine.sandbox.url).done(organisation):
            found.setdefault(names[one.restaurant_id], Counter())[one.effect] += one.count
        return found


def assert_nothing_twice(done: dict[str, Counter[str]], names: list[str]) -> None:
    """Each restaurant has every thing once; what only sets something may have been set again."""
    assert set(done) == set(names)
    for name in names:
        counts = {row.endpoint: done[name][row.endpoint] for row in SUB_STEPS.values()}
        creates = {row.endpoint for row in SUB_STEPS.values() if row.effect is not EffectKind.SET}
        assert {endpoint: counts[endpoint] for endpoint in creates} == dict.fromkeys(creates, 1), name
        assert all(counts.values()), name
