"""The load on the REST API, for locust, which runs this file in a process of its own.

Each class is a kind of user. What they ask for, and their tokens, are in the environment; each user is a person with a
token of one's own, because the API counts the requests of each person.
"""

import json
import os
from itertools import count

from locust import FastHttpUser, constant_throughput, task

_EACH_PER_SECOND = 5
"""Requests of one `Reader` in a second; the API lets through ten."""
_TARGET = json.loads(os.environ.get("BENCH_TARGET", "{}"))
"""`{"batch": …, "job": …, "tokens": […]}`."""
_BATCHES = "/api/registration-batches"
_BATCH = f"{_BATCHES}/{_TARGET.get('batch')}"
_PEOPLE = count()


class Person(FastHttpUser):
    """A signed-in person who sends requests."""

    abstract = True
    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        """Take the next token."""
        tokens = _TARGET["tokens"]
        self._headers = {"Authorization": f"Bearer {tokens[next(_PEOPLE) % len(tokens)]}"}

    def read(self, path: str, name: str) -> None:
        """One request; an answer other than 200 counts as an error."""
        self.client.get(path, name=name, headers=self._headers)


class DetailReader(Person):
    """Asks for one batch of 50 restaurants in detail, again and again."""

    @task
    def detail(self) -> None:
        """With restaurants and candidates."""
        self.read(_BATCH, "detail")


class ListReader(Person):
    """Asks for the newest 50 batches, again and again."""

    @task
    def newest(self) -> None:
        """With their restaurants."""
        self.read(f"{_BATCHES}?limit=50", "list")


class Reader(Person):
    """Reads what the pages and hooks of a client read; those that ask most often, most often."""

    wait_time = constant_throughput(_EACH_PER_SECOND)

    @task(50)
    def progress(self) -> None:
        """How far one batch is."""
        self.read(f"{_BATCH}/progress", "progress")

    @task(20)
    def job(self) -> None:
        """One restaurant of a batch."""
        self.read(f"/api/registration-jobs/{_TARGET['job']}", "job")

    @task(15)
    def gates(self) -> None:
        """What waits for a person."""
        self.read("/api/gates", "gates")

    @task(8)
    def active(self) -> None:
        """The first page of the batches that are worked on."""
        self.read(f"{_BATCHES}?status=pending,in_progress&limit=20", "active")

    @task(5)
    def definitions(self) -> None:
        """The steps."""
        self.read(f"{_BATCHES}/step-definitions", "definitions")

    @task(2)
    def detail(self) -> None:
        """One batch of 50 restaurants."""
        self.read(_BATCH, "detail")


class StreamReader(Person):
    """Reads the stream of one batch for as long as it lasts."""

    @task
    def stream(self) -> None:
        """Every byte of it."""
        for _ in self.client.iter_lines(f"{_BATCH}/events", name="events", headers=self._headers):
            continue
