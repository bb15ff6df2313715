"""The company gate of a batch: all waiting restaurants on one screen, the evidence beside, decided by keys."""
