"""A package, so that pytest ends the shared stack after its last test."""
