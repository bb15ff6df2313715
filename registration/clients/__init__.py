"""The outside: platform and register, with typed errors."""
