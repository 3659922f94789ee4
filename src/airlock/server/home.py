"""Where Airlock keeps servers, downloaded builds and pristine data directories."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airlock.errors import ServerError

_PRIVATE = 0o700
_SECRET = 0o600
_FULL = 16 << 20
"""Bytes free with which a disk counts as full: a server writes its log in pieces so large."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, see private_folder
_SHORT = Path("/tmp")  # noqa: S108 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A folder of one user, mode 0700; `Home.open` makes sure that it is usable."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> Home:
        """Return the home at `path`, created when it is missing.

        Raises:
            ServerError: it is a file, belongs to someone else, or cannot be written.
        """
        path = path.absolute()
        if any(character in str(path) for character in ":\n"):
            raise ServerError(
                f"Airlock's folder {str(path)!r} has a colon or a line break in its path, "
                "which Postgres takes for the end of it",
                hint="Set AIRLOCK_HOME to another folder.",
            )
        with disk_errors(f"the folder {path} cannot be created"):
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=_PRIVATE, parents=True)
            found = path.stat()
        if not stat.S_ISDIR(found.st_mode):
            raise ServerError(
                f"{path} is meant to be Airlock's folder, but it is a file",
                hint="Move the file away, or set AIRLOCK_HOME to another folder.",
            )
        if found.st_uid != os.geteuid():
            raise ServerError(
                f"Airlock's folder {path} belongs to uid {found.st_uid}, "
                f"and this is uid {os.geteuid()}",
                hint="Run as its owner, or set AIRLOCK_HOME to a folder of your own.",
            )
        with disk_errors(f"the folder {path} cannot be made private"):
            if stat.S_IMODE(found.st_mode) != _PRIVATE:
                path.chmod(_PRIVATE)
        if not os.access(path, os.W_OK | os.X_OK):
            raise ServerError(
                f"Airlock's folder {path} cannot be written",
                hint="Set AIRLOCK_HOME to a folder on a disk that can be written.",
            )
        return cls(path=path)

    @property
    def servers(self) -> Path:
        """One folder per server: data, log, password, state."""
        return self._folder("servers")

    @property
    def pristine(self) -> Path:
        """Data directories as they are before first use, copied for each new server."""
        return self._folder("pristine")

    @property
    def builds(self) -> Path:
        """Downloaded Postgres builds, one folder per major version."""
        return self._folder("builds")

    @property
    def run(self) -> Path:
        """Files that matter only while a command runs."""
        return self._folder("run")

    def key(self, name: str) -> bytes:
        """Return a secret of this home by name, made when it is first asked for.

        Raises:
            ServerError: it cannot be written or read.
        """
        place = self.path / f"{name}.key"
        with disk_errors(f"the key {place} cannot be made or read"):
            if not place.exists():
                fresh = self.path / f".{name}.{os.getpid()}"
                descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _SECRET)
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_hex(32) + "\n")
                # Whoever is first has made it; a link, unlike a move, replaces nothing.
                with contextlib.suppress(FileExistsError):
                    os.link(fresh, place)
                fresh.unlink()
            if stat.S_IMODE(place.stat().st_mode) != _SECRET:
                place.chmod(_SECRET)
            return place.read_bytes().strip()

    @property
    def digest(self) -> str:
        """Eight hex digits that tell this home from others outside of it."""
        return hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:8]

    def short(self, suffix: str = "") -> Path:
        """Return a folder for sockets, whose paths are limited to about 107 bytes."""
        return _SHORT / f"{self._outside}{suffix}"

    def memory(self, suffix: str = "", *, bytes_wanted: int = 0) -> Path | None:
        """Return a folder in memory where so many bytes are free, or None."""
        try:
            space = os.statvfs(_MEMORY)
        except OSError:
            return None
        if not os.access(_MEMORY, os.W_OK) or space.f_bavail * space.f_frsize < bytes_wanted:
            return None
        return _MEMORY / f"{self._outside}{suffix}"

    @property
    def _outside(self) -> str:
        return f"airlock-{os.geteuid()}-{self.digest}"

    def _folder(self, name: str) -> Path:
        folder = self.path / name
        with disk_errors(f"the folder {folder} cannot be created"):
            folder.mkdir(mode=_PRIVATE, exist_ok=True)
        return folder


def private_folder(path: Path, *, mode: int = _PRIVATE, owner: int | None = None) -> Path:
    """Create `path` in a place that others can write to, or check the one that is there.

    `owner` is who may own it besides this user. Somebody who creates the folder first would
    see what is put into it, so anything that is not a folder of ours alone is refused.

    Raises:
        ServerError: it is a link, somebody else's, or open to others.
    """
    with disk_errors(f"the folder {path} cannot be created"):
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=mode)
            path.chmod(mode)
        found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        fault = "is not a folder"
    elif found.st_uid not in {os.geteuid(), owner}:
        fault = f"belongs to uid {found.st_uid}"
    elif stat.S_IMODE(found.st_mode) & ~mode:
        fault = f"is open to others (mode {stat.S_IMODE(found.st_mode):o})"
    else:
        return path
    raise ServerError(
        f"{path} {fault}, so it cannot hold a server's files",
        hint=f"Look at who made it (ls -ld {path}), remove it, and start the command again.",
    )


_DISK_HINTS = {
    errno.ENOSPC: "The disk is full: free some space and start the command again.",
    errno.EDQUOT: "Your disk quota is used up: free some space and start the command again.",
    errno.EROFS: "The disk is read-only: set AIRLOCK_HOME to a folder that can be written.",
    errno.EACCES: "Set AIRLOCK_HOME to a folder that you can write.",
    errno.EPERM: "Set AIRLOCK_HOME to a folder that you can write.",
    errno.ENOTDIR: "A part of the path is a file: set AIRLOCK_HOME to a folder.",
}


def is_full(folder: Path) -> bool:
    """Whether a server that keeps its files in `folder` finds no room on the disk.

    Raises:
        OSError: there is no such folder, or the disk does not answer.
    """
    space = os.statvfs(folder)
    return space.f_bavail * space.f_frsize <= _FULL


@contextlib.contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn an OSError into a ServerError that says `what` could not be done and what to do."""
    try:
        yield
    except OSError as error:
        hint = _DISK_HINTS.get(error.errno or 0, "Set AIRLOCK_HOME to another folder.")
        raise ServerError(f"{what}: {error.strerror or error}", hint=hint) from None
