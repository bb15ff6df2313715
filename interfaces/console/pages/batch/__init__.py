"""One batch: all its restaurants on one screen, live, and what can be done with it."""
