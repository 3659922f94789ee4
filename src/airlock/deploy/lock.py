"""One airlock at a time at work on a database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from airlock.errors import Busy
from airlock.server.connect import Session

_KEY = 0x61_69_72_6C_6F_63_6B  # "airlock"
_POLL_S = 0.1


@contextmanager
def deployment_lock(session: Session, environment: str, wait_s: float) -> Iterator[None]:
    """Hold the database's one lock, under which migrations and seeds run.

    It is polled: a session that waits in `pg_advisory_lock` is a transaction that CREATE INDEX
    CONCURRENTLY of the holder waits for, and both would deadlock.

    Raises:
        Busy: another airlock has held it for `wait_s`.
    """
    deadline = time.monotonic() + wait_s
    while not session.fetch("select pg_try_advisory_lock(%s)", (_KEY,))[0][0]:
        if time.monotonic() >= deadline:
            raise _busy(session, environment)
        time.sleep(_POLL_S)
    try:
        yield
    finally:
        # What runs here may have failed in ways that leave a transaction open.
        session.abandon()
        if not session.closed:
            session.execute("select pg_advisory_unlock(%s)", (_KEY,))


def _busy(session: Session, environment: str) -> Busy:
    rows = session.fetch(
        """
        select
          a.pid,
          a.usename,
          coalesce(host(a.client_addr), 'this machine'),
          date_trunc('second', clock_timestamp() - a.backend_start)::text
        from pg_catalog.pg_locks l
        join pg_catalog.pg_database d on d.oid = l.database
        left join pg_catalog.pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory'
          and l.granted
          and d.datname = current_database()
          and (l.classid::bigint << 32) | l.objid::bigint = %s
        """,
        (_KEY,),
    )
    holder = ""
    for pid, user, host, age in rows:
        # Of another role's session no more than the process is shown.
        since = f", connected for {age}" if age else ""
        holder = f": server process {pid} ({user} from {host}{since})"
    return Busy(
        f"another airlock is deploying to {environment}{holder}",
        hint="Wait for it to end, then run the same command again.",
    )
