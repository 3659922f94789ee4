"""Aggregates: normal, ordered-set and hypothetical-set ones, with their moving parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_MODIFY = {"r": "read_only", "s": "shareable", "w": "read_write"}
_NATURAL_MODIFY = {"n": "r", "o": "w", "h": "w"}
"""What CREATE AGGREGATE takes for the kind, where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """An aggregate. Functions are named as `regproc` prints them, types as `format_type` does."""

    kind: str = attr(holds=Holds.NAMES)
    """`n` normal, `o` ordered-set, `h` hypothetical-set."""
    arguments: str = attr(holds=Holds.NAMES)
    """Names and types, with ORDER BY before those that are sorted."""
    returns: str = attr(holds=Holds.NAMES)
    sfunc: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    stype: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    sspace: int = attr(OnChange.ALTER)
    finalfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    finalfunc_extra: bool = attr(OnChange.ALTER)
    finalfunc_modify: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Where it is not what the kind of aggregate has anyway."""
    combinefunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    serialfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    deserialfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    initcond: str | None = attr(OnChange.ALTER)
    msfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    minvfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    mstype: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    msspace: int = attr(OnChange.ALTER)
    mfinalfunc: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    mfinalfunc_extra: bool = attr(OnChange.ALTER)
    mfinalfunc_modify: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    minitcond: str | None = attr(OnChange.ALTER)
    sortop: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    parallel: str = attr(OnChange.ALTER, holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of aggregates."""
    del major
    functions = ",\n          ".join(
        f"case when a.{column} <> 0 then a.{column}::text end as {name}"
        for name, column in (
            ("sfunc", "aggtransfn"),
            ("finalfunc", "aggfinalfn"),
            ("combinefunc", "aggcombinefn"),
            ("serialfunc", "aggserialfn"),
            ("deserialfunc", "aggdeserialfn"),
            ("msfunc", "aggmtransfn"),
            ("minvfunc", "aggminvtransfn"),
            ("mfinalfunc", "aggmfinalfn"),
        )
    )
    return f"""
        select
          p.oid,
          n.nspname as schema,
          p.proname as name,
          oidvectortypes(p.proargtypes) as signature,
          a.aggkind::text as kind,
          pg_get_function_arguments(p.oid) as arguments,
          pg_get_function_result(p.oid) as returns,
          {functions},
          format_type(a.aggtranstype, null) as stype,
          a.aggtransspace as sspace,
          a.aggfinalextra as finalfunc_extra,
          a.aggfinalmodify::text as finalfunc_modify,
          a.agginitval as initcond,
          case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end as mstype,
          a.aggmtransspace as msspace,
          a.aggmfinalextra as mfinalfunc_extra,
          a.aggmfinalmodify::text as mfinalfunc_modify,
          a.aggminitval as minitcond,
          case
            when o.oid is not null
            then format('operator(%I.%s)', os.nspname, o.oprname)
          end as sortop,
          p.proparallel::text as parallel
        from pg_aggregate a
        join pg_proc p on p.oid = a.aggfnoid
        join pg_namespace n on n.oid = p.pronamespace
        left join pg_operator o on o.oid = a.aggsortop
        left join pg_namespace os on os.oid = o.oprnamespace
        where {own_schema("n")}
          and {no_member("pg_proc", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> Aggregate:
    """Read an aggregate."""
    del resolve
    natural = _NATURAL_MODIFY[row.kind]
    modify = [
        None if letter == natural else _MODIFY[letter]
        for letter in (row.finalfunc_modify, row.mfinalfunc_modify)
    ]
    return Aggregate(
        id=Id("aggregate", (row.schema, row.name, row.signature)),
        parent=Id("schema", (row.schema,)),
        kind=row.kind,
        arguments=row.arguments or "*",
        returns=row.returns,
        sfunc=row.sfunc,
        stype=row.stype,
        sspace=row.sspace,
        finalfunc=row.finalfunc,
        finalfunc_extra=row.finalfunc_extra,
        finalfunc_modify=modify[0],
        combinefunc=row.combinefunc,
        serialfunc=row.serialfunc,
        deserialfunc=row.deserialfunc,
        initcond=row.initcond,
        msfunc=row.msfunc,
        minvfunc=row.minvfunc,
        mstype=row.mstype,
        msspace=row.msspace,
        mfinalfunc=row.mfinalfunc,
        mfinalfunc_extra=row.mfinalfunc_extra,
        mfinalfunc_modify=modify[1],
        minitcond=row.minitcond,
        sortop=row.sortop,
        parallel=_PARALLEL[row.parallel],
    )


def address(id: Id) -> str:
    """Return `aggregate "schema"."name"(integer)`, with `(*)` for one without arguments."""
    return f"aggregate {quote(*id.path[:-1])}({id.path[-1] or '*'})"


def claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim a name and a signature, which routines have as well."""
    return (("routine", *id.path),)


def create(aggregate: Aggregate, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield _defined(aggregate, "create", Verb.CREATE)


def drop(aggregate: Aggregate, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(aggregate.id)}", verb=Verb.DROP, target=aggregate.id)


def alter(
    old: Aggregate, new: Aggregate, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Replace it, with the same arguments and result."""
    del old, changed, context
    yield _defined(new, "create or replace", Verb.ALTER)


def _defined(aggregate: Aggregate, how: str, verb: Verb) -> Step:
    return Step(
        sql=f"{how} aggregate {quote(*aggregate.id.path[:-1])}({aggregate.arguments})",
        verb=verb,
        target=aggregate.id,
        elements=tuple(_parts(aggregate)),
    )


def _parts(aggregate: Aggregate) -> Iterator[str]:
    """Yield what stands in parentheses; a number of 0 is what Postgres takes for nothing."""
    for name, value in (
        ("sfunc", aggregate.sfunc),
        ("stype", aggregate.stype),
        ("sspace", aggregate.sspace),
        ("finalfunc", aggregate.finalfunc),
        ("finalfunc_extra", aggregate.finalfunc_extra),
        ("finalfunc_modify", aggregate.finalfunc_modify),
        ("combinefunc", aggregate.combinefunc),
        ("serialfunc", aggregate.serialfunc),
        ("deserialfunc", aggregate.deserialfunc),
        ("initcond", _text(aggregate.initcond)),
        ("msfunc", aggregate.msfunc),
        ("minvfunc", aggregate.minvfunc),
        ("mstype", aggregate.mstype),
        ("msspace", aggregate.msspace),
        ("mfinalfunc", aggregate.mfinalfunc),
        ("mfinalfunc_extra", aggregate.mfinalfunc_extra),
        ("mfinalfunc_modify", aggregate.mfinalfunc_modify),
        ("minitcond", _text(aggregate.minitcond)),
        ("sortop", aggregate.sortop),
        ("parallel", aggregate.parallel if aggregate.parallel != "unsafe" else None),
        ("hypothetical", aggregate.kind == "h"),
    ):
        if value is True:
            yield name
        elif value:
            yield f"{name} = {value}"


def _text(value: str | None) -> str | None:
    return literal(value) if value is not None else None


SPEC = KindSpec(
    name="aggregate",
    verbatim=True,
    node=Aggregate,
    catalog="pg_proc",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=36,
    address=address,
    claims=claims,
)
