"""What tests make by the dozen: scripts, migrations, projects, waiting for another session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

from airlock.model.migration import Layout, Migration, Project, Seed
from airlock.model.script import Script
from airlock.server.address import Address
from airlock.server.connect import Session
from airlock.sources.sqltext import cut

FOLDER = "supabase/migrations"


def as_elsewhere(address: Address) -> Address:
    """Return the address as that of a server that is not Airlock's, logged in as the project."""
    url = address.url.replace("://supabase_admin@", "://postgres@", 1)
    return replace(address, url=url, embedded=False)


def script(text: str, path: str = f"{FOLDER}/1_file.sql") -> Script:
    return cut(path, text)


def migration(version: str, sql: str, name: str = "file", folder: str = FOLDER) -> Migration:
    raw = sql.encode()
    return Migration(
        version=version,
        name=name,
        path=f"{folder}/{version}_{name}.sql",
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def seed(sql: str, path: str = "supabase/seed.sql") -> Seed:
    raw = sql.encode()
    return Seed(path=path, raw=raw, sha256=hashlib.sha256(raw).hexdigest())


def project(*migrations: Migration, layout: Layout = Layout.SUPABASE) -> Project:
    return Project(
        root=Path("/nowhere"),
        layout=layout,
        folder=FOLDER,
        migrations=migrations,
        skipped=(),
        seeds=(),
    )


def wait_until(session: Session, condition: str) -> None:
    """Ask `session` until an SQL condition holds; the server is given 30 seconds."""
    session.execute(
        f"""
        do $$
        begin
          for i in 1..3000 loop
            perform pg_stat_clear_snapshot();
            if {condition} then return; end if;
            perform pg_sleep(0.01);
          end loop;
          raise exception 'waited in vain for: %', $c${condition}$c$;
        end $$
        """
    )


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Run `work` in a thread, and wait for its end; what it raises is in the list by then."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield raised
    finally:
        thread.join(60)
        assert not thread.is_alive()
