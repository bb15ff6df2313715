"""Step 6: the twelve sub-steps."""
