"""What a command works with, each part opened when it is first needed and closed at the end."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from airlock.app.site import Site
from airlock.config import Config, Environment, Use, load, load_alone
from airlock.errors import ConfigError, ProjectError, Refused, ServerError
from airlock.model.finding import Finding
from airlock.model.migration import Layout, Project
from airlock.sources.notation import stands_alone
from airlock.sources.project import NoProject, read_project

if TYPE_CHECKING:
    from airlock.config.keys import Plain
    from airlock.server.address import Address
    from airlock.server.baseline import Baseline
    from airlock.server.builds import Choice, Engine
    from airlock.server.cluster import Cluster
    from airlock.server.connect import Session
    from airlock.server.databases import Databases, Server
    from airlock.server.given import GivenServer
    from airlock.server.home import Home
    from airlock.sources.shadow import Stock

LOCAL = "local"
"""The environment of whoever works here; every project has it."""

REDACTION_KEY = "AIRLOCK_REDACTION_KEY"
"""The variable that gives several machines one key, so that what they hide is alike."""

_KEY_LENGTH = 32
_LONGEST_NAME = 63
_DIGITS = 6


class Workspace:
    """A project, its configuration, and the servers that serve it.

    The floors below know nothing of each other's files and settings; here they meet.
    """

    def __init__(self, config: Config, site: Site, *, in_project: bool = True) -> None:
        self.config = config
        self.in_project = in_project
        self.saw_platform = False
        """Whether a source is of the Supabase platform: without a project, nothing else says so."""
        self.start = site.start
        self.progress = site.progress
        self.variables = site.variables
        self._stack = ExitStack()

    @classmethod
    def open(cls, site: Site, *, flags: Mapping[str, Plain] | None = None) -> Self:
        """Find the project around a site and read what is set there."""
        return cls(load(site.start, variables=site.variables, flags=flags), site)

    @classmethod
    def open_for(cls, site: Site, sources: Sequence[str]) -> Self:
        """Do so for a command about sources: where none of them needs a project, none has to be.

        Raises:
            NoProject: a source needs one, and there is none.
        """
        alone = all(stands_alone(text, start=site.start) for text in sources)
        try:
            return cls.open(site)
        except NoProject:
            if not alone:
                raise
        return cls(load_alone(site.start, variables=site.variables), site, in_project=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # The project ---------------------------------------------------------------------------

    @cached_property
    def project(self) -> Project:
        """What stands on disk."""
        return read_project(
            self.config.root,
            layout=Layout(self.config.layout) if self.config.layout else None,
            folder=self.config.migrations,
            seeds=self.config.seeds,
        )

    @property
    def runnable(self) -> Project:
        """The project, for a command that runs its files.

        Raises:
            Refused: supabase/config.toml switches migrations off.
            ProjectError: two files share a version.
        """
        if not self.config.migrations_enabled:
            raise Refused(
                "supabase/config.toml switches migrations off: db.migrations.enabled is false",
                hint="Set it to true, or take the line out.",
            )
        if duplicates := self.project.duplicates:
            first = duplicates[0]
            listed = " and ".join(migration.path for migration in first)
            raise ProjectError(
                f"version {first[0].version} is there twice: {listed}",
                hint="Rename one of them; airlock new NAME shows how a fresh version looks.",
            )
        return self.project

    # Servers -------------------------------------------------------------------------------

    @property
    def home_path(self) -> Path:
        """Where Airlock keeps servers and caches."""
        return home_path(self.variables)

    @cached_property
    def home(self) -> Home:
        """The same, made and checked."""
        from airlock.server.home import Home

        return Home.open(self.home_path)

    @cached_property
    def redaction_key(self) -> bytes:
        """What values of a protected environment are hashed with; only who has it can guess them.

        Raises:
            ConfigError: the one that is given is too short.
        """
        given = self.variables.get(REDACTION_KEY)
        if given is None:
            return self.home.key("redaction")
        if len(given) < _KEY_LENGTH:
            raise ConfigError(
                f"environment variable {REDACTION_KEY}: it has fewer than {_KEY_LENGTH} characters",
                hint="Make one: openssl rand -hex 32",
            )
        return given.encode()

    @cached_property
    def given(self) -> GivenServer | None:
        """The server that the user gives for shadows, ready for use.

        Raises:
            ServerError: it cannot serve, or production's major is another and must not be.
            ConnectionFailed: it cannot be reached.
        """
        if self.config.shadow is None:
            return None
        from airlock.server.given import given_server

        login = self.config.shadow.address(label="shadow server", whose="server.shadow_url")
        self.progress.note("waiting for the shadow server")
        server = given_server(login)
        other = server.other_major(self.config.postgres)
        if other and self.config.strict_major:
            raise ServerError(other.message, hint=other.fix)
        return server

    @cached_property
    def choice(self) -> Choice:
        """The build of Airlock's own on which shadows run: of production's major if possible."""
        from airlock.server.builds import choose

        config = self.config
        return choose(config.postgres, home=self.home, strict=config.strict_major)

    @property
    def engine(self) -> Engine:
        """The Postgres on which shadows run: a given server's comes before any choice."""
        return self.given.build if self.given else self.choice.build

    @property
    def engine_findings(self) -> tuple[Finding, ...]:
        """What is to be said about it, if anything."""
        if given := self.given:
            found = (given.other_major(self.config.postgres), given.gaps(self.baseline))
        else:
            found = (self.choice.finding, None)
        return tuple(finding for finding in found if finding)

    def fix_for_major(self, major: int) -> str:
        """Say how shadows come to run on another major version."""
        if given := self.given:
            return given.fix_for_major(major)
        return (
            f"Set postgres = {major} under [project] in airlock.toml, then run airlock db install "
            f"{major}"
        )

    @property
    def baseline(self) -> Baseline:
        """What a new database holds before the first migration."""
        from airlock.server.baseline import Baseline

        if not self.in_project:
            return Baseline.SUPABASE if self.saw_platform else Baseline.PLAIN
        supabase = self.project.layout is Layout.SUPABASE
        return Baseline.SUPABASE if supabase else Baseline.PLAIN

    @cached_property
    def environments(self) -> Cluster:
        """The running server that keeps environments."""
        from airlock.server import builds, cluster

        choice = builds.choose(None, home=self.home)
        self.progress.note("waiting for the server")
        return cluster.start(
            choice.build, cluster.Purpose.ENVIRONMENTS, home=self.home, port=self.config.port
        )

    @cached_property
    def databases(self) -> Databases:
        """The databases of the server that keeps environments."""
        from airlock.server.databases import Databases

        return self._stack.enter_context(Databases(self.environments))

    @cached_property
    def stock(self) -> Stock:
        """What replays are made of, on the running server for shadows."""
        from airlock.server.databases import Databases
        from airlock.sources.shadow import Stock

        return Stock(
            databases=self._stack.enter_context(Databases(self.given or self._own_shadows())),
            baseline=self.baseline,
            expose_new_tables=self.config.expose_new_tables,
            cache_bytes=self.config.cache_mb * 1_000_000,
        )

    def _own_shadows(self) -> Server:
        from airlock.server import cluster

        self.progress.note("waiting for the shadow server")
        return cluster.start(self.choice.build, cluster.Purpose.SHADOW, home=self.home)

    @cached_property
    def existing(self) -> frozenset[str]:
        """Names of the embedded databases there are; no server is made to look."""
        from airlock.server.connect import connect
        from airlock.server.registry import DATABASE, Kind, Registry

        if not self.has_environments_server:
            return frozenset()
        with connect(self.environments.address(DATABASE), acting=False) as session:
            entries = Registry(session).entries(Kind.ENVIRONMENT)
        return frozenset(entry.database for entry in entries if entry.ready)

    @property
    def has_environments_server(self) -> bool:
        """Whether the server that keeps environments was ever made."""
        return (self.home_path / "servers" / "environments" / "state.json").exists()

    # Environments --------------------------------------------------------------------------

    def database(self, environment: Environment) -> str:
        """Return the name of an environment's database on the embedded server."""
        return database_name(self.config.root, environment.name)

    def place(self, environment: Environment, use: Use = Use.INSPECT) -> str:
        """Return where an environment's database is, for people."""
        if environment.embedded:
            return f"embedded, {self.database(environment)}"
        return environment.address(use).place

    def exists(self, environment: Environment) -> bool:
        """Whether there is a database to look at: always, for one that has a URL."""
        return not environment.embedded or self.database(environment) in self.existing

    def ensure(self, environment: Environment) -> bool:
        """Create an embedded environment's database if it is missing; return whether it was."""
        if not environment.embedded:
            return False
        return self.databases.environment(
            self.database(environment),
            baseline=self.baseline,
            expose_new_tables=self.config.expose_new_tables,
            project=str(self.config.root),
        )

    def address(self, environment: Environment, use: Use) -> Address:
        """Return where an environment's database is, for a connection."""
        if environment.embedded:
            address = self.environments.address(self.database(environment), label=environment.name)
            return replace(address, protected=environment.protected)
        return self.config.guarded(environment.address(use))

    @contextmanager
    def session(self, environment: Environment, use: Use) -> Iterator[Session]:
        """Connect to an environment that exists.

        Raises:
            InspectorReads: the login that only looks on can read rows of a protected environment.
            ConnectionFailed: nobody answers, or the server refuses the login.
        """
        from airlock.server.connect import connect

        with connect(self.address(environment, use)) as session:
            if use is Use.INSPECT and environment.protected and environment.has_inspector:
                from airlock.server.reach import refuse_reader

                refuse_reader(session)
            yield session


def home_path(variables: Mapping[str, str]) -> Path:
    """Return AIRLOCK_HOME, or the folder that stands in for it."""
    if told := variables.get("AIRLOCK_HOME"):
        return Path(told).expanduser().absolute()
    if (data := variables.get("XDG_DATA_HOME")) and Path(data).is_absolute():
        return Path(data) / "airlock"
    try:
        return Path.home() / ".local" / "share" / "airlock"
    except RuntimeError:
        raise ServerError(
            "this user has no home folder to keep databases in",
            hint="Set AIRLOCK_HOME to a folder that can be written.",
        ) from None


def database_name(root: Path, environment: str) -> str:
    """Return a name that is readable, the same from day to day, and no other project's."""
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:_DIGITS]
    tail = f"_{digest}_{environment}"
    slug = re.sub(r"[^a-z0-9]+", "_", root.name.lower()).strip("_") or "project"
    if slug.startswith("airlock"):
        # Names that start so are the server's own.
        slug = f"my_{slug}"
    return slug[: _LONGEST_NAME - len(tail)] + tail
