"""User mappings: which role has a login on which foreign server.

Options of a mapping are logins and passwords. Only a superuser or the role itself may see even
their names, so two readers of one database would find two different mappings; the names are kept
to be shown and are no difference, and values never leave the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._foreign import Options, clause, hazard, options
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMapping(Node):
    """A user mapping; its path is server and role, `public` for everybody else."""

    options: Options | None = attr(OnChange.IGNORE, holds=Holds.OPTIONS)
    """Names; None where the reader may not see them."""


def query(major: int) -> str:
    """Return the query of mappings; only the view may be read by everybody."""
    del major
    return f"""
        select
          m.umid as oid,
          m.srvname as server,
          case when m.umuser = 0 then '{_PUBLIC}' else m.usename end as role,
          m.umuser = 0 as everybody,
          (
            select array_agg(o.option_name)
            from pg_options_to_table(m.umoptions) o
          ) as options
        from pg_user_mappings m
        where {no_member("pg_user_mapping", "m.umid")}
    """


def load(row: Row, resolve: Resolve) -> UserMapping:
    """Read a mapping."""
    del resolve
    return UserMapping(
        id=Id("user mapping", (row.server, row.role)),
        needs=() if row.everybody else (Id("role", (row.role,)),),
        options=None if row.options is None else options(row.options),
    )


def create(mapping: UserMapping, context: Context) -> Iterator[Step]:
    """Create it, with every option empty."""
    del context
    found = mapping.options or ()
    yield Step(
        sql=f"create user mapping {_whose(mapping)}{clause(found)}",
        verb=Verb.CREATE,
        target=mapping.id,
        hazard=hazard(found) or "the login is not known: set it by hand",
    )


def drop(mapping: UserMapping, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(
        sql=f"drop user mapping {_whose(mapping)}",
        verb=Verb.DROP,
        target=mapping.id,
        hazard="its login is lost: note it before",
    )


def _whose(mapping: UserMapping) -> str:
    server, role = mapping.id.path
    whose = _PUBLIC if role == _PUBLIC else quote(role)
    return f"for {whose} server {quote(server)}"


def unread(mapping: UserMapping) -> str:
    """Return that the login stays on the server."""
    return f"options of {mapping.id}"


SPEC = KindSpec(
    name="user mapping",
    node=UserMapping,
    catalog="pg_user_mapping",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    order=33,
    unread=unread,
)
