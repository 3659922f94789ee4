"""Small projects on disk, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from airlock.model.migration import Layout, Project
from airlock.sources.project import read_project

FOLDER = "supabase/migrations"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def supabase(root: Path, files: dict[str, str | bytes]) -> Project:
    write(root, {f"{FOLDER}/{name}": content for name, content in files.items()})
    return read_project(root, layout=Layout.SUPABASE, folder=FOLDER)


def plain(root: Path, files: dict[str, str | bytes]) -> Project:
    write(root, {f"db/{name}": content for name, content in files.items()})
    return read_project(root, layout=Layout.PLAIN, folder="db")


def paths(project: Project) -> list[str]:
    return [migration.path.removeprefix(project.folder + "/") for migration in project.migrations]
