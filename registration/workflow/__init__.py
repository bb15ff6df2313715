"""Steps, sub-steps, their states and moves, and the lease of a batch."""
