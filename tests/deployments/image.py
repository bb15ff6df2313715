"""The image of the Dockerfile, built in a folder, as far as possible without an engine, root or a network."""

import fnmatch
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.stack.service_user import ServiceUser, service_user
from tests.deployments.lent_python import PACKAGES, library_path, make_venv

PROJECT = Path(__file__).parents[2]
_INHERITED = {"LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1,localhost"}
_PATH = "/usr/local/bin:/usr/bin:/bin"
_PROGRAMS = ("prefect", "playwright")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile in its order: the keyword and its text."""
    text = (PROJECT / "deployments" / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def installing() -> list[list[str]]:
    """The words of every installing command: the part of a RUN before the first `&&`."""
    runs = [shlex.split(rest.partition("&&")[0]) for word, rest in instructions() if word == "RUN"]
    return [words for words in runs if words[1] == "install"]


@dataclass(frozen=True)
class Image:
    """A folder that stands for the image's root. `user` is its unprivileged user; None if only root can read it."""

    folder: Path
    user: ServiceUser | None

    @property
    def locations(self) -> Mapping[str, str]:
        """The locations of the image's own folders."""
        return {"/app": str(self.folder / "app"), "/data": str(self.folder / "data")}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every container of the image."""
        named = [pair for word, rest in instructions() if word == "ENV" for pair in shlex.split(rest)]
        given = {name: self.moved(value) for name, _, value in (pair.partition("=") for pair in named)}
        programs = {"PATH": f"{self.folder / 'venv' / 'bin'}:{_PATH}"}
        folders = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        return {**_INHERITED, **library_path(self.folder / "venv"), **programs, **folders, **given}

    def moved(self, text: str) -> str:
        """The text with the image's folders replaced by their locations."""
        for named, location in self.locations.items():
            text = text.replace(named, location) if text.startswith(named) else text
        return text

    def run(self, *words: str, may_fail: bool = False) -> str:
        """The output of a build command; it must succeed, unless it may fail."""
        program = self.folder / "venv" / "bin" / words[0]
        done = subprocess.run(
            [program, *words[1:]],
            cwd=self.folder / "app",
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert may_fail or done.returncode == 0, done.stdout
        return done.stdout


def make_image(context: Path, folder: Path) -> Image:
    """Copy from the context and install as the Dockerfile says.

    Packages are borrowed from this process instead of installed from the lock, and no browser is installed.
    """
    user = _somebody_else()
    image = Image(folder, user)
    for name in ("app", "data", "home", "tmp"):
        (folder / name).mkdir()
        if user and name != "app":
            os.chown(folder / name, user.uid, user.gid)
    _copy(context, folder / "app")
    make_venv(folder / "venv", _PROGRAMS, user)
    [own] = [words for words in installing() if "--editable" in words]
    # The borrowed packages stay unchanged; an index would only be asked for newer versions of pip.
    image.run("python", "-m", *own, "--ignore-installed", "--no-index")
    return image


def _somebody_else() -> ServiceUser | None:
    """An unprivileged user who can read the packages; None if we are not root, or if there is no such user."""
    user = service_user()
    return user if user is not None and user.can_read(PACKAGES) else None


def _copy(context: Path, to: Path) -> None:
    """Every COPY, without ignored files."""
    for words in (rest.split() for word, rest in instructions() if word == "COPY"):
        *sources, target = words
        for source in map(context.joinpath, sources):
            if source.is_dir():
                shutil.copytree(source, to / target, ignore=_left_out)
            else:
                shutil.copy2(source, to / target)


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names for rule in _ignored() if fnmatch.fnmatch(name, rule)}


def _ignored() -> Iterator[str]:
    for line in (PROJECT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            anywhere, _, rule = line.partition("/")
            assert anywhere == "**", f"{line} is not understood here"
            yield rule
