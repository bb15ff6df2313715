"""How fast time goes for a process, and how long its lease lasts."""

from dataclasses import dataclass

TIME_SCALE = 0.03
LEASE_SECONDS = 10.0
_HOLD_MINUTES = 600.0


@dataclass(frozen=True)
class Clock:
    """`scale` multiplies every waiting time; the lease's seconds are real: a busy machine must not lose a batch.

    No process leaves its batch to people: it is killed while it waits for them.
    """

    scale: float
    lease: float = LEASE_SECONDS

    def environment(self) -> dict[str, str]:
        """The same as settings of a process."""
        return {
            "REGISTRATION_TIME_SCALE": str(self.scale),
            "REGISTRATION_LEASE_SECONDS": str(self.lease / self.scale),
            "REGISTRATION_GATE_HOLD_MINUTES": str(_HOLD_MINUTES / self.scale),
        }


FAST = Clock(TIME_SCALE)
"""Three minutes, the limit of the account's request, are 5.4 s; the hour of option sets and tags is 108 s."""
REAL = Clock(1.0)
"""For a process that is held at a point: no limit of a request passes meanwhile."""
