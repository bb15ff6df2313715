"""A package, so that pytest ends the shared installation after its last test."""
