"""What runs: one module per flow, each the story of one process."""
