"""The other side, pretended: a registration platform and a companies register for the demo, tests and benchmarks.

The platform (`dev.sandbox.platform`) was made after its source at commit 3d2ff03 of 19 January 2026, and each of its
modules says what is only inferred; `dev.sandbox.register` was made after the notes on the register. Names, dishes,
colours and companies are invented. It shares no code with the rest, keeps state, counts what it does and misbehaves
when told.
"""
