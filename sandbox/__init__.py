"""The other side, pretended: a registration platform and a companies register for the demo, tests and benchmarks.

It shares no code with the rest, keeps state, counts what it does and misbehaves when told to.
"""
