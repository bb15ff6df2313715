"""`docker compose exec -T SERVICE COMMAND` and `docker compose cp FILE SERVICE:FILE`, without containers.

`docker compose up` does nothing: the test has started the services.
"""

import json
import os
import shutil
import sys
from pathlib import Path


def main(known_file: str, *words: str) -> None:
    """Run the command as in the service: with its environment, in the image's folder, as its user."""
    known = json.loads(Path(known_file).read_text())
    action, *rest = [word for word in words if word not in ("compose", "-T")]
    if action == "cp":
        shutil.copy2(rest[0], _localised(rest[1].partition(":")[2], known["locations"]))
    elif action == "exec":
        _become(known["user"])
        environment = known["environments"][rest[0]]
        os.chdir(known["folder"])
        os.execvpe(rest[1], [_localised(word, known["locations"]) for word in rest[1:]], environment)
    elif action != "up":
        sys.exit(f"not known here: {words}")


def _localised(word: str, locations: dict[str, str]) -> str:
    for named, location in locations.items():
        word = word.replace(named, location) if word.startswith(named) else word
    return word


def _become(user: list[int] | None) -> None:
    if user is not None:
        uid, gid = user
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
