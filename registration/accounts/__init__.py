"""Accounts on the platform: who owns one, its password, and who waits for it."""
