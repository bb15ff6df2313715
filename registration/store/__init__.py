"""The database: tables, sessions, moves, queries by subject, migrations."""
