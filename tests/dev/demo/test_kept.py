"""The files that remain after a demo with a wrong outcome."""

from pathlib import Path

from dev.demo.outcomes import history_of, keep_logs


def test_the_last_lines_name_the_kept_files(tmp_path: Path) -> None:
    """Histories of wrong restaurants, the logs, and `make up`; the files outlive the folder."""
    stack = tmp_path / "stack"
    stack.mkdir()
    for name in ("worker-registration.log", history_of("Ponsonby Poke & Co.")):
        (stack / name).write_text(name)
    lines = keep_logs(stack)
    kept = Path(lines.splitlines()[0].removeprefix("The logs are kept in "))
    assert {file.name for file in kept.iterdir()} == {"worker-registration.log", "history-of-Ponsonby-Poke-Co.txt"}
    assert "  history-of-Ponsonby-Poke-Co.txt: its history, by `registration show JOB`" in lines
    assert "`make up` keeps such a stack" in lines.splitlines()[-1]
    assert max(map(len, lines.splitlines()[1:])) <= 80
