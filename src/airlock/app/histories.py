"""The files that a source is made of, in the order in which they run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from airlock.app.workspace import Workspace
from airlock.config.values import suggestion
from airlock.errors import ProjectError, UsageError
from airlock.model.migration import Migration
from airlock.model.names import few
from airlock.sources.notation import Form, Notation


class SourceMissing(ProjectError):
    """There is nothing to read a catalog from."""

    code = "source"


def history(workspace: Workspace, found: Notation) -> Sequence[Migration]:
    """Return the files that a source is made of, in order.

    Raises:
        SourceMissing, ProjectError: they are not there, or cannot be used.
    """
    match found.form:
        case Form.MIGRATIONS:
            return workspace.runnable.migrations
        case Form.FOLDER:
            return _folder(workspace, found.rest)
        case Form.SQL:
            return _files(workspace, found.rest)
        case Form.GIT:
            return _at_ref(workspace, found.rest)
    return ()


def _folder(workspace: Workspace, path: str) -> tuple[Migration, ...]:
    """Read a folder of migrations, or that of a project."""
    from airlock.sources.layouts import SUPABASE_FOLDER
    from airlock.sources.project import read_project

    folder = existing(workspace, path)
    if not folder.is_dir():
        raise SourceMissing(f"{path} is no folder", hint=f"A file is written sql:{path}")
    if (folder / "supabase").is_dir():
        return read_project(folder, seeds=()).migrations
    root, within = folder.parent, folder.name
    if folder.is_relative_to(workspace.config.root):
        root = workspace.config.root
        within = folder.relative_to(root).as_posix()
    elif folder.as_posix().endswith(f"/{SUPABASE_FOLDER}"):
        root, within = folder.parents[1], SUPABASE_FOLDER
    return read_project(root, folder=within, seeds=()).migrations


def _files(workspace: Workspace, path: str) -> tuple[Migration, ...]:
    """Read declarative SQL, in the order of paths."""
    from airlock.sources import files

    place = existing(workspace, path)
    found = [place] if place.is_file() else sorted(_sql_files(place))
    if not found:
        raise SourceMissing(
            f"there is no SQL file in {path}", hint="Files whose names end in .sql are read."
        )
    root = workspace.config.root
    chosen = []
    for each in found:
        inside = each.is_relative_to(root)
        shown = (each.relative_to(root) if inside else each).as_posix()
        raw = files.read(each, shown)
        digest = hashlib.sha256(raw).hexdigest()
        chosen.append(Migration(version=shown, name=each.stem, path=shown, raw=raw, sha256=digest))
    return tuple(chosen)


def existing(workspace: Workspace, path: str) -> Path:
    """Return where a path leads that is relative to where the command is called.

    Raises:
        SourceMissing: nothing is there.
    """
    place = (workspace.start / Path(path).expanduser()).absolute()
    try:
        place = place.resolve(strict=True)
    except (OSError, RuntimeError):
        raise SourceMissing(
            f"there is no {path}", hint=f"Paths are relative to {workspace.start}."
        ) from None
    return place


def _at_ref(workspace: Workspace, ref: str) -> tuple[Migration, ...]:
    """Read the project's migrations at a git ref."""
    from airlock.sources.git import project_at

    project = workspace.project
    at_ref = project_at(workspace.config.root, ref, layout=project.layout, folder=project.folder)
    if at_ref.duplicates:
        version = at_ref.duplicates[0][0].version
        raise ProjectError(f"version {version} is there twice at {ref}")
    return at_ref.migrations


def up_to(migrations: Sequence[Migration], version: str | None) -> tuple[Migration, ...]:
    """Return the migrations up to a version, that one included."""
    if version is None:
        return tuple(migrations)
    known = [migration.version for migration in migrations]
    fit = [version] if version in known else [v for v in known if v.startswith(version)]
    match fit:
        case [only]:
            return tuple(migrations[: known.index(only) + 1])
        case []:
            meant = suggestion(version, known)
            raise UsageError(
                f"there is no migration with the version {version}",
                hint=meant or "See what there is: airlock status",
            )
    raise UsageError(
        f"more than one version starts with {version}: {few(fit)}",
        hint="Write more of the one that is meant.",
    )


def _sql_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.sql"):
        below = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in below.parts):
            yield path
