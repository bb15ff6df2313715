"""What is kept of a demo that did not end as it must."""

from pathlib import Path

from dev.demo.outcomes import history_of, what_to_look_at


def test_the_last_lines_say_what_to_look_at(tmp_path: Path) -> None:
    """The history of whoever ended otherwise, the logs, and how to keep the stack; the files outlive the folder."""
    stack = tmp_path / "stack"
    stack.mkdir()
    for name in ("worker-registration.log", history_of("Ponsonby Poke & Co.")):
        (stack / name).write_text(name)
    said = what_to_look_at(stack)
    kept = Path(said.splitlines()[0].removeprefix("The logs are kept in "))
    assert {file.name for file in kept.iterdir()} == {"worker-registration.log", "history-of-Ponsonby-Poke-Co.txt"}
    assert "  history-of-Ponsonby-Poke-Co.txt: its history, by `registration show JOB`" in said
    assert "`make up` keeps such a stack" in said.splitlines()[-1]
    assert max(map(len, said.splitlines()[1:])) <= 80
