"""Advisory locks on the databases of a server: who makes one, and who uses one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from airlock.errors import Busy, ConnectionFailed

if TYPE_CHECKING:
    from airlock.server.connect import Session

_POLL_S = 0.02
_LIMIT_S = 120


class Subject(IntEnum):
    """What a lock is about: the first of the two numbers of an advisory lock."""

    MAKING = 7401
    USING = 7402


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks that one session takes; the server lets go of them when it ends."""

    session: Session

    @contextlib.contextmanager
    def held(self, subject: Subject, name: str) -> Iterator[None]:
        """Hold a lock, asked for again and again: waiting inside blocks the others.

        Raises:
            Busy: somebody else has held it for two minutes.
        """
        deadline = time.monotonic() + _LIMIT_S
        while not self.take(subject, name):
            if time.monotonic() > deadline:
                raise Busy(
                    f"another airlock has been at work on {name} for {_LIMIT_S} s",
                    hint="Wait for it to end, or end it, and start the command again.",
                )
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            with contextlib.suppress(ConnectionFailed):
                self.release(subject, name)

    def take(self, subject: Subject, name: str, *, shared: bool = False) -> bool:
        """Take a lock if it is free, and return whether it was."""
        function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        rows = self.session.fetch(f"select {function}(%s, hashtext(%s))", [subject.value, name])
        return bool(rows[0][0])

    def release(self, subject: Subject, name: str) -> None:
        """Let go of a lock."""
        self.session.execute("select pg_advisory_unlock(%s, hashtext(%s))", [subject.value, name])
