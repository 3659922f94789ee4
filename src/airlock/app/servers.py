"""`airlock db`: Airlock's own servers, and the databases of environments on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from airlock.app.site import Site
from airlock.app.workspace import Workspace, home_path
from airlock.config import Environment
from airlock.errors import ProjectError, UsageError
from airlock.report.values.servers import (
    DatabaseSize,
    InstallReport,
    ServersReport,
    ServerStatus,
    UrlReport,
)
from airlock.server import builds, cluster
from airlock.server.home import Home
from airlock.sources.project import locate

_PROJECT_ROLE = "postgres"


class NotEmbedded(UsageError):
    """The environment's database is not on Airlock's own server."""

    code = "not-embedded"

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"{environment} is not on Airlock's own server: it has a URL",
            hint="Use that URL with psql itself; Airlock shows no password that it was given.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program to start in place of this one."""

    path: Path
    command: tuple[str, ...]
    variables: dict[str, str] = field(repr=False)


def start(site: Site) -> ServersReport:
    """Start the server that keeps environments, with those of the project around the site.

    Databases that are missing are created, as the platform would: without any migration.
    """
    with _workspace_or_home(site) as (workspace, home):
        made: list[str] = []
        if workspace is not None:
            running = workspace.environments
            made = [each.name for each in workspace.config.environments if workspace.ensure(each)]
        else:
            choice = builds.choose(None, home=home)
            running = cluster.start(choice.build, cluster.Purpose.ENVIRONMENTS, home=home)
        created = f", created {', '.join(made)}" if made else ""
        return _report(
            home, f"Postgres {running.build.version} runs on port {running.port}{created}"
        )


def stop(site: Site) -> ServersReport:
    """Stop every server of this home."""
    home = _home(site)
    if home is None:
        return ServersReport(home=str(home_path(site.variables)), servers=())
    stopped = cluster.stop(home)
    return _report(home, "stopped" if stopped else "no server was running")


def status(site: Site) -> ServersReport:
    """List the servers of this home; none is made to look."""
    home = _home(site)
    if home is None:
        return ServersReport(home=str(home_path(site.variables)), servers=())
    return _report(home, None)


def url(site: Site, name: str) -> UrlReport:
    """Return the URL under which other programs reach an environment's database.

    Raises:
        NotEmbedded: the database is on another server.
        UsageError: it does not exist yet.
    """
    with Workspace.open(site) as workspace:
        environment = _embedded(workspace, name)
        address = workspace.environments.address(
            workspace.database(environment), role=_PROJECT_ROLE, tcp=True
        )
        return UrlReport(environment=name, url=address.url)


def psql(site: Site, name: str) -> Program:
    """Return the psql of the server's own build, set up for an environment's database.

    Raises:
        NotEmbedded: the database is on another server.
        UsageError: it does not exist yet.
    """
    with Workspace.open(site) as workspace:
        environment = _embedded(workspace, name)
        server = workspace.environments
        program = server.build.bindir / "psql"
        return Program(
            path=program,
            command=(str(program),),
            variables={
                **workspace.variables,
                "PGHOST": "127.0.0.1",
                "PGPORT": str(server.port),
                "PGUSER": _PROJECT_ROLE,
                "PGPASSWORD": server.password,
                "PGDATABASE": workspace.database(environment),
                "PGSSLMODE": "disable",
            },
        )


def install(site: Site, major: int) -> InstallReport:
    """Download a build of Postgres."""
    with _workspace_or_home(site) as (_, home):
        build = builds.install(major, home=home, progress=site.progress.note)
        return InstallReport(version=build.version, place=str(build.bindir.parent))


def _embedded(workspace: Workspace, name: str) -> Environment:
    environment = workspace.config.environment(name)
    if not environment.embedded:
        raise NotEmbedded(name)
    if not workspace.exists(environment):
        raise UsageError(
            f"the database of {name} does not exist yet",
            hint="airlock up" if name == "local" else f"airlock deploy {name}",
        )
    return environment


@contextmanager
def _workspace_or_home(site: Site) -> Iterator[tuple[Workspace | None, Home]]:
    """Open the project around a site; where there is none, the home alone serves."""
    try:
        locate(site.start)
    except ProjectError:
        yield None, Home.open(home_path(site.variables))
        return
    with Workspace.open(site) as workspace:
        yield workspace, workspace.home


def _home(site: Site) -> Home | None:
    """Return the home if it was ever made."""
    path = home_path(site.variables)
    return Home.open(path) if path.exists() else None


def _report(home: Home, message: str | None) -> ServersReport:
    return ServersReport(
        home=str(home.path),
        servers=tuple(
            ServerStatus(
                purpose=each.purpose.value,
                build=each.build.id,
                running=each.pid is not None,
                port=each.port,
                pid=each.pid,
                data=str(each.data),
                bytes=each.bytes,
                databases=tuple(
                    DatabaseSize(name=d.name, kind=d.purpose, bytes=d.bytes) for d in each.databases
                ),
            )
            for each in cluster.status(home)
        ),
        message=message,
    )
