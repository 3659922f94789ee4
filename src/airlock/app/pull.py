"""`airlock pull`: changes made by hand on an environment become a migration."""

from __future__ import annotations

from airlock import __version__
from airlock.app.diff import diff
from airlock.app.generate import write
from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.errors import Refused
from airlock.kinds._spec import Style
from airlock.report.values.pull import PullReport

_PROJECT = "migrations"


def pull(site: Site, environment: str, *, name: str | None, mark: bool) -> PullReport:
    """Write the migration that leads from the project's schema to the environment's.

    Raises:
        Refused: the environment's history is to be written, and it is protected.
        UsageError, ConfigError: there is no such environment.
        ProjectError, ConnectionFailed: a side cannot be read, or the file not be written.
    """
    with Workspace.open(site) as workspace:
        place = workspace.config.environment(environment)
        if mark and place.protected:
            raise Refused(
                f"{environment} is protected: its history is not written to from here",
                hint="Leave out --mark-applied.",
            )
    # The file runs on other databases, too, and some have rows.
    found = diff(site, _PROJECT, environment, style=Style.ONLINE.value, proof=True)
    path = write(site, name or f"pulled_from_{environment}", found)
    if path is not None and mark:
        _mark(site, place, path)
    marked = mark and path is not None
    return PullReport(environment=environment, path=path, marked=marked, diff=found)


def _mark(site: Site, environment: Environment, path: str) -> None:
    from airlock.deploy.execute import mark_applied

    with Workspace.open(site) as workspace:
        (migration,) = (m for m in workspace.project.migrations if m.path == path)
        with workspace.session(environment, Use.DEPLOY) as session:
            mark_applied(
                session, migration, environment=environment.name, tool=f"airlock {__version__}"
            )
