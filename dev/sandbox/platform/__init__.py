"""The registration platform as it is built: its endpoints by subject, its answers by name.

Made after the platform's source at commit 3d2ff03 of 19 January 2026 (tests/platform_contract compares every answer).
Inferred: everything in the ordering system behind the platform, the texts, and what the modules name as inferred.
"""
