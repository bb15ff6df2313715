"""How often Python searches for unreachable cycles of objects.

`python -m registration.kit.garbage_collection NAME …` is `python -m NAME …` with fewer searches.
"""

import gc
import runpy
import sys

_ALLOCATIONS = 50_000


def collect_rarely() -> None:
    """Search once per 50,000 new objects instead of 700: our programs import and answer with a fifth less CPU time.

    Most of what a program imports stays until it ends, and the default searches it again and again. For the whole
    process, so only entry points call it, before they import anything large.
    """
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])


def leave_loaded_out() -> None:
    """Exclude the objects that are loaded by now from later collections: to search them blocks a server's event loop
    for 0.17 s.
    """
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    collect_rarely()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
