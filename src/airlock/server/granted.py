"""What an inspector was granted, itself or as everybody is: each with the REVOKE that ends it.

`has_…_privilege` says whether something is reached; the access lists say by which grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from airlock.model.names import few, quote, spell
from airlock.server.breach import Breach, Weight
from airlock.server.connect import Session
from airlock.server.logins import HISTORY_SCHEMAS, HISTORY_TABLES, SYSTEM_SCHEMAS

_MOST_EACH = 20
"""Objects of one schema that are named one by one; of more, the first few and the number."""
_PUBLIC = "public"
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


def relations(session: Session, role: str) -> Iterator[Breach]:
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


def statistics(session: Session, role: str) -> Iterator[Breach]:
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


def routines(session: Session, role: str) -> Iterator[Breach]:
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


def places(session: Session, role: str) -> Iterator[Breach]:
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


def others(session: Session, role: str) -> Iterator[Breach]:
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


def later(session: Session, role: str) -> Iterator[Breach]:
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
