"""The processes that a process has started, directly and indirectly."""

import subprocess


def descendants(*pids: int) -> dict[int, str]:
    """Command lines by process id, without zombies."""
    rows = [line.split(None, 3) for line in _listed("pid=,ppid=,stat=,args=")]
    family = set(map(str, pids))
    while more := {row[0] for row in rows if row[1] in family} - family:
        family |= more
    family.difference_update(map(str, pids))
    return {int(row[0]): row[3] for row in rows if row[0] in family and row[2][0] != "Z" and row[3][:3] != "ps "}


def browsers(*pids: int) -> dict[int, str]:
    """The processes of the browser and of Playwright's driver, below these processes."""
    return {one: line for one, line in descendants(*pids).items() if "chrom" in line or "playwright" in line}


def running(pids: set[int]) -> set[int]:
    """The processes that still run."""
    rows = [line.split() for line in _listed("pid=,stat=")]
    return pids & {int(pid) for pid, state in rows if state[0] != "Z"}


def _listed(columns: str) -> list[str]:
    command = ["ps", "-A", "-ww", "-o", columns]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
