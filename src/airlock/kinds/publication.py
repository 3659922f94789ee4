"""Publications: what they publish, and how. Their tables and schemas are kinds of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_GENERATED_COLUMNS = 18
_GENERATED = {"n": "none", "s": "stored"}
_DEFAULTS = {
    "publish": "'insert, update, delete, truncate'",
    "publish_via_partition_root": "false",
    "publish_generated_columns": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Node):
    """A publication without its members."""

    all_tables: bool = attr()
    operations: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Of insert, update, delete and truncate, in this order."""
    via_root: bool = attr(OnChange.ALTER)
    """Whether changes of a partition appear as those of the partitioned table."""
    generated_columns: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`none` or `stored`; `none` before 18, which published none."""


def query(major: int) -> str:
    """Return the query of publications."""
    generated = "p.pubgencols::text" if major >= _GENERATED_COLUMNS else "'n'"
    return f"""
        select
          p.oid,
          p.pubname as name,
          p.puballtables as all_tables,
          array_remove(
            array[
              case when p.pubinsert then 'insert' end,
              case when p.pubupdate then 'update' end,
              case when p.pubdelete then 'delete' end,
              case when p.pubtruncate then 'truncate' end
            ],
            null
          ) as operations,
          p.pubviaroot as via_root,
          {generated} as generated_columns
        from pg_publication p
        where {no_member("pg_publication", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> Publication:
    """Read a publication."""
    del resolve
    return Publication(
        id=Id("publication", (row.name,)),
        all_tables=row.all_tables,
        operations=tuple(row.operations),
        via_root=row.via_root,
        generated_columns=_GENERATED[row.generated_columns],
    )


def address(id: Id) -> str:
    """Return `publication "name"`."""
    return f"publication {quote(*id.path)}"


def create(publication: Publication, context: Context) -> Iterator[Step]:
    """Create it, empty or for all tables."""
    del context
    everything = " for all tables" if publication.all_tables else ""
    different = [f"{name} = {value}" for name, value in _parameters(publication, _DEFAULTS)]
    parameters = f" with ({', '.join(different)})" if different else ""
    yield Step(
        sql=f"create {address(publication.id)}{everything}{parameters}",
        verb=Verb.CREATE,
        target=publication.id,
    )


def drop(publication: Publication, context: Context) -> Iterator[Step]:
    """Drop it; subscribers get nothing more."""
    del context
    yield Step(
        sql=f"drop {address(publication.id)}",
        verb=Verb.DROP,
        target=publication.id,
        hazard="subscribers to the publication fail",
    )


def alter(
    old: Publication, new: Publication, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change what and how it publishes, in place."""
    del changed, context
    before = dict(_parameters(old, {}))
    different = [f"{name} = {value}" for name, value in _parameters(new, before)]
    yield Step(
        sql=f"alter {address(new.id)} set ({', '.join(different)})",
        verb=Verb.ALTER,
        target=new.id,
    )


def _parameters(publication: Publication, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parameters that are not as known, with their values as SQL."""
    found = {
        "publish": literal(", ".join(publication.operations)),
        "publish_via_partition_root": str(publication.via_root).lower(),
        "publish_generated_columns": publication.generated_columns,
    }
    return ((name, value) for name, value in found.items() if known.get(name) != value)


SPEC = KindSpec(
    name="publication",
    node=Publication,
    catalog="pg_publication",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=75,
    address=address,
)
