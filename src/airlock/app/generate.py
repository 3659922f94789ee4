"""`airlock new --from-diff`: a migration that leads to the schema of a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from airlock.app.diff import diff
from airlock.app.new import new, project_of
from airlock.app.renaming import Ask
from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.kinds._spec import Style
from airlock.report.values.diff import DiffReport, GeneratedReport
from airlock.sources import drafts

_PROJECT = "migrations"


def new_from_diff(
    site: Site, name: str, source: str, *, renames: Sequence[str] = (), ask: Ask = lambda _: False
) -> GeneratedReport:
    """Write what leads from the project's schema to that of a source; nothing where none does.

    Raises:
        UsageError: the text is no source, or the name cannot be a file's.
        ProjectError, ConnectionFailed: a side cannot be read, or the file not be written.
    """
    understood(site, name)
    # The file runs on other databases, too, and some have rows.
    found = diff(
        site,
        _PROJECT,
        source,
        style=Style.ONLINE.value,
        proof=True,
        renames=renames,
        ask=ask,
    )
    path = write(site, name, found)
    return GeneratedReport(source=source, path=path, diff=found)


def understood(site: Site, name: str) -> None:
    """Refuse a name that cannot be a file's, before anything takes its time.

    Raises:
        UsageError: it cannot be one.
    """
    with Workspace.open(site) as workspace:
        drafts.file_name(project_of(workspace), name, datetime.now(UTC))


def write(site: Site, name: str, found: DiffReport) -> str | None:
    """Write a migration of a plan that is proved, and return its path."""
    if not found.found or found.broken:
        return None
    made = new(site, name, template=None, purpose=None, author=None, sql=found.script)
    return made.path
