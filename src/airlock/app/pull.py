"""`airlock pull`: changes made by hand on an environment become a migration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from airlock import __version__
from airlock.app.diff import diff
from airlock.app.generate import understood, write
from airlock.app.site import Site
from airlock.app.status import look
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.deploy.standing import pending_files
from airlock.errors import Refused
from airlock.kinds._spec import Style
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration
from airlock.model.names import few
from airlock.report.values.pull import PullReport
from airlock.sources.redaction import MARKER

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
        waiting = pending_files(look(workspace, place).standings)
    name = name or f"pulled_from_{environment}"
    understood(site, name)
    # The file runs on other databases, too, and some have rows.
    found = diff(site, _PROJECT, environment, style=Style.ONLINE.value, proof=True)
    if waiting and found.found:
        found = replace(found, findings=(_undoes(environment, waiting), *found.findings))
    if marks := MARKER.findall(found.sql):
        found = replace(found, findings=(_marked(environment, len(marks)), *found.findings))
    path = write(site, name, found)
    if path is not None and mark:
        _mark(site, place, path)
    marked = mark and path is not None
    return PullReport(environment=environment, path=path, marked=marked, diff=found)


def _marked(environment: str, number: int) -> Finding:
    """Say that the file holds marks where an administrator has to put values."""
    values = "1 value is" if number == 1 else f"{number:,} values are"
    return Finding(
        code="pull-hidden",
        level=Level.WARNING,
        message=f"{values} hidden in what is pulled from {environment}: the file holds marks, "
        "⟨redacted:…⟩",
        key=f"pull-hidden:{environment}",
        why="They stand in none of the project's migrations, and could come from a row.",
        fix="An administrator of the database fills them in, if they may be known; until then "
        "airlock check fails on the file.",
    )


def _undoes(environment: str, waiting: Sequence[Migration]) -> Finding:
    """Say that what is pending is a part of the difference, and would be undone."""
    number, verb = (f"{len(waiting):,} migrations", "are")
    if len(waiting) == 1:
        number, verb = "1 migration", "is"
    return Finding(
        code="pull-pending",
        level=Level.WARNING,
        message=f"{number} {verb} pending in {environment}: what is pulled undoes them",
        key=f"pull-pending:{environment}",
        why=f"{few([each.path for each in waiting])} made what {environment} does not have yet.",
        fix=f"Deploy first (airlock deploy {environment}), or take out of the file what undoes "
        "them.",
    )


def _mark(site: Site, environment: Environment, path: str) -> None:
    from airlock.deploy.execute import mark_applied

    with Workspace.open(site) as workspace:
        (migration,) = (m for m in workspace.project.migrations if m.path == path)
        with workspace.session(environment, Use.DEPLOY) as session:
            mark_applied(
                session, migration, environment=environment.name, tool=f"airlock {__version__}"
            )
