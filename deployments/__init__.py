"""Installation: the bootstrap of a Prefect server, container files and systemd units."""

from registration.kit.garbage_collection import collect_rarely

collect_rarely()
