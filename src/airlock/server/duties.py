"""What the deployer and the backup of a protected environment must be able to do, and must not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from airlock.model.names import few, quote, spell
from airlock.server.breach import Breach, Weight
from airlock.server.connect import Session
from airlock.server.logins import SYSTEM_SCHEMAS


def deployer_breaches(session: Session, *, platform: Collection[str]) -> Iterator[Breach]:
    """Yield what keeps a login from deploying; `platform` are roles whose objects are no part.

    Raises:
        DatabaseError: it cannot be told.
    """
    ((login, acting, superuser, creates, database),) = session.fetch(
        """
        select
          session_user::text,
          current_user::text,
          r.rolsuper,
          pg_catalog.has_database_privilege(current_database(), 'create'),
          current_database()::text
        from pg_catalog.pg_roles r
        where r.rolname = session_user
        """
    )
    if superuser:
        yield Breach(
            what=f"{login} is a superuser: a migration could do anything to the server",
            fix=f"alter role {quote(login)} nosuperuser;",
            weight=Weight.DOUBT,
        )
        return
    if not creates:
        yield Breach(
            what=f"{acting} may not make schemas, as the history of migrations needs",
            fix=f"grant create on database {quote(database)} to {quote(acting)};",
        )
    yield from _schemas(session, acting, platform)
    yield from _objects(session, acting, platform)


def _schemas(session: Session, acting: str, platform: Collection[str]) -> Iterator[Breach]:
    rows = session.fetch(
        f"""
        select n.nspname::text
        from pg_catalog.pg_namespace n
        where n.nspname not in {SYSTEM_SCHEMAS}
          and n.nspname !~ '^pg_(temp|toast_temp)_'
          and (n.nspname = 'public' or pg_catalog.pg_get_userbyid(n.nspowner) <> all(%s))
          and not exists (
            select
            from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
              and d.objid = n.oid
              and d.deptype = 'e'
          )
          and not pg_catalog.has_schema_privilege(n.oid, 'create')
        order by 1
        """,
        (sorted(platform),),
    )
    for (schema,) in rows:
        yield Breach(
            what=f"{acting} may not make anything in schema {spell(schema)}",
            fix=f"grant usage, create on schema {quote(schema)} to {quote(acting)};",
        )


_OBJECTS = f"""
    select
      pg_catalog.pg_get_userbyid(o.owner)::text,
      r.rolsuper,
      count(*)::int,
      (array_agg(o.name order by o.name))[1:4]
    from (
      select
        c.relowner as owner,
        n.nspname,
        'pg_catalog.pg_class'::pg_catalog.regclass as classid,
        c.oid,
        pg_catalog.format('%%s.%%s', n.nspname, c.relname) as name
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      union all
      select p.proowner, n.nspname, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid,
        pg_catalog.format('%%s.%%s()', n.nspname, p.proname)
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      union all
      select t.typowner, n.nspname, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid,
        pg_catalog.format('%%s.%%s', n.nspname, t.typname)
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      where t.typtype in ('e', 'd')
    ) o
    join pg_catalog.pg_roles r on r.oid = o.owner
    where o.nspname not in {SYSTEM_SCHEMAS}
      and o.nspname !~ '^pg_(temp|toast_temp)_'
      and r.rolname <> all(%s)
      and not pg_catalog.pg_has_role(current_user, o.owner, 'usage')
      and not exists (
        select
        from pg_catalog.pg_depend d
        where d.classid = o.classid and d.objid = o.oid and d.deptype = 'e'
      )
    group by o.owner, r.rolsuper
    order by 1
"""


def _objects(session: Session, acting: str, platform: Collection[str]) -> Iterator[Breach]:
    """Yield owners whose objects the deployer may not alter."""
    for owner, superuser, number, names in session.fetch(_OBJECTS, (sorted(platform),)):
        what = f"{acting} may not alter {number:,} object{'' if number == 1 else 's'} of"
        fix = f"grant {quote(owner)} to {quote(acting)};"
        if superuser:
            # A member of a superuser could become one.
            fix = (
                f"alter table, view, function … owner to {quote(acting)}; each by itself, since "
                f"{spell(owner)} is a superuser."
            )
        yield Breach(what=f"{what} {spell(owner)}: {few(names)}", fix=fix)


def backup_breaches(session: Session) -> Iterator[Breach]:
    """Yield what a login that backs up cannot read, and what it can write.

    Raises:
        DatabaseError: it cannot be told.
    """
    ((login, superuser, bypasses),) = session.fetch(
        """
        select session_user::text, r.rolsuper, r.rolbypassrls
        from pg_catalog.pg_roles r
        where r.rolname = session_user
        """
    )
    if superuser:
        yield Breach(
            what=f"{login} is a superuser: it can write anything",
            fix=f"alter role {quote(login)} nosuperuser;",
        )
        return
    yield from _unread(session, login)
    yield from _written(session, login)
    if bypasses:
        return
    hidden = session.fetch(
        f"""
        select pg_catalog.format('%s.%s', n.nspname, c.relname)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relrowsecurity
          and n.nspname not in {SYSTEM_SCHEMAS}
          and (c.relforcerowsecurity or not pg_catalog.pg_has_role(c.relowner, 'usage'))
        order by 1
        """
    )
    if hidden:
        names = [name for (name,) in hidden]
        yield Breach(
            what=f"{login} does not see all rows of {len(names):,} table"
            f"{'' if len(names) == 1 else 's'} with row level security: {few(names)}",
            fix=f"alter role {quote(login)} bypassrls;",
        )


def _unread(session: Session, login: str) -> Iterator[Breach]:
    rows = session.fetch(
        f"""
        select pg_catalog.format('%s.%s', n.nspname, c.relname)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'S')
          and n.nspname not in {SYSTEM_SCHEMAS}
          and n.nspname !~ '^pg_(temp|toast_temp)_'
          and not (
            pg_catalog.has_schema_privilege(n.oid, 'usage')
            and case c.relkind
              when 'S' then pg_catalog.has_sequence_privilege(c.oid, 'select')
              else pg_catalog.has_table_privilege(c.oid, 'select')
            end
          )
        order by 1
        """
    )
    if rows:
        names = [name for (name,) in rows]
        yield Breach(
            what=f"{login} cannot read {len(names):,} of the tables and sequences: {few(names)}",
            fix=f"grant pg_read_all_data to {quote(login)};",
        )


def _written(session: Session, login: str) -> Iterator[Breach]:
    rows = session.fetch(
        f"""
        select
          pg_catalog.format('%s.%s', n.nspname, c.relname),
          n.nspname::text,
          c.relname::text,
          exists (select from pg_catalog.aclexplode(c.relacl) a where a.grantee = 0)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f')
          and n.nspname not in {SYSTEM_SCHEMAS}
          and n.nspname !~ '^pg_(temp|toast_temp)_'
          and pg_catalog.has_table_privilege(c.oid, 'insert, update, delete, truncate')
        order by 1
        """
    )
    if not rows:
        return
    _, schema, name, public = rows[0]
    names = [shown for shown, *_ in rows]
    more = "; and so for each" if len(rows) > 1 else ""
    yield Breach(
        what=f"{login} can write to {len(names):,} table{'' if len(names) == 1 else 's'}:"
        f" {few(names)}",
        fix=f"revoke insert, update, delete, truncate on {quote(schema, name)} from"
        f" {'public' if public else quote(login)}{more}",
    )
