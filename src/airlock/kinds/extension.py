"""Extensions: name and schema. Their members are theirs, and no nodes.

The version is read to be shown and is no difference, as `pg_dump` does not write it: the server's
own files decide which one a new extension gets. `plpgsql`, which every database is born with, is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Loss, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Node):
    """An extension."""

    schema: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    relocatable: bool = attr(OnChange.IGNORE)
    """Whether its members can move to another schema."""
    version: str = attr(OnChange.IGNORE, holds=Holds.NAMES)
    has_tables: bool = attr(OnChange.IGNORE)
    """Whether tables are among its members, whose rows go with it."""


def query(major: int) -> str:
    """Return the query of extensions."""
    del major
    return """
        select
          e.oid,
          e.extname as name,
          n.nspname as schema,
          e.extrelocatable as relocatable,
          e.extversion as version,
          exists (
            select
            from pg_depend d
            join pg_class c on c.oid = d.objid
            where d.refclassid = 'pg_extension'::regclass
              and d.refobjid = e.oid
              and d.classid = 'pg_class'::regclass
              and d.deptype = 'e'
              and c.relkind in ('r', 'p')
          ) as has_tables
        from pg_extension e
        join pg_namespace n on n.oid = e.extnamespace
        where e.extname <> 'plpgsql'
    """


def load(row: Row, resolve: Resolve) -> Extension:
    """Read an extension."""
    del resolve
    return Extension(
        id=Id("extension", (row.name,)),
        needs=(Id("schema", (row.schema,)),),
        schema=row.schema,
        relocatable=row.relocatable,
        version=row.version,
        has_tables=row.has_tables,
    )


def address(id: Id) -> str:
    """Return `extension "name"`."""
    return f"extension {quote(*id.path)}"


def create(extension: Extension, context: Context) -> Iterator[Step]:
    """Create it, in the version that the server has."""
    del context
    yield Step(
        sql=f"create {address(extension.id)} with schema {quote(extension.schema)}",
        verb=Verb.CREATE,
        target=extension.id,
    )


def drop(extension: Extension, context: Context) -> Iterator[Step]:
    """Drop it; what depends on its members is dropped before."""
    del context
    yield Step(
        sql=f"drop {address(extension.id)}",
        verb=Verb.DROP,
        target=extension.id,
        loss=Loss.DATA if extension.has_tables else Loss.NONE,
        hazard="every row of the extension's own tables is lost" if extension.has_tables else None,
    )


def impact(old: Extension, new: Extension, changed: frozenset[str]) -> Impact:
    """Weigh a change: only what is relocatable can move."""
    del new, changed
    return Impact.IN_PLACE if old.relocatable else Impact.REPLACE


def alter(
    old: Extension, new: Extension, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Move its members to another schema."""
    del old, changed, context
    yield Step(
        sql=f"alter {address(new.id)} set schema {quote(new.schema)}",
        verb=Verb.ALTER,
        target=new.id,
    )


SPEC = KindSpec(
    name="extension",
    node=Extension,
    catalog="pg_extension",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={},
    order=12,
    address=address,
)
