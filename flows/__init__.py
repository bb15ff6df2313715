"""The flows: one module each. A process that imports one of them is there for its runs."""

from registration.kit.garbage_collection import collect_rarely

collect_rarely()
