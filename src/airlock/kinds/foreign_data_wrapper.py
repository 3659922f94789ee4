"""Foreign-data wrappers; of their options, see `_foreign` for which values are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._foreign import (
    Options,
    changes,
    clause,
    hazard,
    hidden,
    options,
    readable,
)
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDataWrapper(Node):
    """A foreign-data wrapper."""

    handler: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The function, quoted and qualified."""
    validator: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)


def query(major: int) -> str:
    """Return the query of wrappers."""
    del major
    return f"""
        select
          w.oid,
          w.fdwname as name,
          nullif(w.fdwhandler, 0)::regproc::text as handler,
          nullif(w.fdwvalidator, 0)::regproc::text as validator,
          {readable("w.fdwoptions")} as options
        from pg_foreign_data_wrapper w
        where {no_member("pg_foreign_data_wrapper", "w.oid")}
    """


def load(row: Row, resolve: Resolve) -> ForeignDataWrapper:
    """Read a wrapper."""
    del resolve
    return ForeignDataWrapper(
        id=Id("foreign data wrapper", (row.name,)),
        handler=row.handler,
        validator=row.validator,
        options=options(row.options),
    )


def address(id: Id) -> str:
    """Return `foreign data wrapper "name"`."""
    return f"foreign data wrapper {quote(*id.path)}"


def create(wrapper: ForeignDataWrapper, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    handler = f" handler {wrapper.handler}" if wrapper.handler else ""
    validator = f" validator {wrapper.validator}" if wrapper.validator else ""
    yield Step(
        sql=f"create {address(wrapper.id)}{handler}{validator}{clause(wrapper.options)}",
        verb=Verb.CREATE,
        target=wrapper.id,
        hazard=hazard(wrapper.options),
    )


def drop(wrapper: ForeignDataWrapper, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(wrapper.id)}", verb=Verb.DROP, target=wrapper.id)


def alter(
    old: ForeignDataWrapper, new: ForeignDataWrapper, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change its functions and options in place."""
    del context
    clauses = ""
    if "handler" in changed:
        clauses += f" handler {new.handler}" if new.handler else " no handler"
    if "validator" in changed:
        clauses += f" validator {new.validator}" if new.validator else " no validator"
    if found := changes(old.options, new.options):
        clauses += f" {found}"
    if clauses:
        yield Step(
            sql=f"alter {address(new.id)}{clauses}",
            verb=Verb.ALTER,
            target=new.id,
            hazard=hazard(new.options, old.options),
        )


def unread(wrapper: ForeignDataWrapper) -> str | None:
    """Return which options' values stay on the server."""
    return hidden(wrapper.options, wrapper.id)


SPEC = KindSpec(
    name="foreign data wrapper",
    node=ForeignDataWrapper,
    catalog="pg_foreign_data_wrapper",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=31,
    address=address,
    unread=unread,
)
