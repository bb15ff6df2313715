"""Only in the repository: local stack, sandbox, demo, benchmarks, and programmes that test the product as a whole."""
