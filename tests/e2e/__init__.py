"""A package for pytest: the installation that its tests share ends when they have."""
