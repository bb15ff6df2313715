"""One restaurant in a batch: its twelve sub-steps in time, what happened to it, and what can be done with it."""
