"""Roles that the objects of a database refer to, and their members, with attributes.

Roles belong to the whole server, and other databases may use them: a plan creates or alters one,
and never drops any. One that exists is left as it is where a plan would create it. Passwords are
never read. Of settings with a dot in the name, such as `pgrst.jwt_secret`, only the name is: an
application may keep a secret there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._acl import block
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_OPTIONS_SINCE = 16
_FLAGS = ("superuser", "inherit", "createrole", "createdb", "login", "replication", "bypassrls")
_LISTS = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)
"""Settings whose values are lists of names, kept as they are written."""
_ELEMENT = re.compile(r'"((?:[^"]|"")*)"|([^,\s][^,]*)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Node):
    """A role without its password."""

    superuser: bool = attr(OnChange.ALTER)
    inherit: bool = attr(OnChange.ALTER)
    createrole: bool = attr(OnChange.ALTER)
    createdb: bool = attr(OnChange.ALTER)
    login: bool = attr(OnChange.ALTER)
    replication: bool = attr(OnChange.ALTER)
    bypassrls: bool = attr(OnChange.ALTER)
    connection_limit: int = attr(OnChange.ALTER)
    """-1 for any number."""
    valid_until: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """When the password ends, in UTC."""
    settings: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    """`name=value` for all databases, sorted; the name alone where it has a dot."""


def query(major: int) -> str:
    """Return the query of roles; who may only administer a role is no member of it."""
    is_member = "where m.inherit_option or m.set_option" if major >= _OPTIONS_SINCE else ""
    return f"""
        with recursive used as (
          select d.refobjid as oid
          from pg_shdepend d
          join pg_database b on b.oid = d.dbid
          where d.refclassid = 'pg_authid'::regclass
            and b.datname = current_database()
            -- no plan hands over, or grants on, an extension, its members or parts of a type
            and d.classid <> 'pg_extension'::regclass
            and (d.classid, d.objid) not in (
              select m.classid, m.objid
              from pg_depend m
              where m.refclassid = 'pg_extension'::regclass and m.deptype = 'e'
            )
            and case
              when d.classid in ('pg_proc'::regclass, 'pg_type'::regclass)
              then not exists (
                select from pg_depend p
                where p.classid = d.classid and p.objid = d.objid and p.deptype = 'i'
              )
              else true
            end
          union
          select m.member
          from used u
          join pg_auth_members m on m.roleid = u.oid
          {is_member}
        )
        select
          r.oid,
          r.rolname as name,
          r.rolsuper as superuser,
          r.rolinherit as inherit,
          r.rolcreaterole as createrole,
          r.rolcreatedb as createdb,
          r.rolcanlogin as login,
          r.rolreplication as replication,
          r.rolbypassrls as bypassrls,
          r.rolconnlimit as connection_limit,
          case
            when isfinite(r.rolvaliduntil) then (r.rolvaliduntil at time zone 'UTC')::text || '+00'
          end as valid_until,
          (
            select array_agg(
              case
                when split_part(s, '=', 1) like '%.%' then split_part(s, '=', 1)
                else s
              end
              order by s collate "C"
            )
            from unnest(r.rolconfig) s
          ) as settings
        from pg_roles r
        where r.oid in (select oid from used)
          and r.oid <> 10
          and r.rolname !~ '^pg_'
    """


def load(row: Row, resolve: Resolve) -> Role:
    """Read a role."""
    del resolve
    return Role(
        id=Id("role", (row.name,)),
        superuser=row.superuser,
        inherit=row.inherit,
        createrole=row.createrole,
        createdb=row.createdb,
        login=row.login,
        replication=row.replication,
        bypassrls=row.bypassrls,
        connection_limit=row.connection_limit,
        valid_until=row.valid_until,
        settings=tuple(sorted(row.settings or ())),
    )


def address(id: Id) -> str:
    """Return `role "name"`."""
    return f"role {quote(*id.path)}"


def create(role: Role, context: Context) -> Iterator[Step]:
    """Create it unless the server has it; who runs the plan is there."""
    name = role.id.path[0]
    if name == context.role:
        return
    options = "".join(f" {flag}" for flag in _FLAGS if flag != "inherit" and getattr(role, flag))
    if not role.inherit:
        options += " noinherit"
    if role.connection_limit != -1:
        options += f" connection limit {role.connection_limit}"
    if role.valid_until:
        options += f" valid until {literal(role.valid_until)}"
    inside = [f"create {address(role.id)}{options}", *_set(role, role.settings)]
    statements = "".join(f"    {statement};\n" for statement in inside)
    yield Step(
        sql=block(
            "begin\n"
            f"  if not exists (select from pg_roles where rolname = {literal(name)}) then\n"
            f"{statements}"
            "  end if;\n"
            "end"
        ),
        verb=Verb.CREATE,
        target=role.id,
    )


def drop(role: Role, context: Context) -> Iterator[Step]:
    """Do nothing: another database may use the role."""
    del role, context
    yield from ()


def alter(old: Role, new: Role, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change attributes and settings, for all databases of the server."""
    del context
    options = "".join(
        f" {flag if getattr(new, flag) else f'no{flag}'}" for flag in _FLAGS if flag in changed
    )
    if "connection_limit" in changed:
        options += f" connection limit {new.connection_limit}"
    if "valid_until" in changed:
        options += f" valid until {literal(new.valid_until or 'infinity')}"
    hazard = "a role belongs to all databases of the server"
    if options:
        sql = f"alter {address(new.id)}{options}"
        yield Step(sql=sql, verb=Verb.ALTER, target=new.id, hazard=hazard)
    before = {_name(setting) for setting in old.settings}
    after = {_name(setting) for setting in new.settings}
    for name in sorted(before - after):
        sql = f"alter {address(new.id)} reset {quote(*name.split('.'))}"
        yield Step(sql=sql, verb=Verb.ALTER, target=new.id, hazard=hazard)
    for sql in _set(new, [each for each in new.settings if each not in old.settings]):
        yield Step(sql=sql, verb=Verb.ALTER, target=new.id, hazard=hazard)


def _name(setting: str) -> str:
    return setting.partition("=")[0]


def _set(role: Role, settings: tuple[str, ...] | list[str]) -> Iterator[str]:
    for setting in settings:
        name, known, value = setting.partition("=")
        if known:
            yield f"alter {address(role.id)} set {quote(name)} to {_value(name, value)}"


def _value(name: str, value: str) -> str:
    """Return a value as SET takes it: a list of names is a list of constants."""
    if name not in _LISTS:
        return literal(value).strip()
    names = (
        plain.rstrip() if plain else quoted.replace('""', '"')
        for quoted, plain in _ELEMENT.findall(value)
    )
    return ", ".join(literal(each).strip() for each in names) or "''"


SPEC = KindSpec(
    name="role",
    node=Role,
    catalog="pg_authid",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=5,
    is_said=True,
    address=address,
)
