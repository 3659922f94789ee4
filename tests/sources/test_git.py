"""A project's migrations at a git ref."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from airlock.errors import ProjectError, UsageError
from airlock.model.migration import Layout
from airlock.sources.git import project_at
from airlock.sources.project import read_project

FOLDER = "supabase/migrations"


def git(root: Path, *arguments: str) -> None:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_COMMITTER_NAME": "a"}
    mails = {"GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_EMAIL": "a@example.com"}
    subprocess.run(
        ["git", "-C", str(root), "-c", "core.hooksPath=/dev/null", *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **names, **mails},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in a sub-folder of a repository, with two commits and a change."""
    root = tmp_path / "apps/shop"
    folder = root / FOLDER
    folder.mkdir(parents=True)
    git(tmp_path, "init", "-q")
    (folder / "1_one.sql").write_bytes(b"select 1; -- \xe6\x97\xa5\r\n")
    (folder / "README.md").write_text("not a migration")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "tag", "v1")
    (folder / "2_two.sql").write_text("select 2;")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "two")
    (folder / "1_one.sql").write_text("changed since")
    return root


def read(root: Path, ref: str) -> list[tuple[str, bytes]]:
    project = project_at(root, ref, layout=Layout.SUPABASE, folder=FOLDER)
    assert project.root == root
    return [(each.path, each.raw) for each in project.migrations]


def test_the_files_of_then_byte_for_byte(root: Path) -> None:
    first = (f"{FOLDER}/1_one.sql", b"select 1; -- \xe6\x97\xa5\r\n")
    assert read(root, "v1") == [first]
    assert read(root, "HEAD~1") == [first]
    assert read(root, "HEAD") == [first, (f"{FOLDER}/2_two.sql", b"select 2;")]


def test_nothing_is_checked_out(root: Path) -> None:
    read(root, "v1")
    assert (root / FOLDER / "1_one.sql").read_text() == "changed since"


def test_the_same_files_are_the_same_migrations(root: Path) -> None:
    git(root, "checkout", "-q", "--", ".")
    now = read_project(root, seeds=())
    then = project_at(root, "HEAD", layout=Layout.SUPABASE, folder=FOLDER)
    assert then.migrations == now.migrations


@pytest.mark.parametrize("ref", ["nowhere", "-x", "--help", "v1:supabase", "a b"])
def test_a_ref_that_is_none(ref: str, root: Path) -> None:
    with pytest.raises(UsageError, match="ref"):
        read(root, ref)


def test_a_folder_that_was_not_there(root: Path) -> None:
    with pytest.raises(ProjectError, match="there was no migration in elsewhere at v1"):
        project_at(root, "v1", layout=Layout.PLAIN, folder="elsewhere")


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="git cannot read"):
        read(tmp_path, "HEAD")


def test_a_link_is_not_followed(root: Path) -> None:
    (root / FOLDER / "3_three.sql").symlink_to("/etc/hostname")
    git(root, "add", ".")
    git(root, "commit", "-qm", "three")
    with pytest.raises(ProjectError, match="symbolic link"):
        read(root, "HEAD")


def test_without_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="git is not installed"):
        read(root, "HEAD")
