"""Privileges on members of an extension, as far as they are not those it came with.

An extension's objects are no nodes: CREATE EXTENSION makes them. What somebody granted on one or
took away from it since is kept beside `pg_init_privs`, and pg_dump writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from airlock.kinds._acl import (
    Entries,
    changes,
    default_entries,
    entries,
    levelled,
    roles,
    spelled,
)
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_SORTS = {
    "function": "routines",
    "procedure": "routines",
    "aggregate": "routines",
    "sequence": "sequences",
    "type": "types",
    "domain": "types",
    "schema": "schemas",
}
"""Sort by what Postgres calls the object; a relation of any other sort counts as a table."""
_WORDS = {"routines": "routine", "sequences": "sequence", "types": "type", "schemas": "schema"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGrant(Node):
    """What was granted on a member, and what was taken away from it."""

    given: Entries = attr(OnChange.ALTER, holds=Holds.NAMES)
    taken: Entries = attr(OnChange.ALTER, holds=Holds.NAMES)
    owner: str = attr(OnChange.IGNORE, holds=Holds.NAMES)
    sort: str = attr(OnChange.IGNORE, holds=Holds.NAMES)
    member: str = attr(OnChange.IGNORE, holds=Holds.NAMES)
    """The member as GRANT names it."""


def query(major: int) -> str:
    """Return the query of members whose privileges are not those of their installation."""
    return f"""
        select
          m.objid as oid,
          x.extname as extension,
          i.type,
          i.identity,
          quote_ident(i.schema) || '.' as within,
          {major} as major,
          pg_get_userbyid(m.owner)::text as owner,
          m.acl::text[] as acl,
          p.initprivs::text[] as initial
        from (
          select e.classid, e.objid, e.refobjid, c.relowner as owner, c.relacl as acl
          from pg_depend e
          join pg_class c on e.classid = 'pg_class'::regclass and c.oid = e.objid
          where e.refclassid = 'pg_extension'::regclass and e.deptype = 'e'
          union all
          select e.classid, e.objid, e.refobjid, f.proowner, f.proacl
          from pg_depend e
          join pg_proc f on e.classid = 'pg_proc'::regclass and f.oid = e.objid
          where e.refclassid = 'pg_extension'::regclass and e.deptype = 'e'
          union all
          select e.classid, e.objid, e.refobjid, t.typowner, t.typacl
          from pg_depend e
          join pg_type t on e.classid = 'pg_type'::regclass and t.oid = e.objid
          where e.refclassid = 'pg_extension'::regclass and e.deptype = 'e'
          union all
          select e.classid, e.objid, e.refobjid, n.nspowner, n.nspacl
          from pg_depend e
          join pg_namespace n on e.classid = 'pg_namespace'::regclass and n.oid = e.objid
          where e.refclassid = 'pg_extension'::regclass and e.deptype = 'e'
        ) m
        join pg_extension x on x.oid = m.refobjid
        left join pg_init_privs p
          on p.classoid = m.classid
          and p.objoid = m.objid
          and p.objsubid = 0
          and p.privtype = 'e'
        cross join lateral pg_identify_object(m.classid, m.objid, 0) i
        where m.acl is not null
          and m.acl is distinct from p.initprivs
          and x.extname <> 'plpgsql'
    """


def load(row: Row, resolve: Resolve) -> ExtensionGrant | None:
    """Read what is other than at installation."""
    del resolve
    sort = _SORTS.get(row.type, "tables")
    natural = default_entries(sort, row.major)
    came_with = entries(tuple(row.initial), row.owner) if row.initial else natural
    now = entries(tuple(row.acl), row.owner)
    given = tuple(sorted(set(now) - set(came_with)))
    taken = tuple(sorted(set(came_with) - set(now)))
    if not given and not taken:
        return None
    # The schema is the extension's, and changes with it.
    name = row.identity.removeprefix(row.within or "")
    return ExtensionGrant(
        id=Id("extension grant", (row.extension, row.type, name)),
        parent=Id("extension", (row.extension,)),
        after=roles((*given, *taken)),
        given=given,
        taken=taken,
        owner=row.owner,
        sort=sort,
        member=f"{_WORDS.get(sort, 'table')} {row.identity}",
    )


def level(grant: ExtensionGrant, low: int, major: int) -> ExtensionGrant | None:
    """Leave out what an old server does not know: what is new comes with what was there."""
    del major
    given = levelled(grant.given, grant.sort, low, low)
    taken = levelled(grant.taken, grant.sort, low, low)
    return replace(grant, given=given, taken=taken) if given or taken else None


def create(grant: ExtensionGrant, context: Context) -> Iterator[Step]:
    """Grant and take away what is other than at installation."""
    yield from _lead(replace(grant, given=(), taken=()), grant, Verb.CREATE, context)


def drop(grant: ExtensionGrant, context: Context) -> Iterator[Step]:
    """Lead back to the privileges that the extension came with."""
    yield from _lead(grant, replace(grant, given=(), taken=()), Verb.DROP, context)


def alter(
    old: ExtensionGrant, new: ExtensionGrant, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Lead from one to the other."""
    del changed
    yield from _lead(old, new, Verb.ALTER, context)


def _lead(old: ExtensionGrant, new: ExtensionGrant, verb: Verb, context: Context) -> Iterator[Step]:
    """Yield the steps between two states; what both have from the installation has no part."""
    ever_taken = {*old.taken, *new.taken}
    before, after = (
        tuple(sorted({*each.given, *(ever_taken - set(each.taken))})) for each in (old, new)
    )
    for change in changes(before, after, new.sort, context.major):
        what = ", ".join(change.privileges)
        yield Step(sql=spelled(change, what, new.member, new.owner), verb=verb, target=new.id)


SPEC = KindSpec(
    name="extension grant",
    node=ExtensionGrant,
    # Members are no nodes, so nothing else looks here by their OIDs.
    catalog="pg_init_privs",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=93,
    is_said=True,
    levelled=level,
)
