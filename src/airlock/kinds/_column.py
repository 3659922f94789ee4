"""What a column is, and how it is read; its verbs are in `column.py`."""

from __future__ import annotations

from dataclasses import dataclass

from airlock.kinds import _foreign
from airlock.kinds._options import Options
from airlock.kinds._sql import no_member, own_schema
from airlock.model.node import Holds, Late, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

NAMED_NOT_NULL = 18
"""First major that keeps NOT NULL as a constraint with a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Node):
    """A column; its default is a node of its own."""

    type: str = attr(OnChange.RETYPE, holds=Holds.NAMES)
    collation: str | None = attr(OnChange.RETYPE, holds=Holds.NAMES)
    """Quoted and qualified, where it is not the type's own."""
    not_null: bool = attr(OnChange.ALTER)
    not_null_name: str | None = attr(
        OnChange.ALTER, holds=Holds.NAMES, late=Late(since=NAMED_NOT_NULL, before=None, usual=None)
    )
    """The constraint's name on 18 and later, where it is not the one that Postgres gives."""
    not_null_valid: bool = attr(
        OnChange.ALTER, late=Late(since=NAMED_NOT_NULL, before=True, usual=True)
    )
    not_null_inherits: bool = attr(
        OnChange.ALTER, late=Late(since=NAMED_NOT_NULL, before=True, usual=True)
    )
    identity: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`a` always, `d` by default, empty where it is none."""
    sequence: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.SQL)
    """The identity's options as `name value`; empty where it is none."""
    generated: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`s` stored, `v` virtual, empty where it is not generated."""
    expression: str | None = attr(OnChange.ALTER, holds=Holds.SQL)
    storage: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Where it is not the type's own."""
    natural_storage: str = attr(OnChange.IGNORE, holds=Holds.NAMES)
    """The type's own."""
    compression: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    statistics: int | None = attr(OnChange.ALTER)
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    fdw_options: _foreign.Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    """Options of a foreign table's column; most values stay on the server, see `_foreign`."""
    inherited: bool = attr(OnChange.ALTER)
    """Whether only the parents declare it."""
    typed: bool = attr(OnChange.IGNORE)
    """Whether it comes from the type that its table is OF."""
    position: int = attr(OnChange.IGNORE)


def query(major: int) -> str:
    """Return the query of columns."""
    if major >= NAMED_NOT_NULL:
        not_null = """
          case
            when nn.conname <> left(c.relname || '_' || a.attname || '_not_null', 63)
            then nn.conname
          end as not_null_name,
          coalesce(nn.convalidated, true) as not_null_valid,
          not coalesce(nn.connoinherit, false) as not_null_inherits,
        """
        # Read once, not once a column.
        first = """
        with nn as materialized (
          select conrelid, conkey[1] as attnum, conname, convalidated, connoinherit
          from pg_constraint
          where contype = 'n' and conrelid <> 0
        )
        """
        join = """
        left join nn on nn.conrelid = a.attrelid and nn.attnum = a.attnum and a.attnotnull
        """
    else:
        not_null = """
          null as not_null_name,
          true as not_null_valid,
          true as not_null_inherits,
        """
        first = join = ""
    # What few columns have is looked up for those alone.
    return f"""
        {first}
        select
          a.attrelid as oid,
          a.attnum as subid,
          a.attname as name,
          format_type(a.atttypid, a.atttypmod) as type,
          case
            when a.attcollation <> t.typcollation and a.attcollation <> 0
            then (
              select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
              from pg_collation co
              join pg_namespace cn on cn.oid = co.collnamespace
              where co.oid = a.attcollation
            )
          end as collation,
          a.attnotnull as not_null,
          {not_null}
          a.attidentity::text as identity,
          case
            when a.attidentity <> ''
            then (
              select array[
                format('sequence name %I.%I', sn.nspname, sc.relname),
                'as ' || format_type(s.seqtypid, null),
                'start with ' || s.seqstart,
                'increment by ' || s.seqincrement,
                'minvalue ' || s.seqmin,
                'maxvalue ' || s.seqmax,
                'cache ' || s.seqcache,
                case when s.seqcycle then 'cycle' else 'no cycle' end
              ]
              from pg_depend d
              join pg_sequence s on s.seqrelid = d.objid
              join pg_class sc on sc.oid = d.objid
              join pg_namespace sn on sn.oid = sc.relnamespace
              where d.refclassid = 'pg_class'::regclass
                and d.refobjid = a.attrelid
                and d.refobjsubid = a.attnum
                and d.classid = 'pg_class'::regclass
                and d.deptype = 'i'
            )
          end as sequence,
          a.attgenerated::text as generated,
          case
            when a.attgenerated <> ''
            then (
              select pg_get_expr(ad.adbin, ad.adrelid)
              from pg_attrdef ad
              where ad.adrelid = a.attrelid and ad.adnum = a.attnum
            )
          end as expression,
          case when a.attstorage <> t.typstorage then a.attstorage::text end as storage,
          t.typstorage::text as natural_storage,
          nullif(a.attcompression::text, '') as compression,
          nullif(a.attstattarget, -1) as statistics,
          a.attoptions as options,
          case
            when a.attfdwoptions is not null
            then {_foreign.readable("a.attfdwoptions")}
          end as fdw_options,
          not a.attislocal as inherited,
          c.reloftype <> 0 as typed,
          a.attnum as position,
          case
            when a.attinhcount > 0
            then (
              select array_agg(array[pn.nspname, pc.relname]::text[] order by i.inhseqno)
              from pg_inherits i
              join pg_class pc on pc.oid = i.inhparent
              join pg_namespace pn on pn.oid = pc.relnamespace
              where i.inhrelid = c.oid
            )
          end as parents
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_type t on t.oid = a.atttypid
        {join}
        where a.attnum > 0
          and not a.attisdropped
          and c.relkind in ('r', 'p', 'f')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def constraint_name(column: Column) -> str:
    """Return the name of the NOT NULL constraint, given or as Postgres makes it."""
    _, table, name = column.id.path
    return column.not_null_name or f"{table}_{name}_not_null"[:63]


def quick(column: Column, sql: str, *, scans: bool = False) -> Step:
    return Step(
        sql=sql,
        verb=Verb.ALTER,
        target=column.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(column.parent,) if column.parent else (),
        scans=scans,
    )
