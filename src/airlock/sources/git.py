"""A project's migrations at a git ref, read with the git program; nothing is checked out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from airlock.errors import ProjectError, UsageError
from airlock.model.migration import Layout, Project
from airlock.server.surroundings import surroundings
from airlock.sources.project import read_project

_FILES = frozenset({"100644", "100755"})
_TIMEOUT_S = 60


def project_at(root: Path, ref: str, *, layout: Layout, folder: str) -> Project:
    """Return the project below `root` as it was at `ref`: its migrations, and no seeds.

    Raises:
        UsageError: git is missing, this is no repository, or it has no such ref.
        ProjectError: the folder was not there, or a file cannot be used.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError("git is not installed", hint="Install it, or use another source.")
    commit = _commit(git, root, ref)
    entries = _entries(git, root, commit, folder)
    if not entries:
        raise ProjectError(
            f"there was no migration in {folder} at {ref}",
            hint=f"Look what was there: git ls-tree -r --name-only {ref}",
        )
    with tempfile.TemporaryDirectory(prefix="airlock-git-") as temporary:
        copy = Path(temporary).resolve()
        for path, raw in zip(
            (path for path, _ in entries),
            _contents(git, root, [blob for _, blob in entries]),
            strict=True,
        ):
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)
        return replace(read_project(copy, layout=layout, folder=folder, seeds=()), root=root)


def _commit(git: str, root: Path, ref: str) -> str:
    """Return the commit that a ref names."""
    if ref.startswith("-"):
        raise UsageError(f"{ref!r} is no git ref", hint="Name a branch, tag or commit.")
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
    answer = _run(git, root, asked)
    if answer.returncode == 0:
        return answer.stdout.decode().strip()
    if _run(git, root, ["rev-parse", "--git-dir"]).returncode != 0:
        said = _run(git, root, ["rev-parse", "--git-dir"]).stderr.decode(errors="replace")
        raise UsageError(
            f"git cannot read {root}: {said.strip().partition(chr(10))[0] or 'no repository'}",
            hint="git:REF works inside a git repository.",
        )
    raise UsageError(
        f"git knows no ref {ref!r} here", hint="See what there is: git branch -a; git tag"
    )


def _entries(git: str, root: Path, commit: str, folder: str) -> list[tuple[PurePosixPath, str]]:
    """Return the files below a folder, relative to the root, each with its blob."""
    answer = _run(git, root, ["ls-tree", "-r", "-z", commit, "--", f"{folder}/"])
    _check(answer, f"the files at {commit[:12]}")
    found = []
    for line in answer.stdout.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if not path:
            continue
        mode, kind, blob = head.decode().split()
        place = PurePosixPath(os.fsdecode(path))
        if place.is_absolute() or ".." in place.parts:
            continue
        if kind == "blob" and mode in _FILES:
            found.append((place, blob))
        elif kind == "blob" and place.suffix == ".sql":
            raise ProjectError(
                f"{place} is a symbolic link in git, which is not followed",
                hint="Put the file itself there.",
            )
    return found


def _contents(git: str, root: Path, blobs: Sequence[str]) -> list[bytes]:
    """Return the contents of blobs, in order."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = _run(git, root, ["cat-file", "--batch"], given=asked)
    _check(answer, "files")
    found, rest = [], answer.stdout
    position = 0
    for blob in blobs:
        end = rest.index(b"\n", position)
        header = rest[position:end].split()
        if len(header) != 3:  # noqa: PLR2004 - name, type, size
            raise ProjectError(
                f"git lacks the content of {blob}", hint="Fetch the whole history: git fetch"
            )
        start, size = end + 1, int(header[2])
        found.append(rest[start : start + size])
        position = start + size + 1
    return found


def _check(answer: subprocess.CompletedProcess[bytes], what: str) -> None:
    if answer.returncode != 0:
        said = answer.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ProjectError(f"git cannot read {what}: {said}", hint="Try: git fsck")


def _run(
    git: str, root: Path, arguments: Sequence[str], *, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [git, "--no-optional-locks", *arguments],
            cwd=root,
            input=given,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
            env={**surroundings(), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        fault = error
    raise ProjectError(f"git did not answer: {type(fault).__name__}")
