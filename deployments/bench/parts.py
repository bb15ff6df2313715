"""The parts of the benchmark, in the order in which they run."""

from deployments.bench import (
    gate_latency,
    left,
    memory,
    overhead,
    phases,
    realistic,
    recovery,
    register,
    reporting,
    spacing,
)

PARTS = (
    overhead.PART,
    realistic.PART,
    phases.PART,
    gate_latency.PART,
    memory.PART,
    spacing.PART,
    left.PART,
    recovery.PART,
    reporting.PART,
    register.PART,
)
