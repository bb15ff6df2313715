"""Figures of the part `scale`, from what was measured."""

import pytest

from dev.bench.cpu_time import CpuTime
from dev.bench.parts.scale import organisations_per_machine
from dev.bench.scale.flat import RESTAURANTS, Costs
from dev.bench.scale.slip import Memory, Slip


def test_flat_compares_the_worst_with_a_single_batch() -> None:
    """The worst need not be the one with the most batches."""
    costs = Costs({1: CpuTime(0.2, 0.1, 0.1), 4: CpuTime(0.25, 0.15, 0.1), 8: CpuTime(0.2, 0.15, 0.1)})
    assert costs.flat == pytest.approx(0.5 / 0.4)
    assert costs.most.total == pytest.approx(0.45)


def test_slip_is_the_makespan_by_that_of_the_simulation() -> None:
    """Throughput counts all restaurants of all batches."""
    slip = Slip(batches=8, makespan=80.0, simulated=64.0, memory=Memory(165.0, 2100.0))
    assert slip.ratio == 1.25
    assert slip.restaurants_per_second == 8 * RESTAURANTS / 80


def test_a_machine_carries_an_organisation_for_each_restaurant_a_minute() -> None:
    """Two cores have 120 seconds of CPU a minute."""
    assert organisations_per_machine(cores=2, cpu_seconds=0.5) == 240
