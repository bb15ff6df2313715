"""What is kept of a demo that did not end as it must, and where to look first."""

import re
import shutil
import tempfile
from pathlib import Path

_HISTORY = "history-of-{0}.txt"


def history_of(restaurant: str) -> str:
    """The name of the file with the history of a restaurant."""
    return _HISTORY.format(re.sub(r"\W+", "-", restaurant).strip("-"))


def what_to_look_at(folder: Path) -> str:
    """Copy the logs of the stack, which goes, to a folder that stays; returns lines that say what is where."""
    kept = Path(tempfile.mkdtemp(prefix="registration-demo-logs-", dir=folder.parent))
    for pattern in ("*.log", _HISTORY.format("*")):
        for file in folder.glob(pattern):
            shutil.copy(file, kept)
    histories = sorted(file.name for file in kept.glob(_HISTORY.format("*")))
    told = [f"The logs are kept in {kept}"]
    told += [f"  {name}: its history, by `registration show JOB`" for name in histories]
    told += ["  flow-runs.log: what the flows said", "  worker-registration.log: what they printed"]
    told += ["`make up` keeps such a stack, in which `registration show JOB` tells a history"]
    return "\n".join(told)
