"""Where the files of servers lie, given who runs them."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from airlock.server.files import locked
from airlock.server.home import Home, disk_errors, private_folder
from airlock.server.privilege import Privilege, Strategy

COMMON = Path("/var/lib/airlock")
"""Where a home has its files that another user runs and owns."""
_ENOUGH_MEMORY = 1 << 30
_PASSABLE = 0o711


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarters:
    """The folders of one home for one privilege.

    Another user cannot pass through a home of mode 0700, nor through root's own folder above
    it, so what that user reads and owns lies in a place of its own.
    """

    home: Home
    privilege: Privilege

    @property
    def root(self) -> Path:
        """The folder of pristine data directories, private programs and durable data."""
        if not self._foreign:
            return self.home.path
        private_folder(COMMON, mode=0o755)
        return private_folder(COMMON / self.home.digest, mode=_PASSABLE)

    def folder(self, *parts: str) -> Path:
        """Return a folder under the root, created so that the server's user can pass."""
        path = self.root
        for part in parts:
            path = path / part
            with disk_errors(f"the folder {path} cannot be created"):
                path.mkdir(mode=self._mode, exist_ok=True)
        return path

    def memory(self, name: str) -> Path | None:
        """Return a folder in memory for one server's data, or None where there is no room."""
        memory = self.home.memory(self._suffix, bytes_wanted=_ENOUGH_MEMORY)
        if memory is None:
            return None
        with _outside(self.home, shared=True):
            return private_folder(private_folder(memory, mode=self._mode) / name, mode=self._mode)

    def sockets(self, name: str) -> Path:
        """Return the folder of one server's sockets: short, and only for who runs it."""
        with _outside(self.home, shared=True):
            outside = private_folder(self.home.short(self._suffix), mode=self._mode)
            folder = private_folder(outside / name, owner=self.privilege.owner)
        self.privilege.give(folder)
        return folder

    @property
    def _mode(self) -> int:
        return _PASSABLE if self._foreign else 0o700

    @property
    def _suffix(self) -> str:
        """Keeps folders apart that have other modes and owners."""
        return f"-{self.privilege.uid}" if self._foreign else ""

    @property
    def _foreign(self) -> bool:
        return self.privilege.strategy is Strategy.OTHER_USER


def remove_empty(home: Home, *folders: Path) -> None:
    """Remove folders outside of the home, and those they lie in, that hold nothing any more."""
    with _outside(home, shared=False):
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()
                folder.parent.rmdir()


def _outside(home: Home, *, shared: bool) -> AbstractContextManager[None]:
    """Keep a folder from being removed between its making and the making of one inside it."""
    return locked(home.run / "outside.lock", shared=shared)
