"""The sandbox: an independent stand-in for the registration platform and the companies register.

Demo, tests and benchmarks use the sandbox. The platform (`dev.sandbox.platform`) was made after its source at commit
3d2ff03 of 19 January 2026, and each of its modules says what is only inferred; `dev.sandbox.register` was made after
the notes on the register. Names, dishes, colours and companies are invented. The sandbox shares no code with the
product, keeps state, counts its effects, and misbehaves on request.
"""
