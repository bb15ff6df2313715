"""The registration platform as it is built: its endpoints by subject, its answers by name.

Made after the platform's source at commit 3d2ff03 of 19 January 2026 (tests/platform_contract holds it against every
answer). Inferred: everything that the ordering system behind the platform does, the texts, and what the modules say.
"""
