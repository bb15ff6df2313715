"""The client of the register's website."""
