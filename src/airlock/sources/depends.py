"""What needs what: from `pg_depend`, with the addresses that nodes have.

Postgres records dependencies between OIDs of its own catalogs: a view's are those of a rewrite
rule, a row type's those of a type, a foreign key's those of an index. Here each is led back to the
node that stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from airlock.model.node import Id

CATALOGS = """
    select oid::int8, relname::text as name
    from pg_class
    where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'
"""

ALIASES = """
    -- the rule that is a view's query
    select
      'pg_rewrite' as catalog, oid::int8,
      'pg_class' as other, ev_class::int8 as other_oid, 0 as other_subid
    from pg_rewrite
    where rulename = '_RETURN' and oid >= 16384
    union all
    -- the row type of a relation, and the relation of a composite type
    select 'pg_type', t.oid::int8, 'pg_class', t.typrelid::int8, 0
    from pg_type t
    join pg_class c on c.oid = t.typrelid
    where t.typtype = 'c' and t.oid >= 16384 and c.relkind <> 'c'
    union all
    select 'pg_class', t.typrelid::int8, 'pg_type', t.oid::int8, 0
    from pg_type t
    join pg_class c on c.oid = t.typrelid
    where t.typtype = 'c' and t.oid >= 16384 and c.relkind = 'c'
    union all
    -- an array type, and a multirange
    select 'pg_type', t.oid::int8, 'pg_type', t.typelem::int8, 0
    from pg_type t
    where t.typcategory = 'A' and t.typelem >= 16384 and t.oid >= 16384
    union all
    select 'pg_type', r.rngmultitypid::int8, 'pg_type', r.rngtypid::int8, 0
    from pg_range r
    where r.rngtypid >= 16384
    union all
    -- the constructors of a range type
    select 'pg_proc', d.objid::int8, 'pg_type', d.refobjid::int8, 0
    from pg_depend d
    where d.classid = 'pg_proc'::regclass
      and d.refclassid = 'pg_type'::regclass
      and d.deptype = 'i'
    union all
    -- the index behind a constraint
    select 'pg_class', k.conindid::int8, 'pg_constraint', k.oid::int8, 0
    from pg_constraint k
    where k.contype in ('p', 'u', 'x') and k.conindid >= 16384
    union all
    -- the sequence of an identity column, and the expression of a generated one
    select 'pg_class', d.objid::int8, 'pg_class', d.refobjid::int8, d.refobjsubid
    from pg_depend d
    join pg_class c on c.oid = d.objid and c.relkind = 'S'
    where d.classid = 'pg_class'::regclass
      and d.refclassid = 'pg_class'::regclass
      and d.deptype = 'i'
    union all
    select 'pg_attrdef', d.oid::int8, 'pg_class', d.adrelid::int8, d.adnum
    from pg_attrdef d
    join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where a.attgenerated <> '' and d.oid >= 16384
    union all
    -- the operators and functions of an operator class or family
    select d.classid::regclass::text, d.objid::int8, d.refclassid::regclass::text,
      d.refobjid::int8, 0
    from pg_depend d
    where d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass)
      and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
      and d.deptype in ('a', 'i')
      and d.objid >= 16384
    union all
    -- the members of an extension
    select e.classid::regclass::text, e.objid::int8, 'pg_extension', e.refobjid::int8, 0
    from pg_depend e
    where e.deptype = 'e' and e.refclassid = 'pg_extension'::regclass
"""

DEPENDENCIES = """
    select
      classid::int8, objid::int8, objsubid, refclassid::int8, refobjid::int8, refobjsubid,
      -- an operator takes the member of a family along, never the family
      case
        when classid in ('pg_amop'::regclass, 'pg_amproc'::regclass) then 'n'
        else deptype::text
      end as deptype
    from pg_depend
    where objid >= 16384
      and deptype in ('n', 'a', 'i', 'P', 'S')
      and (refobjid >= 16384 or refclassid = 'pg_namespace'::regclass)
      -- what Postgres makes for its own use is no node, or one with what it is made for
      and not (
        deptype = 'i'
        and classid in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_trigger'::regclass)
      )
      -- nor are NOT NULL constraints, nor TOAST tables and their indexes
      and (classid, objid) not in (
        select 'pg_constraint'::regclass::oid, oid
        from pg_constraint
        where contype = 'n' and conrelid <> 0
        union all
        select 'pg_class'::regclass::oid, oid
        from pg_class
        where relnamespace = 'pg_toast'::regnamespace
      )
"""


_OF_A_PARTITION = frozenset({"P", "S"})


@dataclass(slots=True)
class Addresses:
    """From OIDs to addresses, filled while a catalog is read."""

    known: dict[tuple[str, int, int], Id] = field(default_factory=dict)
    aliases: dict[tuple[str, int], tuple[str, int, int]] = field(default_factory=dict)

    def add_aliases(self, rows: Iterable[Any]) -> None:
        """Learn which OIDs stand for an object that another OID addresses."""
        for catalog, oid, other, other_oid, other_subid in rows:
            self.aliases[catalog, oid] = (other, other_oid, other_subid)

    def learn(self, catalog: str, oid: int, subid: int, id: Id) -> None:
        """Learn where an object is."""
        self.known[catalog, oid, subid] = id

    def resolve(self, catalog: str, oid: int, subid: int = 0) -> Id | None:
        """Return the address of an object: the column's, else that of the whole."""
        if (known := self.known.get((catalog, oid, subid))) is not None:
            return known
        key = (catalog, oid)
        for _ in range(4):
            found = self.known.get((*key, subid)) or self.known.get((*key, 0))
            if found is not None:
                return found
            if key not in self.aliases:
                return None
            other, other_oid, other_subid = self.aliases[key]
            key = (other, other_oid)
            subid = other_subid or subid
        return None

    def exact(self, catalog: str, oid: int, subid: int = 0) -> Id | None:
        """Return the address of just this object, never that of what it is part of."""
        return self.known.get((catalog, oid, subid))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What each node needs; `autos` take the node along when they are dropped."""

    needs: Mapping[Id, frozenset[Id]]
    autos: Mapping[Id, frozenset[Id]]


def edges(rows: Iterable[Any], catalogs: Iterable[Any], addresses: Addresses) -> Edges:
    """Turn rows of `pg_depend` into edges between nodes."""
    needs: dict[Id, set[Id]] = defaultdict(set)
    autos: dict[Id, set[Id]] = defaultdict(set)
    names: dict[int, str] = dict(catalogs)
    known, resolve = addresses.known, addresses.resolve
    for classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype in rows:
        # Most are nodes themselves, and need no call.
        key = (names[classid], objid, objsubid)
        source = known.get(key) or resolve(*key)
        if source is None:
            continue
        key = (names[refclassid], refobjid, refobjsubid)
        target = known.get(key) or resolve(*key)
        if target is None or target == source:
            continue
        if target.kind == "column" and source.path == target.path[:2]:
            # A table needs its own columns only as the whole needs its parts.
            continue
        if deptype != "n":
            autos[source].add(target)
            # What attaches a partition or its index is a node of its own, and so is what ties a
            # sequence to a column: the column's default may need the sequence.
            if deptype in _OF_A_PARTITION:
                continue
            # A generated column is tied like that, up to 14, to those that it is made of.
            if deptype == "a" and (
                source.kind == "sequence" or source.kind == target.kind != "column"
            ):
                continue
        needs[source].add(target)
    return Edges(
        needs={id: frozenset(found) for id, found in needs.items()},
        autos={id: frozenset(found) for id, found in autos.items()},
    )
