"""What the inspector of a protected environment can reach, and may not: nothing with a row in it.

Whatever cannot be told counts as reached. `has_…_privilege` says whether; the access lists say by
which grant, for the statement that takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from airlock.errors import Refused
from airlock.model.names import few, quote, spell
from airlock.server.address import Address
from airlock.server.connect import Session
from airlock.server.logins import HISTORY_SCHEMAS, HISTORY_TABLES, SYSTEM_SCHEMAS

READERS = (
    "pg_checkpoint",
    "pg_create_subscription",
    "pg_database_owner",
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
_MOST_EACH = 20
"""Objects of one schema that are named one by one; of more, the first few and the number."""
_PUBLIC = "public"


class Weight(StrEnum):
    """How much it matters."""

    GRAVE = "grave"
    DOUBT = "doubt"
    """Everybody reaches it, by the schema's own doing; an error where the project is strict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One thing that a login can do and should not, or the other way, and what mends it."""

    what: str
    fix: str
    weight: Weight = Weight.GRAVE


class InspectorReads(Refused):
    """The login that only looks on can read rows."""

    code = "inspector-reads"

    def __init__(self, address: Address, role: str, why: Sequence[str]) -> None:
        super().__init__(
            f"{address} is protected, and its inspector {role} can read rows there: it is"
            f" {' and '.join(why)}; nothing was read",
            hint=f"airlock doctor {address.label} says what takes that away, "
            f"airlock doctor {address.label} --grants makes a login that has no rights.",
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
          and g.rolname <> 'pg_database_owner'
          and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
        order by 1
      )
    from pg_catalog.pg_roles r
    where r.rolname = session_user
"""


def refuse_reader(session: Session) -> None:
    """Raise where the login can read rows by what it is; what it was granted is doctor's part.

    Raises:
        InspectorReads: it is a superuser, has BYPASSRLS, or is a member of a role that reads.
    """
    rows = session.fetch(_AT_A_GLANCE)
    if not rows:
        raise InspectorReads(session.address, "", ["unknown to its own server"])
    ((role, superuser, bypasses, reads),) = rows
    why = []
    if superuser:
        why.append("a superuser")
    else:
        if bypasses:
            why.append("exempt from row level security")
        if reads:
            why.append(f"a member of {few(reads)}")
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
    for look in (_relations, _statistics, _routines, _places, _others, _later):
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


# What it was granted ----------------------------------------------------------------------------

_SECRET_CATALOGS = (
    "pg_authid",
    "pg_hba_file_rules",
    "pg_ident_file_mappings",
    "pg_largeobject",
    "pg_shadow",
    "pg_statistic",
    "pg_statistic_ext_data",
    "pg_user_mapping",
)
_KINDS = {"r": "table", "p": "table", "f": "foreign table", "v": "view", "m": "materialized view",
          "S": "sequence"}  # fmt: skip
_RELATIONS = f"""
    with recursive
    me as (select oid from pg_catalog.pg_roles where rolname = session_user),
    -- views, and the relations of users that they are made of
    parts as (
      select w.ev_class as view, d.refobjid as part
      from pg_catalog.pg_rewrite w
      join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        and d.refobjid >= 16384
        and d.refobjid <> w.ev_class
    ),
    members as (
      select objid
      from pg_catalog.pg_depend
      where classid = 'pg_catalog.pg_class'::pg_catalog.regclass and deptype = 'e'
    ),
    granted as (
      select c.oid, a.grantee
      from pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
      union
      select t.attrelid, a.grantee
      from pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
    )
    select
      n.nspname::text,
      c.relname::text,
      c.relkind::text,
      exists (select from granted g where g.oid = c.oid and g.grantee = (select oid from me)),
      exists (select from granted g where g.oid = c.oid and g.grantee = 0),
      c.oid in (select objid from members),
      c.oid in (select view from parts),
      case when c.relkind <> 'S' then
        pg_catalog.has_table_privilege(
          c.oid, 'insert, update, delete, truncate, references, trigger'
        )
        or pg_catalog.has_any_column_privilege(c.oid, 'insert, update, references')
      end
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where case
        when c.relkind = 'S' then pg_catalog.has_sequence_privilege(c.oid, 'usage, select, update')
        when c.relkind in ('r', 'p', 'v', 'm', 'f') then
          pg_catalog.has_table_privilege(
            c.oid, 'select, insert, update, delete, truncate, references, trigger'
          )
          or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update, references')
        else false
      end
      and n.nspname !~ '^pg_(temp|toast_temp)_'
      and (
        n.nspname not in {SYSTEM_SCHEMAS}
        or c.relname in ({", ".join(f"'{name}'" for name in _SECRET_CATALOGS)})
        or exists (select from granted g where g.oid = c.oid and g.grantee = (select oid from me))
      )
    order by 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """One object that the inspector reaches."""

    schema: str
    name: str
    kind: str
    grantee: str
    """The role, `public`, or nothing where no grant shows."""
    weight: Weight
    arguments: str | None = None

    @property
    def target(self) -> str:
        """The object, as REVOKE names it."""
        word = {"sequence": "sequence", "function": "routine"}.get(self.kind, "table")
        arguments = f"({self.arguments})" if self.arguments is not None else ""
        return f"{word} {quote(self.schema, self.name)}{arguments}"

    @property
    def shown(self) -> str:
        """The object, for people."""
        arguments = f"({self.arguments})" if self.arguments is not None else ""
        return spell(self.schema, self.name) + arguments


def _relations(session: Session, role: str) -> Iterator[Breach]:
    """Yield tables, views, columns and sequences on which the inspector has any privilege."""
    found = []
    for schema, name, relkind, direct, public, member, over_rows, writes in session.fetch(
        _RELATIONS
    ):
        if (schema, name) in HISTORY_TABLES and not writes:
            continue
        kind = _KINDS[relkind]
        everybodys = public and not direct
        if kind == "view" and member and not over_rows and not writes:
            # An extension's own view, of functions that look at who asks.
            continue
        doubt = everybodys and not writes and (kind == "view" or member)
        found.append(
            _Reached(
                schema=schema,
                name=name,
                kind=kind,
                grantee=role if direct else _PUBLIC if public else "",
                weight=Weight.DOUBT if doubt else Weight.GRAVE,
            )
        )
    yield from _grouped(found, "can use the {kind}", role)


def _statistics(session: Session, role: str) -> Iterator[Breach]:
    """Yield whether statistics of users' columns can be read: they hold values of rows.

    The view is only asked whether there is a line; no column of it is fetched.
    """
    ((visible,),) = session.fetch(
        f"""
        select exists (
          select
          from pg_catalog.pg_stats s
          where s.schemaname not in {SYSTEM_SCHEMAS}
            and s.schemaname not in ({", ".join(f"'{schema}'" for schema in HISTORY_SCHEMAS)})
        )
        """
    )
    if visible:
        yield Breach(
            what=f"{role} can read statistics of columns, with values of their rows (pg_stats)",
            fix="Take away the privileges on tables and columns that are named here.",
        )


def _routines(session: Session, role: str) -> Iterator[Breach]:
    """Yield functions that act with the rights of their owner, and may be called."""
    rows = session.fetch(
        f"""
        select
          n.nspname::text,
          p.proname::text,
          pg_catalog.pg_get_function_identity_arguments(p.oid),
          exists (
            select
            from pg_catalog.aclexplode(p.proacl) a
            join pg_catalog.pg_roles r on r.oid = a.grantee
            where r.rolname = session_user
          ),
          p.proacl is null
          or exists (select from pg_catalog.aclexplode(p.proacl) a where a.grantee = 0)
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where pg_catalog.has_function_privilege(p.oid, 'execute')
          and pg_catalog.has_schema_privilege(n.oid, 'usage')
          and p.prorettype not in (
            'pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype
          )
          and (
            (p.prosecdef and n.nspname not in {SYSTEM_SCHEMAS})
            or p.proname in (
              'lo_export', 'lo_import', 'pg_ls_dir', 'pg_read_binary_file', 'pg_read_file',
              'pg_stat_file'
            ) and n.nspname = 'pg_catalog'
          )
        order by 1, 2, 3
        """
    )
    found = [
        _Reached(
            schema=schema,
            name=name,
            kind="function",
            arguments=arguments,
            grantee=role if direct else _PUBLIC if public else "",
            weight=Weight.DOUBT
            if public and not direct and schema != "pg_catalog"
            else Weight.GRAVE,
        )
        for schema, name, arguments, direct, public in rows
    ]
    yield from _grouped(found, "can call the {kind}, which acts with its owner's rights,", role)


def _grouped(found: Iterable[_Reached], can: str, role: str) -> Iterator[Breach]:
    """Yield a breach for each object; where a schema has many, one for all of a sort."""

    def sort(each: _Reached) -> tuple[str, str, str, str]:
        word = each.kind if each.kind in {"sequence", "function"} else "table"
        return (each.weight, each.schema, each.grantee, word)

    for (weight, schema, grantee, word), group in groupby(sorted(found, key=sort), key=sort):
        listed = list(group)
        whose = {_PUBLIC: " as everybody can", role: "", "": " by way of another role"}[grantee]
        to = _PUBLIC if grantee == _PUBLIC else quote(role)
        if len(listed) > _MOST_EACH:
            plural = {"function": "routines"}.get(word, f"{word}s")
            yield Breach(
                what=f"{role} {can.format(kind=word)}s of {len(listed):,} names in schema"
                f" {spell(schema)}{whose}: {few([each.shown for each in listed])}",
                fix=f"revoke all on all {plural} in schema {quote(schema)} from {to};",
                weight=Weight(weight),
            )
            continue
        for each in listed:
            yield Breach(
                what=f"{role} {can.format(kind=each.kind)} {each.shown}{whose}",
                fix=f"revoke all on {each.target} from {to};"
                if grantee
                else "Take away the membership or ownership named above.",
                weight=Weight(weight),
            )


def _places(session: Session, role: str) -> Iterator[Breach]:
    """Yield schemas in which the inspector may make things, and the database if it may there."""
    rows = session.fetch(
        """
        select
          n.nspname::text,
          exists (
            select
            from pg_catalog.aclexplode(n.nspacl) a
            where a.grantee = 0 and a.privilege_type = 'CREATE'
          )
        from pg_catalog.pg_namespace n
        where n.nspname !~ '^pg_(temp|toast_temp)_'
          and pg_catalog.has_schema_privilege(n.oid, 'create')
        order by 1
        """
    )
    for schema, public in rows:
        yield Breach(
            what=f"{role} can make tables and functions in schema {spell(schema)}"
            f"{' as everybody can' if public else ''}",
            fix=f"revoke create on schema {quote(schema)} from"
            f" {_PUBLIC if public else quote(role)};",
        )
    ((creates, name),) = session.fetch(
        "select pg_catalog.has_database_privilege(current_database(), 'create'),"
        " current_database()::text"
    )
    if creates:
        yield Breach(
            what=f"{role} can make schemas",
            fix=f"revoke create on database {quote(name)} from {quote(role)}, public;",
        )


def _others(session: Session, role: str) -> Iterator[Breach]:
    """Yield ways around tables: large objects, foreign servers, untrusted languages."""
    rows = session.fetch(
        """
        select 'large object', m.oid::text, 0 = any(array_agg(a.grantee))
        from pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) a
        where a.grantee in (
          0, (select oid from pg_catalog.pg_roles where rolname = session_user)
        )
        group by m.oid
        union all
        select 'foreign server', s.srvname::text,
          exists (select from pg_catalog.aclexplode(s.srvacl) a where a.grantee = 0)
        from pg_catalog.pg_foreign_server s
        where pg_catalog.has_server_privilege(s.oid, 'usage')
        union all
        select 'language', l.lanname::text,
          l.lanacl is null
          or exists (select from pg_catalog.aclexplode(l.lanacl) a where a.grantee = 0)
        from pg_catalog.pg_language l
        where not l.lanpltrusted
          and l.lanname not in ('internal', 'c')
          and pg_catalog.has_language_privilege(l.oid, 'usage')
        order by 1, 2
        """
    )
    for kind, name, public in rows:
        target = name if kind == "large object" else quote(name)
        yield Breach(
            what=f"{role} can use the {kind} {name}{' as everybody can' if public else ''}",
            fix=f"revoke all on {kind} {target} from {_PUBLIC if public else quote(role)};",
        )
    ((open_to_all,),) = session.fetch(
        "select pg_catalog.current_setting('lo_compat_privileges')::bool"
    )
    if open_to_all:
        yield Breach(
            what=f"{role} can read every large object: the server does not look at their rights",
            fix="alter system set lo_compat_privileges = off;",
        )


def _later(session: Session, role: str) -> Iterator[Breach]:
    """Yield default privileges that will give the inspector what is yet to be made."""
    kept = ", ".join(f"'{schema}'" for schema in HISTORY_SCHEMAS)
    rows = session.fetch(
        f"""
        select distinct
          pg_catalog.pg_get_userbyid(d.defaclrole)::text,
          coalesce(n.nspname::text, ''),
          case d.defaclobjtype when 'S' then 'sequences' else 'tables' end,
          a.grantee = 0
        from pg_catalog.pg_default_acl d
        left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace,
          pg_catalog.aclexplode(d.defaclacl) a
        where d.defaclobjtype in ('r', 'S')
          and a.grantee in (
            0, (select oid from pg_catalog.pg_roles where rolname = session_user)
          )
          and coalesce(n.nspname, '') not in ({kept})
        order by 1, 2, 3
        """
    )
    for owner, schema, what, public in rows:
        place = f" in schema {quote(schema)}" if schema else ""
        yield Breach(
            what=f"{role} will reach the {what} that {spell(owner)} makes"
            f"{f' in schema {spell(schema)}' if schema else ''}"
            f"{' as everybody will' if public else ''}",
            fix=f"alter default privileges for role {quote(owner)}{place} revoke all on {what} from"
            f" {_PUBLIC if public else quote(role)};",
        )


def _number(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
