"""Accounts on the platform: their owners, their passwords, and the jobs that claim them."""
