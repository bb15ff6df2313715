"""What command line and console show alike: marks of statuses, and states in a few words. Pure."""
