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

from airlock.model.node import Id, Node

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
      -- the parent of every relation is its schema
      and (refclassid <> 'pg_namespace'::regclass or classid <> 'pg_class'::regclass)
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
_PARTS = 4096
"""More than an object has sub-objects: a table has 1,600 columns at most."""


@dataclass(slots=True)
class Addresses:
    """From OIDs to nodes, filled while a catalog is read."""

    known: defaultdict[str, dict[int, Node]] = field(default_factory=lambda: defaultdict(dict))
    """By catalog, then by OID and sub-object, see `place`: they are looked up all the time."""
    aliases: defaultdict[str, dict[int, tuple[str, int, int]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add_aliases(self, rows: Iterable[Any]) -> None:
        """Learn which OIDs stand for an object that another OID addresses."""
        for catalog, oid, other, other_oid, other_subid in rows:
            self.aliases[catalog][oid] = (other, other_oid, other_subid)

    def resolve(self, catalog: str, oid: int, subid: int = 0) -> Id | None:
        """Return the address of an object: the column's, else that of the whole."""
        found = self.find(catalog, oid, subid)
        return None if found is None else found.id

    def find(self, catalog: str, oid: int, subid: int = 0) -> Node | None:
        """Return the node of an object: the column's, else that of the whole."""
        for _ in range(4):
            known = self.known[catalog]
            found = known.get(place(oid, subid)) or known.get(place(oid))
            if found is not None:
                return found
            alias = self.aliases[catalog].get(oid)
            if alias is None:
                return None
            catalog, oid, other_subid = alias
            subid = other_subid or subid
        return None


def place(oid: int, subid: int = 0) -> int:
    """Return the key of an object, or of a part of one, among those of its catalog."""
    return oid * _PARTS + subid


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What each node needs, beside its parent; `autos` take it along when they are dropped."""

    needs: Mapping[Id, frozenset[Id]]
    autos: Mapping[Id, frozenset[Id]]


def edges(rows: Iterable[Any], catalogs: Iterable[Any], addresses: Addresses) -> Edges:
    """Turn rows of `pg_depend` into edges between nodes."""
    needs: dict[Id, frozenset[Id]] = {}
    autos: dict[Id, frozenset[Id]] = {}
    names: dict[int, str] = dict(catalogs)
    known = {oid: addresses.known[name] for oid, name in names.items()}
    find = addresses.find
    for classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype in rows:
        # Most are nodes themselves, and need no call.
        node = known[classid].get(objid * _PARTS + objsubid)
        node = node or find(names[classid], objid, objsubid)
        if node is None:
            continue
        other = known[refclassid].get(refobjid * _PARTS + refobjsubid)
        other = other or find(names[refclassid], refobjid, refobjsubid)
        if other is None or other is node:
            continue
        source, target = node.id, other.id
        if target.kind == "column" and source.path == target.path[:2]:
            # A table needs its own columns only as the whole needs its parts.
            continue
        if deptype != "n":
            _add(autos, source, target)
            # What attaches a partition or its index is a node of its own, and so is what ties a
            # sequence to a column: the column's default may need the sequence.
            if deptype in _OF_A_PARTITION:
                continue
            # A generated column is tied like that, up to 14, to those that it is made of.
            if deptype == "a" and (
                source.kind == "sequence" or source.kind == target.kind != "column"
            ):
                continue
        if target != node.parent:
            _add(needs, source, target)
    return Edges(needs=needs, autos=autos)


def _add(edges: dict[Id, frozenset[Id]], source: Id, target: Id) -> None:
    found = edges.get(source)
    # Most have one.
    edges[source] = frozenset((target,)) if found is None else found | {target}
