"""What a database holds that no kind covers: counted and named, so that silence means "the same".

Every object that a user can make has a row in some catalog. Their OIDs come with the snapshot, a
list for each catalog; those that neither became a node nor are part of one are described by
Postgres in a second query, which most databases never need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from airlock.kinds._sql import own_schema
from airlock.sources.depends import Addresses, place

_FIRST_OWN = 16384
"""The first OID that is not one of Postgres's own objects."""
_MANY = 100_000
"""Large objects are counted up to this number."""

_IN_SCHEMAS = {
    "pg_class": ("relnamespace", "relkind <> 't'"),
    # Row types, arrays and multiranges are parts of what they belong to.
    "pg_type": (
        "typnamespace",
        "typtype not in ('c', 'm') and (typelem = 0 or typcategory <> 'A')",
    ),
    "pg_proc": ("pronamespace", "true"),
    # Not-null constraints are a column's; a constraint trigger's are the trigger's.
    "pg_constraint": (
        "connamespace",
        "contype not in ('n', 't') and (contype <> 'f' or conparentid = 0)",
    ),
    "pg_collation": ("collnamespace", "true"),
    "pg_conversion": ("connamespace", "true"),
    "pg_operator": ("oprnamespace", "true"),
    "pg_opclass": ("opcnamespace", "true"),
    "pg_opfamily": ("opfnamespace", "true"),
    "pg_statistic_ext": ("stxnamespace", "true"),
    "pg_ts_config": ("cfgnamespace", "true"),
    "pg_ts_dict": ("dictnamespace", "true"),
    "pg_ts_parser": ("prsnamespace", "true"),
    "pg_ts_template": ("tmplnamespace", "true"),
}
"""Catalog, its column of schemas, and which rows are objects of their own."""

_ELSEWHERE = {
    "pg_am": "true",
    "pg_cast": "true",
    "pg_default_acl": "true",
    "pg_event_trigger": "true",
    "pg_extension": "extname <> 'plpgsql'",
    "pg_foreign_data_wrapper": "true",
    "pg_foreign_server": "true",
    "pg_language": "true",
    "pg_policy": "true",
    "pg_publication": "true",
    "pg_publication_namespace": "true",
    "pg_publication_rel": "true",
    "pg_rewrite": "rulename <> '_RETURN'",
    "pg_transform": "true",
    "pg_trigger": "not tgisinternal and tgparentid = 0",
}
"""Catalogs of objects that no schema holds, and which rows are objects of their own."""

ON_DATABASE = "privileges on the database of "
"""How privileges on the database are named; who has them, and which, follows."""

_SINCE = {"pg_publication_namespace": 15, "pg_parameter_acl": 15}
"""First major version of catalogs that are younger than 14."""


def query(major: int) -> str:
    """Return the query of all objects, and of what can be named without an OID."""
    own = f"array(select n.oid from pg_namespace n where {own_schema('n')})"
    parts = [
        f"""
        select '{catalog}' as catalog, array_agg(oid) as oids, null as name
        from {catalog}
        where oid >= {_FIRST_OWN} and {schema} = any({own}) and {condition}
        """
        for catalog, (schema, condition) in _IN_SCHEMAS.items()
    ]
    parts += [
        f"""
        select '{catalog}' as catalog, array_agg(oid) as oids, null as name
        from {catalog}
        where oid >= {_FIRST_OWN} and {condition}
        """
        for catalog, condition in _ELSEWHERE.items()
        if major >= _SINCE.get(catalog, 0)
    ]
    parts.append(_NAMED)
    if major >= _SINCE["pg_parameter_acl"]:
        parts.append(_PARAMETERS)
    return " union all ".join(parts)


_NAMED = f"""
        select
          'pg_largeobject_metadata',
          null,
          -- How many rows there are is told by its length alone.
          case count(*)
            when {_MANY} then 'large objects, {_MANY} or more'
            else 'large objects, fewer than 1' || repeat('0', length(count(*)::text))
          end
        from (select from pg_largeobject_metadata limit {_MANY}) l
        having count(*) > 0
        union all
        select
          'pg_db_role_setting',
          null,
          'setting ' || split_part(c, '=', 1)
          || coalesce(' of role ' || r.rolname || ' in the database', ' of the database')
        from pg_db_role_setting s
        join pg_database d on d.oid = s.setdatabase and d.datname = current_database()
        left join pg_roles r on r.oid = s.setrole
        cross join unnest(s.setconfig) c
        union all
        select
          'pg_database',
          null,
          '{ON_DATABASE}' || coalesce(r.rolname, 'public') || ': '
          || string_agg(
            case when given then '' else 'no ' end || lower(privilege_type)
            || case when is_grantable then ' with grant option' else '' end,
            ', ' order by is_grantable, given desc, privilege_type
          )
        from pg_database d
        cross join lateral (
          select true as given, g.*
          from (
            select grantee, privilege_type, is_grantable from aclexplode(d.datacl)
            except
            select grantee, privilege_type, is_grantable
            from aclexplode(acldefault('d', d.datdba))
          ) g
          union all
          select false, t.*
          from (
            select grantee, privilege_type, false from aclexplode(acldefault('d', d.datdba))
            except
            select grantee, privilege_type, false from aclexplode(d.datacl)
          ) t
        ) a
        left join pg_roles r on r.oid = a.grantee
        where d.datname = current_database() and d.datacl is not null
        group by a.grantee, r.rolname
"""
_PARAMETERS = """
        select
          'pg_parameter_acl',
          null,
          'privileges on parameters of the server: ' || string_agg(parname, ', ' order by parname)
        from pg_parameter_acl
        having count(*) > 0
"""


def leftovers(rows: Iterable[Any], addresses: Addresses) -> dict[str, list[int]]:
    """Return the OIDs, by catalog, that are no node, no part of one and no extension's."""
    found: dict[str, list[int]] = {}
    for catalog, oids, _ in rows:
        known, aliases = addresses.known[catalog], addresses.aliases[catalog]
        for oid in oids or ():
            if place(oid) in known or aliases.get(oid, ("",))[0] == "pg_extension":
                continue
            if addresses.resolve(catalog, oid) is None:
                found.setdefault(catalog, []).append(oid)
    return found


def description(found: Mapping[str, list[int]]) -> str:
    """Return the query that names objects, without those of an extension's tables.

    What Postgres made as a part of something else, such as a range's constructor, is no object of
    its own either.
    """
    objects = " union all ".join(
        f"select '{catalog}'::regclass as catalog, unnest(array{oids}::oid[]) as oid"
        for catalog, oids in sorted(found.items())
    )
    return f"""
        with recursive objects as ({objects}),
        owners as (
          select catalog as start_catalog, oid as start, catalog::oid as catalog, oid from objects
          union
          select o.start_catalog, o.start, d.refclassid, d.refobjid
          from owners o
          join pg_depend d
            on d.classid = o.catalog and d.objid = o.oid and d.deptype in ('a', 'i', 'e')
        )
        select
          case
            when not t.typisdefined then 'shell '
            when t.typtype = 'b' then 'base '
            else ''
          end
          || pg_describe_object(o.catalog, o.oid, 0)
          || case when not i.indisvalid then ', which is not valid' else '' end as description
        from objects o
        left join pg_type t on o.catalog = 'pg_type'::regclass and t.oid = o.oid
        left join pg_index i on o.catalog = 'pg_class'::regclass and i.indexrelid = o.oid
        where not exists (
          select
          from owners w
          where w.start_catalog = o.catalog
            and w.start = o.oid
            and w.catalog = 'pg_extension'::regclass
        )
        and not exists (
          select
          from pg_depend d
          where d.classid = o.catalog and d.objid = o.oid and d.deptype = 'i'
        )
    """


def named(rows: Iterable[Any], described: Iterable[Any]) -> Iterator[str]:
    """Yield what both queries named; an object that has gone in between has no description."""
    yield from (name for _, _, name in rows if name is not None)
    yield from (name for (name,) in described if name is not None)
