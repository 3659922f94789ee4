"""Who made a database, and whether they are still at work on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airlock.server.processes import is_running, start_token

if TYPE_CHECKING:
    from airlock.server.connect import Session

Owner = tuple[int, str]
"""A pid, and the start of its process as a text."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Tells who is at work on a server from who was killed.

    On Airlock's own servers an owner is a process of this machine. What is `shared` may serve
    several machines, none of which sees the processes of the others: there it is the session that
    an airlock keeps open, which ends with it.
    """

    session: Session
    shared: bool

    def me(self) -> Owner:
        """Return who makes a database now."""
        if not self.shared:
            pid = os.getpid()
            return pid, start_token(pid) or ""
        ((pid, start),) = self.session.fetch(
            "select pid, extract(epoch from backend_start)::text"
            " from pg_stat_activity"
            " where pid = pg_backend_pid()"
        )
        return pid, start

    def at_work(self, owner: Owner) -> bool:
        """Whether who made a database may still need it."""
        if not self.shared:
            return is_running(*owner)
        rows = self.session.fetch(
            "select 1"
            " from pg_stat_activity"
            " where pid = %s and extract(epoch from backend_start)::text = %s",
            owner,
        )
        return bool(rows)
