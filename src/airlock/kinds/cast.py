"""Casts between types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb

_FIRST_OWN = 16384
"""OIDs below are what initdb made; a cast has no schema to tell it by."""
_CONTEXTS = {"i": " as implicit", "a": " as assignment", "e": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(Node):
    """A cast, addressed by the types that it leads from and to, as Postgres spells them."""

    method: str = attr(holds=Holds.NAMES)
    """`f` by a function, `b` none is needed, `i` through text."""
    function: str | None = attr(holds=Holds.NAMES)
    """With the types of its arguments, as `regprocedure` spells it."""
    context: str = attr(holds=Holds.NAMES)
    """`i` implicit, `a` in assignments, `e` only where it is written."""


def query(major: int) -> str:
    """Return the query of casts that did not come with Postgres."""
    del major
    return f"""
        select
          c.oid,
          format_type(c.castsource, null) as source,
          format_type(c.casttarget, null) as target,
          c.castmethod::text as method,
          case when c.castfunc <> 0 then c.castfunc::regprocedure::text end as function,
          c.castcontext::text as context
        from pg_cast c
        where c.oid >= {_FIRST_OWN}
          -- a range type brings the cast to its multirange type along
          and not exists (
            select from pg_depend d
            where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i'
          )
          and {no_member("pg_cast", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Cast:
    """Read a cast."""
    del resolve
    return Cast(
        id=Id("cast", (row.source, row.target)),
        method=row.method,
        function=row.function,
        context=row.context,
    )


def address(id: Id) -> str:
    """Return `cast (source as target)`."""
    source, target = id.path
    return f"cast ({source} as {target})"


def create(cast: Cast, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    match cast.method:
        case "f":
            way = f"with function {cast.function}"
        case "i":
            way = "with inout"
        case _:
            way = "without function"
    yield Step(
        sql=f"create {address(cast.id)} {way}{_CONTEXTS[cast.context]}",
        verb=Verb.CREATE,
        target=cast.id,
    )


def drop(cast: Cast, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(cast.id)}", verb=Verb.DROP, target=cast.id)


SPEC = KindSpec(
    name="cast",
    node=Cast,
    catalog="pg_cast",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=39,
    address=address,
)
