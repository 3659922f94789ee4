"""What a server holds before its first use, and what a new version of Airlock brings to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airlock.model.names import literal, quote
from airlock.server.baseline import Baseline, prepare_cluster
from airlock.server.connect import PLATFORM_ROLE, PROJECT_ROLE, Session, connect
from airlock.server.databases import Databases, Server
from airlock.server.registry import DATABASE, create_registry

if TYPE_CHECKING:
    from airlock.server.cluster import Cluster

_TCP_ROLES = (PLATFORM_ROLE, PROJECT_ROLE, "authenticator")
"""The roles that programs of the user's log in as."""


def prepare(cluster: Cluster) -> None:
    """Fill a new server: the platform's roles, the list of databases, the usual baseline."""
    with connect(cluster.address("postgres"), acting=False) as session:
        _fill(cluster, session)
    with Databases(cluster) as databases:
        databases.baseline(Baseline.SUPABASE, expose_new_tables=False)


def adopt(server: Server, session: Session) -> None:
    """Fill a server that somebody else started, or bring it up to this version of Airlock.

    `session` is a superuser who logged in there; a single process does this at a time.
    """
    _fill(server, session)
    with Databases(server) as databases:
        # The server may have other extensions by now, and they are built from what it has.
        databases.drop_baselines(old_only=False)


def refresh(cluster: Cluster) -> None:
    """Bring a durable server up to this version of Airlock, and set the passwords of its roles."""
    with connect(cluster.address(DATABASE), acting=False) as session:
        prepare_cluster(session)
        create_registry(session)
        for (role,) in session.fetch(
            "select rolname from pg_roles where rolname = any(%s) order by 1", [list(_TCP_ROLES)]
        ):
            session.execute(f"alter role {quote(role)} password {literal(cluster.password)}")
    with Databases(cluster) as databases:
        databases.drop_baselines(old_only=True)


def _fill(server: Server, session: Session) -> None:
    """Make the platform's roles and the list of databases, where they are missing."""
    prepare_cluster(session)
    if not session.fetch("select 1 from pg_database where datname = %s", [DATABASE]):
        session.execute(f"create database {quote(DATABASE)} template template0")
    session.execute(f"revoke all on database {quote(DATABASE)} from public")
    with connect(server.address(DATABASE), acting=False) as inside:
        create_registry(inside)
