"""`airlock new`: write a migration file."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.config.values import suggestion
from airlock.errors import ProjectError, UsageError
from airlock.model.migration import Project
from airlock.report.values.project import NewReport
from airlock.server.surroundings import surroundings
from airlock.sources import drafts
from airlock.sources.project import FolderMissing

_STDIN = "stdin"
_GIT_S = 5


class NoSuchTemplate(UsageError):
    """There is no template of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"there is no template called {name!r}",
            hint=suggestion(name, known) or f"Known: {', '.join(known)}.",
        )


def new(
    site: Site,
    name: str,
    *,
    template: str | None,
    purpose: str | None,
    author: str | None,
    sql: str | None,
) -> NewReport:
    """Write the file with the next version, its text from `sql` or from a template.

    Raises:
        UsageError: the name cannot be a file's, or there is no such template.
        ProjectError: the file cannot be written.
    """
    known = [each.value for each in drafts.TEMPLATES]
    if template is not None and template not in known:
        raise NoSuchTemplate(template, known)
    with Workspace.open(site) as workspace:
        project = project_of(workspace)
        now = datetime.now(UTC)
        path = drafts.file_name(project, name, now)
        kind = drafts.Template(template or drafts.Template.EMPTY)
        if sql is None:
            text = drafts.draft(
                kind,
                name=name,
                purpose=purpose,
                author=author or _author(project.root, workspace.variables.get("PATH")),
                date=now.date(),
                layout=project.layout,
            )
        else:
            text = sql if sql.endswith("\n") else sql + "\n"
        shown = f"{project.folder}/{path}"
        _write(project.root / shown, shown, text)
        rollback = drafts.partner(shown)
        if rollback is not None:
            _write(project.root / rollback, rollback, f"-- Undoes {path}\n")
    return NewReport(path=shown, template=kind.value if sql is None else _STDIN, rollback=rollback)


def project_of(workspace: Workspace) -> Project:
    """Return the project; the folder that it names is made for its first migration."""
    try:
        return workspace.project
    except FolderMissing:
        folder = workspace.config.migrations
        if folder is None:
            raise
    try:
        (workspace.config.root / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            f"the folder {folder} cannot be made: {error.strerror}",
            hint=f"Check the rights of {workspace.config.root}.",
        ) from None
    return workspace.project


def _write(path: Path, shown: str, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise ProjectError(
            f"{shown} cannot be written: {error.strerror}",
            hint=f"Check the rights of {path.parent}, and that the disk has room.",
        ) from None


def _author(root: Path, path: str | None) -> str | None:
    """Return who git says the user is, where there is a git that knows."""
    git = shutil.which("git", path=path)
    if git is None:
        return None
    try:
        done = subprocess.run(
            [git, "config", "user.name"],
            cwd=root,
            env=surroundings(),
            capture_output=True,
            text=True,
            timeout=_GIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() or None
