"""Files and folders that are there as a whole or not at all, and locks on them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from airlock.errors import AirlockError, ServerError
from airlock.server.home import disk_errors, is_full


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file so that a reader sees all of it or what was there before."""
    with disk_errors(f"{path} cannot be written"):
        descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)
        partial = Path(name)
        try:
            with open(descriptor, "w") as file:  # noqa: PTH123 - of a descriptor
                file.write(text)
            partial.chmod(mode)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when the process dies."""
    with disk_errors(f"{path} cannot be locked"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with disk_errors(f"{path} cannot be locked"):
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with its modes and owners; `target` appears only when it is whole.

    Raises:
        ServerError: the disk is full or cannot be written; nothing of the copy is left.
    """
    with partial_folder(target) as partial:
        done = subprocess.run(
            ["/bin/cp", "-a", f"{source}/.", str(partial)],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={"LC_ALL": "C"},
        )
        if done.returncode != 0:
            raise ServerError(f"{target} could not be made: {last_line(done.stderr)}")


@contextlib.contextmanager
def partial_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target` that takes its name when the body has filled it.

    When the body raises, nothing is left. What a killed process left is removed first, so the
    caller holds a lock.
    """
    for leftover in target.parent.glob(f"{target.name}.new-*"):
        remove_tree(leftover)
    with disk_errors(f"the folder {target} cannot be created"):
        partial = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
    try:
        with full_disk_named(partial):
            yield partial
        remove_tree(target)
        with disk_errors(f"the folder {target} cannot be put in place"):
            partial.rename(target)
    finally:
        remove_tree(partial)


@contextlib.contextmanager
def full_disk_named(folder: Path) -> Iterator[None]:
    """Say that the disk is full when something fails while it is, however the failure reads."""
    try:
        yield
        return
    except AirlockError:
        with disk_errors(f"{folder} cannot be read"):
            full = is_full(folder)
        if not full:
            raise
    raise ServerError(
        f"the disk that holds {folder.parent} is full",
        hint="Free some space and start the command again; nothing half-made is left.",
    )


def remove_tree(path: Path) -> None:
    """Remove a folder under a name of its own first, so that a half-removed one is not used."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    if ".new-" not in path.name:
        with disk_errors(f"{path} cannot be removed"):
            path = path.rename(path.with_name(f"{path.name}.new-{os.getpid()}-old"))
    shutil.rmtree(path, ignore_errors=True)


def last_line(output: str) -> str:
    """Return the end of what a program said, for a message."""
    return (output.strip().splitlines() or ["no reason was given"])[-1]
