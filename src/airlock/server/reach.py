"""What the inspector of a protected environment can reach, and may not: nothing with a row in it.

Whatever cannot be told counts as reached. `has_…_privilege` says whether; the access lists say by
which grant, for the statement that takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airlock.errors import Refused
from airlock.model.names import few, quote, spell
from airlock.server.address import Address
from airlock.server.breach import Breach
from airlock.server.connect import Session
from airlock.server.granted import later, others, places, relations, routines, statistics

READERS = (
    "pg_checkpoint",
    "pg_create_subscription",
    "pg_execute_server_program",
    "pg_maintain",
    "pg_monitor",
    "pg_read_all_data",
    "pg_read_all_settings",
    "pg_read_all_stats",
    "pg_read_server_files",
    "pg_signal_autovacuum_worker",
    "pg_signal_backend",
    "pg_stat_scan_tables",
    "pg_use_reserved_connections",
    "pg_write_all_data",
    "pg_write_server_files",
)
"""Postgres's own roles: each reads rows, queries of others or files, or disturbs who works."""


class InspectorReads(Refused):
    """The login that only looks on can read rows."""

    code = "inspector-reads"

    def __init__(self, address: Address, role: str, why: Sequence[str]) -> None:
        super().__init__(
            f"{address} is protected, and its inspector {role} can read rows there: it is"
            f" {' and '.join(why)}; nothing was read",
            hint="airlock doctor ENV says what takes that away, airlock doctor ENV --grants makes "
            "a login that has no rights.",
        )


_AT_A_GLANCE = f"""
    select
      session_user::text,
      r.rolsuper,
      r.rolbypassrls,
      array(
        select g.rolname::text
        from pg_catalog.pg_roles g
        where (g.rolname = any(array[{", ".join(f"'{name}'" for name in READERS)}])
            or g.rolsuper or g.rolbypassrls)
          and g.oid <> r.oid
          and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
        order by 1
      ),
      exists (
        select
        from pg_catalog.pg_class c
        where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm')
      )
    from pg_catalog.pg_roles r
    where r.rolname = session_user
"""


def refuse_reader(session: Session) -> None:
    """Raise where the login can read rows by what it is; what it was granted is doctor's part.

    Raises:
        InspectorReads: it is a superuser, has BYPASSRLS, owns tables, or is a member of a role
            that reads.
    """
    rows = session.fetch(_AT_A_GLANCE)
    if not rows:
        raise InspectorReads(session.address, "", ["unknown to its own server"])
    ((role, superuser, bypasses, reads, owns),) = rows
    why = []
    if superuser:
        why.append("a superuser")
    else:
        if bypasses:
            why.append("exempt from row level security")
        if reads:
            why.append(f"a member of {few(reads)}")
        if owns:
            why.append("the owner of tables")
    if why:
        raise InspectorReads(session.address, role, why)


def inspector_breaches(session: Session) -> Iterator[Breach]:
    """Yield what the login of a session can reach, with the statement that mends it.

    Raises:
        DatabaseError: it cannot be told.
    """
    role, superuser, owner = _who(session)
    if superuser:
        yield Breach(
            what=f"{role} is a superuser: nothing is closed to it",
            fix=f"alter role {quote(role)} nosuperuser;",
        )
        return
    found = [
        *_attributes(session, role),
        *_memberships(session, role),
        *_owned(session, role, owner),
    ]
    yield from found
    for look in (relations, statistics, routines, places, others, later):
        yield from look(session, role)


def _who(session: Session) -> tuple[str, bool, str]:
    """Return the login, whether it is a superuser, and who owns the database."""
    ((role, superuser, owner),) = session.fetch(
        """
        select session_user::text, r.rolsuper, pg_catalog.pg_get_userbyid(d.datdba)::text
        from pg_catalog.pg_roles r, pg_catalog.pg_database d
        where r.rolname = session_user and d.datname = current_database()
        """
    )
    return role, superuser, owner


# What it is -------------------------------------------------------------------------------------


def _attributes(session: Session, role: str) -> Iterator[Breach]:
    ((found),) = session.fetch(
        """
        select rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
        from pg_catalog.pg_roles
        where rolname = session_user
        """
    )
    said = ("sees rows past row level security", "can make and change roles",
            "can make databases", "can copy the whole server by replication")  # fmt: skip
    for has, what, word in zip(
        found, said, ("bypassrls", "createrole", "createdb", "replication"), strict=True
    ):
        if has:
            yield Breach(
                what=f"{role} {what} ({word.upper()})", fix=f"alter role {quote(role)} no{word};"
            )


def _memberships(session: Session, role: str) -> Iterator[Breach]:
    rows = session.fetch(
        """
        with recursive reached as (
          select m.roleid as direct, m.roleid
          from pg_catalog.pg_auth_members m
          join pg_catalog.pg_roles r on r.oid = m.member
          where r.rolname = session_user
          union
          select a.direct, m.roleid
          from reached a
          join pg_catalog.pg_auth_members m on m.member = a.roleid
        )
        select
          d.rolname::text,
          array_agg(g.rolname::text order by g.rolname) filter (where g.oid <> d.oid)
        from reached a
        join pg_catalog.pg_roles d on d.oid = a.direct
        join pg_catalog.pg_roles g on g.oid = a.roleid
        group by d.rolname
        order by 1
        """
    )
    for direct, further in rows:
        more = f", and by it of {few(further)}" if further else ""
        yield Breach(
            what=f"{role} is a member of {spell(direct)}{more}: it can do what that role can",
            fix=f"revoke {quote(direct)} from {quote(role)};",
        )


def _owned(session: Session, role: str, owner: str) -> Iterator[Breach]:
    rows = session.fetch(
        """
        select pg_catalog.pg_describe_object(s.classid, s.objid, 0)
        from pg_catalog.pg_shdepend s
        join pg_catalog.pg_roles r on r.oid = s.refobjid
        where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
          and s.deptype = 'o'
          and r.rolname = session_user
          and s.dbid in (
            0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
          )
        order by 1
        """
    )
    if rows:
        yield Breach(
            what=f"{role} owns {_number(len(rows), 'object')}: {few([text for (text,) in rows])}",
            fix=f"reassign owned by {quote(role)} to {quote(owner)};",
        )


def _number(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
