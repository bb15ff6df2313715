"""What only the repository has: local stack, sandbox, demo, benchmarks, and programmes that prove the product."""
